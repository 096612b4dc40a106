/** What the values change: against the defaults, the state before, a state that was marked, another file. */

import { computed, effect, signal } from '@preact/signals';
import { announceError, pick } from './actions.ts';
import { difference } from './difference.ts';
import { Viewer } from './editor/viewer.tsx';
import type { KubernetesObject } from './protocol.ts';
import { core, earlier, failure, good, namespace, openshift, release, request, rightTab } from './state.ts';

const bases = ['defaults', 'change', 'mark', 'file'] as const;
type Base = (typeof bases)[number];
const base = signal<Base>('defaults');
const plain = signal<KubernetesObject[]>([]);
const mark = signal<KubernetesObject[] | null>(null);
const other = signal<{ name: string; text: string; objects: KubernetesObject[] } | null>(null);

const original = computed(() => {
  if (base.value === 'defaults') return plain.value;
  if (base.value === 'change') return earlier.value;
  return (base.value === 'mark' ? mark.value : other.value?.objects) ?? good.value;
});

const shown = computed(() => difference(original.value, good.value));

effect(() => {
  // the release and the cluster are no values: the defaults are those of the same release
  void [release.value, namespace.value, openshift.value];
  if (rightTab.value !== 'diff') return;
  core.once(request([])).then((answer) => {
    if (answer) plain.value = answer.objects;
  });
});

async function compare(file: File) {
  const text = await file.text();
  const answer = await core.once(request([{ name: file.name, text }]));
  if (!answer?.ok) {
    const first = answer?.diagnostics[0];
    failure.value = `${file.name} cannot be compared: ${first ? `${first.path} ${first.message}` : 'it has mistakes'}`;
    return;
  }
  other.value = { name: file.name, text, objects: answer.objects };
  base.value = 'file';
}

export function Diff() {
  const { added, removed, changed } = shown.value;
  const names: Record<Base, string> = {
    defaults: "The chart's defaults",
    change: 'Before the last change',
    mark: mark.value ? 'The marked state' : 'Mark this state',
    file: other.value ? other.value.name : 'Another values file…',
  };
  const choose = (next: Base) => {
    if (next === 'file' && (!other.value || base.value === 'file')) pick((file) => announceError(() => compare(file)));
    else if (next === 'mark' && (!mark.value || base.value === 'mark')) {
      mark.value = good.value;
      base.value = 'mark';
    } else base.value = next;
  };
  return (
    <div class="pane">
      <header class="bar wrap">
        <fieldset class="segments">
          <legend class="hidden">Compare with</legend>
          {bases.map((name) => (
            <button type="button" key={name} aria-pressed={base.value === name} onClick={() => choose(name)}>
              {names[name]}
            </button>
          ))}
        </fieldset>
        <span class="space" />
        <span class="numbers" role="status">
          {added + removed + changed === 0 ? 'The same' : `${added} new, ${changed} changed, ${removed} gone`}
        </span>
      </header>
      {added + removed + changed === 0 ? (
        <p class="empty">The objects are the same, byte for byte.</p>
      ) : (
        <Viewer text={shown.value.text} marks={shown.value.marks} isDifference label="Difference of the objects" />
      )}
    </div>
  );
}
