/** The difference of two sets of objects as one text: each object's own, what is the same left out. */

import { structuredPatch } from 'diff';
import type { Marks, Ranges } from './editor/viewer.tsx';
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
    const { hunks } = structuredPatch('', '', from ?? '', to ?? '', '', '', { context: CONTEXT });
    for (const [index, hunk] of hunks.entries()) {
      if (index > 0) put('# …');
      for (const line of hunk.lines) {
        if (line.startsWith('\\')) continue;
        put(line.slice(1), line[0] === '+' ? 'added' : line[0] === '-' ? 'removed' : undefined);
      }
    }
  }
  return { text: lines.join('\n'), marks, ...count };
}
