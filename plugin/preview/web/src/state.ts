/** What the page knows: what was written, what the core made of it, and what is shown. */

import { batch, computed, effect, signal } from '@preact/signals';
import { Core, type Heard } from './client.ts';
import { presets } from './presets.ts';
import {
  type About,
  type Answer,
  type CoreRequest,
  type KubernetesObject,
  keyOf,
  lineCount,
  type Summary,
  type Trace,
} from './protocol.ts';
import { type Shared, shared } from './share.ts';
import { shown, type themes } from './theme.ts';

export const FILE = 'values.yaml';
const OPENSHIFT = 'security.openshift.io/v1';
/** A burst of changes is one: its beginning is what "before the last change" compares with. */
const BURST = 1500;

const first = presets[0];
export const text = signal(first?.text ?? '');
export const release = signal('demo');
export const namespace = signal('default');
export const openshift = signal(false);

export const about = signal<About | null>(null);
export const defaults = signal<Record<string, unknown>>({});
/** The newest answer, with mistakes or without. */
export const answer = signal<Answer | null>(null);
/** The newest objects without mistakes, and the text that they are of. */
export const good = signal<KubernetesObject[]>([]);
/** The objects before the last change. */
export const earlier = signal<KubernetesObject[]>([]);
export const summary = signal<Summary | null>(null);
export const traces = signal<Trace[]>([]);
export const failure = signal<string | null>(null);

export type LeftTab = 'yaml' | 'form';
export type RightTab = 'objects' | 'diff' | 'summary';
export type NarrowTab = 'values' | RightTab;
export const leftTab = signal<LeftTab>('yaml');
export const rightTab = signal<RightTab>('objects');
/** On a narrow screen one of both sides is shown. */
export const narrowSide = signal<'left' | 'right'>('left');
/** The object that is shown alone. */
export const selected = signal<string | null>(null);
export const query = signal('');
/** The line of the editor where the cursor is, from 1. */
export const cursorLine = signal(1);
export const notice = signal('');
export const theme = signal<(typeof themes)[number]>(shown());

export const request = (files: CoreRequest['files'] = [{ name: FILE, text: text.value }]): CoreRequest => ({
  files,
  release: { name: release.value || 'release-name', namespace: namespace.value || 'default' },
  apiVersions: openshift.value ? [OPENSHIFT] : [],
});

export const stale = computed(() => answer.value !== null && !answer.value.ok);
/** Those whose text contains what is searched, or whose kind, name and component contain all words of it. */
export const shownObjects = computed(() => {
  const phrase = query.value.trim().toLowerCase();
  const words = phrase.split(/\s+/);
  return good.value.filter((object) => {
    const title = `${keyOf(object)} ${object.component}`.toLowerCase();
    return words.every((word) => title.includes(word)) || object.text.toLowerCase().includes(phrase);
  });
});
let titles: Omit<KubernetesObject, 'text' | 'fingerprint'>[] = [];
/** The same as long as no object comes or goes, so that their list is not made again with each change of a text. */
export const shownTitles = computed(() => {
  const next = shownObjects.value;
  const isSame = (object: KubernetesObject, place: number) => {
    const old = titles[place];
    return old?.component === object.component && old.kind === object.kind && old.name === object.name;
  };
  if (next.length !== titles.length || !next.every(isSame)) titles = next;
  return titles;
});
/** The values whose key is at the cursor. */
export const trace = computed(() => traces.value.find((trace) => trace.line === cursorLine.value) ?? null);

let asked = 0;
let changed = 0;

function hear(reply: Heard) {
  switch (reply.kind) {
    case 'ready':
      batch(() => {
        about.value = reply.about;
        defaults.value = reply.defaults;
      });
      return;
    case 'failure':
      failure.value = `The core stopped: ${reply.message}. It starts again with the next change; please report it with these values.`;
      return;
    case 'answer':
      if (reply.id === asked) take(reply.answer);
      return;
    case 'summary':
      if (reply.id === asked) summary.value = reply.summary;
      return;
    case 'traces':
      if (reply.id === asked) traces.value = reply.traces;
  }
}

function take(next: Answer) {
  batch(() => {
    failure.value = null;
    answer.value = next;
    if (!next.ok) return;
    const old = good.value;
    if (next.objects.length === old.length && next.objects.every((object, place) => object === old[place])) return;
    if (!alike(old, next.objects)) traces.value = [];
    const now = performance.now();
    if (good.value.length === 0) {
      earlier.value = next.objects;
      performance.mark('first objects');
    } else if (now - changed > BURST) earlier.value = good.value;
    changed = now;
    good.value = next.objects;
    if (selected.value && !next.objects.some((object) => keyOf(object) === selected.value)) selected.value = null;
  });
}

/** Whether each line is where it was, so that what is known of it holds until there is news. */
const alike = (old: KubernetesObject[], next: KubernetesObject[]): boolean =>
  next.length === old.length &&
  next.every((object, place) => {
    const other = old[place];
    return object === other || (other !== undefined && lineCount(object) === lineCount(other));
  });

export const core = new Core(hear);

/** Puts a state in place of the present one. */
export function open(state: Partial<Shared>) {
  batch(() => {
    if (state.text !== undefined) text.value = state.text;
    if (state.release !== undefined) release.value = state.release;
    if (state.namespace !== undefined) namespace.value = state.namespace;
    if (state.openshift !== undefined) openshift.value = state.openshift;
    selected.value = null;
  });
}

/** Says something to who cannot see it happen. */
export function announce(message: string) {
  notice.value = '';
  setTimeout(() => {
    notice.value = message;
  }, 50);
}

export async function begin() {
  const state = await shared(location.hash);
  if (state) open(state);
  let lines = 0;
  effect(() => {
    const next = request();
    asked = core.live(next); // first, so that the core works while this thread does
    const count = text.value.split('\n').length;
    if (count !== lines) traces.value = [];
    lines = count;
  });
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}
