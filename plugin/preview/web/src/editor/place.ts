/** Which value a line of a block-style YAML text is about. By indentation, so that it holds while the text is half written. */

import type { Text } from '@codemirror/state';
import type { Step, Steps } from '../protocol.ts';

const KEY = /^(\s*)((?:- +)*)(?:"([^"]+)"|'([^']+)'|([^\s#"'[{&*!|>%@-][^#:]*?|-[^\s:][^:]*?))\s*:(?=\s|$)/;

export interface Line {
  key: string;
  /** The columns of the dashes before it. */
  dashes: number[];
  /** The columns where the key begins and where its colon ends. */
  from: number;
  to: number;
}

export function line(text: string): Line | null {
  const found = KEY.exec(text);
  if (!found) return null;
  const [all, spaces = '', dashes = '', double, single, plain] = found;
  return {
    key: (double ?? single ?? plain ?? '').trim(),
    dashes: columns(spaces, dashes),
    from: spaces.length + dashes.length,
    to: all.length,
  };
}

/** The columns of dashes behind some spaces. */
export const columns = (spaces: string, dashes: string): number[] =>
  [...dashes.matchAll(/-/g)].map((dash) => spaces.length + dash.index);

/** The path of the key at a line, items of lists as 0; null where it has none. */
export function pathAt(document: Text, number: number): Steps | null {
  const own = line(document.line(number).text);
  return own && [...parents(document, number, own.from, own.dashes), own.key];
}

/** The path of the mapping whose keys stand at a column of a line, behind these dashes. */
export function parents(document: Text, number: number, column: number, dashes: number[] = []): Steps {
  const steps: Step[] = [];
  let place = { column, isList: false };
  const climb = (dashes: number[]) => {
    for (const dash of dashes.toReversed()) {
      steps.unshift(0);
      place = { column: dash, isList: true };
    }
  };
  climb(dashes);
  for (let above = number - 1; above > 0 && (place.column > 0 || place.isList); above--) {
    const found = line(document.line(above).text);
    if (!found) continue;
    // a list may stand at the column of its key
    if (found.from < place.column || (place.isList && found.from === place.column)) {
      steps.unshift(found.key);
      place = { column: found.from, isList: false };
      climb(found.dashes);
    } else if (found.from === place.column && !place.isList) {
      climb(found.dashes);
    }
  }
  return steps;
}

/** The keys that the mapping around a line has already. */
export function siblings(document: Text, number: number, column: number): Set<string> {
  const keys = new Set<string>();
  for (const step of [-1, 1]) {
    for (let other = number + step; other > 0 && other <= document.lines; other += step) {
      const text = document.line(other).text;
      if (/^\s*(#|$)/.test(text)) continue;
      const found = line(text);
      if (found?.from === column) keys.add(found.key);
      const start = /^\s*/.exec(text)?.[0].length ?? 0;
      if (start < column) break;
    }
  }
  return keys;
}
