import { expect, test } from '@playwright/test';
import { changes, lines } from '../src/lines.ts';
import { random } from './generate.ts';

/** What becomes of `before` when its changes are made. */
function made(before: string[], now: string[]): string[] {
  const out = [...before];
  for (const { from, removed, to, added } of changes(before, now).toReversed())
    out.splice(from, removed, ...now.slice(to, to + added));
  return out;
}

/** How many lines are in common, by the definition. */
function common(before: string[], now: string[]): number {
  let row = new Array<number>(now.length + 1).fill(0);
  for (const line of before) {
    const next = [0];
    for (const [at, other] of now.entries())
      next.push(line === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}

test('the changes lead from one text to the other, and are as few as can be', () => {
  const next = random(7);
  const some = () => Array.from({ length: Math.floor(next() * 12) }, () => 'abcd'[Math.floor(next() * 4)] as string);
  for (let count = 0; count < 200; count++) {
    const [before, now] = [some(), some()];
    expect(made(before, now), `${before} to ${now}`).toEqual(now);
    const kept = before.length - changes(before, now).reduce((sum, { removed }) => sum + removed, 0);
    expect(kept, `${before} to ${now}`).toBe(common(before, now));
  }
});

test('a changed line is one change, and what lies apart is two', () => {
  expect(changes(lines('a\nb\nc\n'), lines('a\nx\nc\n'))).toEqual([{ from: 1, removed: 1, to: 1, added: 1 }]);
  expect(changes(lines('a\nb\nc\n'), lines('b\nc\nd\n'))).toEqual([
    { from: 0, removed: 1, to: 0, added: 0 },
    { from: 3, removed: 0, to: 2, added: 1 },
  ]);
  expect(changes(lines(''), lines('a\n'))).toEqual([{ from: 0, removed: 0, to: 0, added: 1 }]);
});

test('texts that have nothing in common are different as a whole', () => {
  const many = (word: string) => Array.from({ length: 3000 }, (_, index) => word + index);
  expect(changes(many('a'), many('b'))).toEqual([{ from: 0, removed: 3000, to: 0, added: 3000 }]);
});
