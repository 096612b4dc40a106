/** What stands above both sides: presets, files, the release, the cluster, sharing, light and dark. */

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { announceError, copy, pick } from './actions.ts';
import { load } from './app.tsx';
import { save } from './download.ts';
import { edit } from './editor/editor.tsx';
import { presets } from './presets.ts';
import { LONGEST, link, secrets } from './share.ts';
import { about, announce, FILE, namespace, openshift, release, text, theme } from './state.ts';
import { installCommand } from './summary.tsx';
import { keep, themes } from './theme.ts';

export function Toolbar() {
  return (
    <header class="toolbar">
      <h1>
        <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
          <rect width="32" height="32" rx="7" fill="var(--accent)" />
          <path d="M18.500 4 8 18h7l-1.500 10L24 13.500h-7z" fill="var(--on-accent)" />
        </svg>
        <span>
          {about.value?.name ?? 'Values'}
          <small>{about.value ? ` ${about.value.version}` : ''}</small>
        </span>
      </h1>
      <div class="controls">
        <select
          aria-label="Begin with a preset"
          class="presets"
          value=""
          onChange={(event) => {
            const preset = presets.find(({ id }) => id === event.currentTarget.value);
            event.currentTarget.value = '';
            if (!preset) return;
            openshift.value = preset.openshift;
            edit(preset.text);
            announce(`${preset.title}: undo brings your values back`);
          }}
        >
          <option value="">Presets…</option>
          {presets.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
        <button type="button" onClick={() => pick(load)} title="Or drop a file anywhere on the page">
          Open…
        </button>
        <button type="button" onClick={() => save(FILE, text.value, 'application/yaml')}>
          Save
        </button>
        <label class="inline">
          Release
          <input
            type="text"
            size={10}
            value={release.value}
            spellcheck={false}
            autocomplete="off"
            maxLength={53}
            pattern="[a-z0-9]([\-a-z0-9.]*[a-z0-9])?"
            onInput={(event) => named(event.currentTarget, (word) => (release.value = word))}
          />
        </label>
        <label class="inline">
          Namespace
          <input
            type="text"
            size={10}
            value={namespace.value}
            spellcheck={false}
            autocomplete="off"
            maxLength={63}
            pattern="[a-z0-9]([\-a-z0-9]*[a-z0-9])?"
            onInput={(event) => named(event.currentTarget, (word) => (namespace.value = word))}
          />
        </label>
        <select
          aria-label="Cluster"
          value={openshift.value ? 'openshift' : 'kubernetes'}
          onChange={(event) => (openshift.value = event.currentTarget.value === 'openshift')}
        >
          <option value="kubernetes">Kubernetes</option>
          <option value="openshift">OpenShift</option>
        </select>
      </div>
      <div class="controls end">
        <Share />
        <button
          type="button"
          onClick={() => announceError(() => copy(installCommand(), 'The helm command is on the clipboard'))}
          title={installCommand()}
        >
          Copy command
        </button>
        <select
          aria-label="Colours"
          value={theme.value}
          onChange={(event) => {
            theme.value = themes.find((name) => name === event.currentTarget.value) ?? 'system';
            keep(theme.value);
          }}
        >
          {themes.map((name) => (
            <option key={name} value={name}>
              {name[0]?.toUpperCase() + name.slice(1)}
            </option>
          ))}
        </select>
      </div>
    </header>
  );
}

/** Takes a name that Kubernetes takes; another is shown as wrong and not rendered. */
function named(input: HTMLInputElement, take: (word: string) => void) {
  if (input.value !== '' && input.checkValidity()) take(input.value);
}

function Share() {
  const dialog = useRef<HTMLDialogElement>(null);
  const url = useSignal('');
  const risky = useSignal<string[]>([]);
  const show = async () => {
    risky.value = secrets(text.value);
    url.value = await link({
      text: text.value,
      release: release.value,
      namespace: namespace.value,
      openshift: openshift.value,
    });
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" onClick={() => announceError(show)}>
        Share…
      </button>
      <dialog ref={dialog} aria-labelledby="share-title">
        <h2 id="share-title">Share these values</h2>
        {risky.value.length > 0 && (
          <p class="warning" role="alert">
            <strong>These values look like secrets:</strong> {risky.value.join(', ')}. Everyone with the link can read
            them; name a Secret in their place.
          </p>
        )}
        <p>
          The link holds the values themselves, compressed, behind the #: nothing is stored, and no server sees them.
        </p>
        <input
          type="text"
          readOnly
          autofocus
          aria-label="Link"
          value={url.value}
          onFocus={(event) => event.currentTarget.select()}
        />
        {url.value.length > LONGEST && (
          <p class="warning">
            The link has {url.value.length} characters; some programs cut it. Send the file instead.
          </p>
        )}
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
          <button
            type="button"
            class="primary"
            onClick={() =>
              announceError(async () => {
                await copy(url.value, 'The link is on the clipboard');
                dialog.current?.close();
              })
            }
          >
            {risky.value.length > 0 ? 'Copy all the same' : 'Copy link'}
          </button>
        </div>
      </dialog>
    </>
  );
}
