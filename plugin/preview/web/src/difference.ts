/** The difference of two sets of objects as one text: each object's own, what is the same left out. */

import type { Marks, Ranges } from './editor/viewer.tsx';
import { changes, lines as linesOf } from './lines.ts';
import { type KubernetesObject, keyOf } from './protocol.ts';

/** Lines around a change. */
const CONTEXT = 3;

export interface Difference {
  text: string;
  marks: Marks;
  added: number;
  removed: number;
  changed: number;
}

export function difference(before: KubernetesObject[], now: KubernetesObject[]): Difference {
  const old = new Map(before.map((object) => [keyOf(object), object.text]));
  const own = new Map(now.map((object) => [keyOf(object), object.text]));
  const keys = [...own.keys(), ...[...old.keys()].filter((key) => !own.has(key))];
  const lines: string[] = [];
  const marks: Record<'added' | 'removed' | 'head', Ranges> = { added: [], removed: [], head: [] };
  const count = { added: 0, removed: 0, changed: 0 };
  const put = (line: string, kind?: keyof typeof marks) => {
    if (kind) marks[kind].push([lines.length, lines.length + 1]);
    lines.push(line);
  };
  for (const key of keys) {
    const [from, to] = [old.get(key), own.get(key)];
    if (from === to) continue;
    count[from === undefined ? 'added' : to === undefined ? 'removed' : 'changed']++;
    put(`# ${key}${from === undefined ? ', new' : to === undefined ? ', gone' : ''}`, 'head');
    const [before, now] = [linesOf(from ?? ''), linesOf(to ?? '')];
    let shown = 0; // of the old lines
    for (const [index, change] of changes(before, now).entries()) {
      const gap = before.slice(shown, change.from);
      const [behind, ahead] = [index > 0 ? CONTEXT : 0, CONTEXT];
      if (gap.length > behind + ahead) {
        for (const line of gap.slice(0, behind)) put(line);
        if (index > 0) put('# …');
        for (const line of gap.slice(-ahead)) put(line);
      } else for (const line of gap) put(line);
      for (const line of before.slice(change.from, change.from + change.removed)) put(line, 'removed');
      for (const line of now.slice(change.to, change.to + change.added)) put(line, 'added');
      shown = change.from + change.removed;
    }
    for (const line of before.slice(shown, shown + CONTEXT)) put(line);
  }
  return { text: lines.join('\n'), marks, ...count };
}
