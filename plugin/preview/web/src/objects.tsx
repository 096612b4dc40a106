/** The objects by component, and the text of one or all. */

import { signal } from '@preact/signals';
import { announceError, copy } from './actions.ts';
import { complete, manifest, save, saveZip } from './download.ts';
import { goTo } from './editor/editor.tsx';
import { type Ranges, Viewer } from './editor/viewer.tsx';
import { byPlace, title } from './groups.ts';
import { type KubernetesObject, keyOf, lineCount } from './protocol.ts';
import {
  about,
  good,
  leftTab,
  narrowSide,
  query,
  release,
  selected,
  shownObjects,
  shownTitles,
  summary,
  trace,
  traces,
} from './state.ts';

/** The line of the viewer where the cursor is. */
const line = signal<number | null>(null);

export function Objects() {
  const one = good.value.find((object) => keyOf(object) === selected.value);
  const list = one ? [one] : shownObjects.value;
  const file = one ? `${one.kind.toLowerCase()}-${one.name}.yaml` : `${release.value}.yaml`;
  return (
    <div class="objects">
      <Navigator />
      <section class="document" aria-label={one ? keyOf(one) : 'All objects'}>
        <header class="bar">
          <strong class="ellipsis">{one ? keyOf(one) : `${list.length} object${list.length === 1 ? '' : 's'}`}</strong>
          <span class="space" />
          <button
            type="button"
            onClick={() => announceError(async () => copy(await complete(manifest(list)), 'Copied'))}
          >
            Copy
          </button>
          <button
            type="button"
            onClick={() => announceError(async () => save(file, await complete(manifest(list)), 'application/yaml'))}
          >
            Download
          </button>
          {!one && (
            <button
              type="button"
              onClick={() => announceError(() => saveZip(`${release.value}-${about.value?.name ?? 'objects'}`, list))}
            >
              Zip
            </button>
          )}
        </header>
        <Viewer
          key={one ? keyOf(one) : ''}
          text={manifest(list)}
          label="Kubernetes objects"
          marks={{ made: lines(list) }}
          onLine={(number) => (line.value = number)}
        />
        <Provenance list={list} />
      </section>
    </div>
  );
}

function Navigator() {
  const groups = Map.groupBy(shownTitles.value, (object) => object.component);
  const madeBy = trace.value?.made ?? {};
  return (
    <nav class="navigator" aria-label="Objects by component">
      <input
        type="search"
        placeholder="Find in objects"
        aria-label="Find in objects"
        value={query.value}
        onInput={(event) => (query.value = event.currentTarget.value)}
      />
      <button
        type="button"
        class="item all"
        aria-current={selected.value === null}
        onClick={() => (selected.value = null)}
      >
        All objects <span class="count">{shownTitles.value.length}</span>
      </button>
      {[...groups.keys()].sort(byPlace).map((component) => (
        <div class="group" key={component}>
          <h2>{title(component)}</h2>
          {groups.get(component)?.map((object) => (
            <button
              type="button"
              class="item"
              key={keyOf(object)}
              title={keyOf(object)}
              aria-current={selected.value === keyOf(object)}
              onClick={() => (selected.value = keyOf(object))}
            >
              <span class="kind">{object.kind}</span>
              <span class="name">{short(object.name)}</span>
              {keyOf(object) in madeBy && <span class="dot" title="Made or changed by the value at the cursor" />}
            </button>
          ))}
        </div>
      ))}
      <LeftToHelm />
      {groups.size === 0 && (
        <p class="empty">{good.peek().length > 0 ? 'No object contains that.' : 'No objects yet.'}</p>
      )}
    </nav>
  );
}

/** What Helm's own templates make, which no other host can: random passwords, objects with template code. */
function LeftToHelm() {
  const secrets = (summary.value?.secrets ?? []).filter(({ given }) => !given).map(({ name }) => `Secret/${name}`);
  const names = [...secrets, ...(summary.value?.left_to_helm ?? [])];
  if (names.length === 0) return null;
  return (
    <div class="group">
      <h2>Added by Helm itself</h2>
      <p class="hint">{names.join(', ')}</p>
    </div>
  );
}

/** What all names have in common says nothing. */
function short(name: string): string {
  const full = `${release.value}-${about.value?.name}`;
  return name.startsWith(`${full}-`) ? `…${name.slice(full.length)}` : name;
}

/** The marked lines: those that the value at the editor's cursor makes. */
function lines(list: KubernetesObject[]): Ranges {
  const made = trace.value?.made;
  if (!made) return [];
  return starts(list).flatMap(([object, start]) =>
    (made[keyOf(object)] ?? []).map(([from, to]): [number, number] => [start + from, start + to]),
  );
}

function starts(list: KubernetesObject[]): [KubernetesObject, number][] {
  let start = 0;
  return list.map((object) => {
    const own: [KubernetesObject, number] = [object, start];
    start += lineCount(object);
    return own;
  });
}

/** Which of the file's values make the line at the viewer's cursor. */
function Provenance({ list }: { list: KubernetesObject[] }) {
  const at = line.value;
  const found = at === null ? undefined : starts(list).findLast(([, start]) => start <= at);
  const by =
    found && at !== null
      ? traces.value.filter(({ made }) =>
          made[keyOf(found[0])]?.some(([from, to]) => at - found[1] >= from && at - found[1] < to),
        )
      : [];
  return (
    <div class="bar provenance" role="status">
      {at === null ? (
        <span>
          Put the cursor on a line to see which of your values makes it; on a key of yours, to see the lines that it
          makes.
        </span>
      ) : by.length === 0 ? (
        <span>This line comes from the chart's defaults.</span>
      ) : (
        <>
          <span>Made by</span>
          {by.map(({ steps, line }) => (
            <button
              type="button"
              class="chip"
              key={steps.join('.')}
              onClick={() => {
                leftTab.value = 'yaml';
                narrowSide.value = 'left';
                setTimeout(() => goTo(line), 0);
              }}
            >
              {steps.join('.')}
            </button>
          ))}
        </>
      )}
    </div>
  );
}
