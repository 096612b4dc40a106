/** How YAML looks in both editors. */

import { foldable, getIndentation, IndentContext, syntaxTree } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight';
import { expect, test } from '@playwright/test';
import { yaml } from '../src/editor/yaml.ts';

const kinds = [
  ['key', tags.propertyName],
  ['text', tags.string],
  ['comment', tags.comment],
  ['number', tags.number],
  ['word', tags.bool],
  ['meta', tags.meta],
  ['name', tags.labelName],
  ['type', tags.typeName],
  ['mark', tags.punctuation],
  ['bracket', tags.squareBracket],
] as const;
const names = tagHighlighter(kinds.map(([name, tag]) => ({ tag, class: name })));
const state = (doc: string) => EditorState.create({ doc, extensions: yaml });

function seen(doc: string): string[] {
  const found: string[] = [];
  highlightTree(syntaxTree(state(doc)), names, (from, to, name) => found.push(`${name} ${doc.slice(from, to)}`));
  return found;
}

test('keys, values and marks are told apart', () => {
  expect(seen('a: 1 # one')).toEqual(['key a', 'mark :', 'number 1', 'comment # one']);
  expect(seen('image: quay.io/a/b:3.5.7')).toEqual(['key image', 'mark :', 'text quay.io/a/b:3.5.7']);
  expect(seen('spark.ui.port: "4040"')).toEqual(['key spark.ui.port', 'mark :', 'text "4040"']);
  expect(seen('"a b": yes')).toEqual(['key "a b"', 'mark :', 'word yes']);
  expect(seen("- name: 'it''s'")).toEqual(['mark -', 'key name', 'mark :', "text 'it''s'"]);
  expect(seen('- -1.5e3')).toEqual(['mark -', 'number -1.5e3']);
  expect(seen('a: no one # knows')).toEqual(['key a', 'mark :', 'text no one', 'comment # knows']);
  expect(seen('a: b#c')).toEqual(['key a', 'mark :', 'text b#c']);
  expect(seen('---')).toEqual(['meta ---']);
  expect(seen('a: &x !!str *y')).toEqual(['key a', 'mark :', 'name &x', 'type !!str', 'name *y']);
});

test('brackets hold keys, words and texts', () => {
  expect(seen('a: [1, two words, {k: null}]')).toEqual(
    'key a|mark :|bracket [|number 1|mark ,|text two words|mark ,|bracket {|key k|mark :|word null|bracket }]'.split(
      '|',
    ),
  );
});

test('a block of text is text, whatever it looks like, and ends with its indentation', () => {
  expect(seen('a:\n  b: |-\n    # no: comment\n\n    - x\n  c: 1')).toEqual([
    'key a',
    'mark :',
    'key b',
    'mark :',
    'meta |-',
    'text     # no: comment',
    'text     - x',
    'key c',
    'mark :',
    'number 1',
  ]);
  expect(seen('- |\n  x: y\n- z')).toEqual(['mark -', 'meta |', 'text   x: y', 'mark -', 'text z']);
});

test('what is not closed yet leaves the rest alone', () => {
  expect(seen('a: "b\nc: 1')).toEqual(['key a', 'mark :', 'text "b', 'key c', 'mark :', 'number 1']);
  expect(seen('a: [\nc: 1')).toEqual(['key a', 'mark :', 'bracket [', 'key c', 'mark :', 'number 1']);
  expect(seen('a: "b\n  c"\nd: 1').slice(2)).toEqual(['text "b', 'text   c"', 'key d', 'mark :', 'number 1']);
});

test('keys, items and documents fold with all that is theirs', () => {
  const doc = '---\na:\n  b:\n  - c: 1\n    d: 2\n\n  e: 3\n---\nf: 1\ng:';
  const own = state(doc);
  const fold = (number: number) => {
    const line = own.doc.line(number);
    const range = foldable(own, line.from, line.to);
    return range && doc.slice(range.from, range.to);
  };
  expect([1, 2, 3, 4, 5, 10].map(fold)).toEqual([
    '\na:\n  b:\n  - c: 1\n    d: 2\n\n  e: 3',
    '\n  b:\n  - c: 1\n    d: 2\n\n  e: 3',
    '\n  - c: 1\n    d: 2',
    '\n    d: 2',
    null,
    null,
  ]);
});

test('a new line stands where the next key goes', () => {
  const column = (doc: string) => {
    const context = new IndentContext(state(doc), { simulateBreak: doc.length });
    return getIndentation(context, doc.length);
  };
  expect(column('a: 1')).toBe(0);
  expect(column('a:')).toBe(2);
  expect(column('  a: |')).toBe(4);
  expect(column('  - a: 1')).toBe(4);
  expect(column('  - a:')).toBe(6);
  expect(column('  - a')).toBe(2);
});
