/** Changes of a YAML text at a path that leave everything else as it stands: comments, order, quotes, indentation. */

import { type Document, isMap, isScalar, type Pair, parseDocument, type Scalar, stringify, type YAMLMap } from 'yaml';
import type { Step, Steps } from './protocol.ts';

/** YAML as Helm reads it. */
const options = { version: '1.1', merge: true } as const;

export const read = (text: string): Document.Parsed => parseDocument(text, options);

/** The values that the text gives, or null where it cannot be read. */
export function values(text: string): Record<string, unknown> | null {
  const document = read(text);
  if (document.errors.length > 0) return null;
  const value: unknown = document.toJS();
  if (value === null || value === undefined) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

/** The text with a value at a path; null where the text cannot be read. */
export function set(text: string, steps: Steps, value: unknown): string | null {
  const document = read(text);
  if (document.errors.length > 0) return null;
  const local = placed(text, document, steps, value);
  const expected = read(text);
  if (expected.contents === null)
    return block(nested(steps, value), 0, text === '' || text.endsWith('\n') ? text : `${text}\n`);
  assign(expected, steps, value);
  return same(local, expected) ? local : print(expected);
}

/** The text without the value at a path, nor mappings that this leaves empty, which would remove the chart's defaults. */
export function remove(text: string, steps: Steps): string | null {
  const document = read(text);
  if (document.errors.length > 0) return null;
  if (!document.hasIn(steps)) return text;
  let path = steps;
  while (path.length > 1) {
    const parent = document.getIn(path.slice(0, -1), true);
    if (!isMap(parent) || parent.items.length > 1) break;
    path = path.slice(0, -1);
  }
  const local = without(text, document, path);
  const expected = read(text);
  expected.deleteIn(path);
  if (isMap(expected.contents) && expected.contents.items.length === 0 && local !== null && isEmpty(local))
    return local;
  return same(local, expected) ? local : print(expected);
}

/** The text with another name for the key at a path. */
export function rename(text: string, steps: Steps, key: string): string | null {
  const document = read(text);
  const last = steps.at(-1);
  const parent = steps.length > 1 ? document.getIn(steps.slice(0, -1), true) : document.contents;
  const range = isMap(parent) ? (pairOf(parent, last)?.key as Scalar | undefined)?.range : undefined;
  return range ? text.slice(0, range[0]) + key + text.slice(range[1]) : null;
}

function placed(text: string, document: Document.Parsed, steps: Steps, value: unknown): string | null {
  let node: unknown = document.contents;
  let pair: Pair | undefined;
  let depth = 0;
  for (; depth < steps.length && isMap(node); depth++) {
    const next = pairOf(node, steps[depth]);
    if (!next) break;
    pair = next;
    node = next.value;
  }
  if (depth === steps.length) return pair ? replaced(text, pair, value) : null;
  const rest = nested(steps.slice(depth), value);
  if (isMap(node) && !node.flow && node.items.length > 0) return inserted(text, node, rest);
  if (pair && isScalar(node) && node.value === null && !node.source) {
    const key = pair.key as Scalar;
    const at = lineEnd(text, key.range?.[1] ?? 0);
    return block(rest, column(text, key.range?.[0] ?? 0) + 2, `${text.slice(0, at)}\n`) + text.slice(at + 1);
  }
  return null;
}

function replaced(text: string, pair: Pair, value: unknown): string | null {
  const node = pair.value;
  if (
    !isScalar(node) ||
    !node.range ||
    typeof value === 'object' ||
    node.source === '' ||
    /^BLOCK/.test(node.type ?? '')
  )
    return null;
  if (node.anchor || node.range[0] === node.range[1]) return null;
  return text.slice(0, node.range[0]) + stringify(value, options).trimEnd() + text.slice(node.range[1]);
}

function inserted(text: string, map: YAMLMap, rest: unknown): string | null {
  const first = (map.items[0]?.key as Scalar | undefined)?.range?.[0];
  const last = map.items.at(-1);
  const lastValue = last?.value as Scalar | null | undefined;
  let end = lastValue?.range?.[1] ?? (last?.key as Scalar | undefined)?.range?.[1];
  if (first === undefined || end === undefined) return null;
  if (text[end - 1] !== '\n') end = Math.min(lineEnd(text, end) + 1, text.length);
  const before = text.slice(0, end);
  return block(rest, column(text, first), before.endsWith('\n') ? before : `${before}\n`) + text.slice(end);
}

function without(text: string, document: Document.Parsed, path: Steps): string | null {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (!isMap(parent) || parent.flow) return null;
  const pair = pairOf(parent, path.at(-1));
  const start = (pair?.key as Scalar | undefined)?.range?.[0];
  const keyEnd = (pair?.key as Scalar | undefined)?.range?.[1];
  if (!pair || start === undefined || keyEnd === undefined) return null;
  const begin = text.lastIndexOf('\n', start - 1) + 1;
  if (text.slice(begin, start).trim() !== '') return null;
  let end = (pair.value as Scalar | null)?.range?.[1] ?? keyEnd;
  if (text[end - 1] !== '\n') end = Math.min(lineEnd(text, end) + 1, text.length);
  return text.slice(0, begin) + text.slice(end);
}

/** Puts a value at a path; what is no mapping on the way there gives place to one. */
function assign(document: Document.Parsed, steps: Steps, value: unknown) {
  let depth = 1;
  while (depth < steps.length && isMap(document.getIn(steps.slice(0, depth), true))) depth++;
  document.setIn(steps.slice(0, depth), document.createNode(nested(steps.slice(depth), value)));
}

const pairOf = (map: YAMLMap, key: Step | undefined): Pair | undefined =>
  map.items.find((pair) => (isScalar(pair.key) ? String(pair.key.value) : pair.key) === String(key));

const nested = (steps: Steps, value: unknown): unknown =>
  steps.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);

function block(value: unknown, indentation: number, before: string): string {
  const lines = stringify(value, { ...options, lineWidth: 0 })
    .trimEnd()
    .split('\n');
  return `${before}${lines.map((line) => (line ? ' '.repeat(indentation) + line : line)).join('\n')}\n`;
}

function same(text: string | null, expected: Document.Parsed): boolean {
  if (text === null) return false;
  const made = read(text);
  return made.errors.length === 0 && JSON.stringify(made.toJS()) === JSON.stringify(expected.toJS());
}

const print = (document: Document.Parsed): string => document.toString({ lineWidth: 0 });
const isEmpty = (text: string): boolean => Object.keys(values(text) ?? { x: 0 }).length === 0;
const column = (text: string, offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);
const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};
