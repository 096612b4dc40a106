/** The core's mistakes as marks in the editor, and the changes that mend them. */

import { type Diagnostic as Mark, setDiagnostics } from '@codemirror/lint';
import type { Text, TransactionSpec } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { remove, rename, set } from '../edit.ts';
import type { Diagnostic } from '../protocol.ts';

export interface Mend {
  label: string;
  /** The text with the change; null where it does not fit any more. */
  apply: (text: string) => string | null;
}

/** What can be done about a mistake by a press of a button. */
export function mend({ fix, message, steps }: Diagnostic): Mend | null {
  if (fix && 'key' in fix) return { label: `Change to ${fix.key}`, apply: (text) => rename(text, steps, fix.key) };
  if (fix) return { label: `Set to ${fix.value || '""'}`, apply: (text) => set(text, steps, fix.value) };
  if (message === 'unknown key') return { label: 'Remove this key', apply: (text) => remove(text, steps) };
  return null;
}

/** The word that a mistake is about, as offsets. */
export function extent(document: Text, { line, column }: Diagnostic): { from: number; to: number } {
  const here = document.line(Math.min(Math.max(line ?? 1, 1), document.lines));
  // the core counts characters, the editor UTF-16 units
  const before = [...here.text].slice(0, (column ?? 1) - 1).join('').length;
  const from = Math.min(here.from + before, here.to);
  const word = /^(?:"[^"]*"|'[^']*'|[^\s:,}\]]+)/.exec(here.text.slice(before))?.[0].length ?? 0;
  return { from, to: Math.min(from + Math.max(word, 1), Math.max(here.to, from)) };
}

export function marks(view: EditorView, mistakes: Diagnostic[]): TransactionSpec {
  const located = mistakes.filter((mistake) => mistake.line !== null);
  const mark = (mistake: Diagnostic): Mark => {
    const done = mend(mistake);
    return {
      ...extent(view.state.doc, mistake),
      severity: 'error',
      message: said(mistake),
      actions: done ? [{ name: done.label, apply: (view) => change(view, done.apply(view.state.doc.toString())) }] : [],
    };
  };
  return setDiagnostics(
    view.state,
    located.map(mark).sort((a, b) => a.from - b.from),
  );
}

export const said = ({ path, message, hint }: Diagnostic): string =>
  (path ? `${path}: ` : '') + message + (hint ? `\n${hint}` : '');

/** Puts a text in place of another as one small change, so that cursor, folds and undo survive. */
export function change(view: EditorView, text: string | null) {
  const old = view.state.doc.toString();
  if (text === null || text === old) return;
  view.dispatch({ ...difference(old, text), userEvent: 'input' });
}

export function difference(old: string, text: string): TransactionSpec {
  const most = Math.min(old.length, text.length);
  const from = longest(most, (from, to) => old.slice(from, to) === text.slice(from, to));
  const ends = (whole: string, from: number, to: number) => whole.slice(whole.length - to, whole.length - from);
  const tail = longest(most - from, (from, to) => ends(old, from, to) === ends(text, from, to));
  return { changes: { from, to: old.length - tail, insert: text.slice(from, text.length - tail) } };
}

/** How far it holds for each part: by large steps first, as the texts are long and few characters differ. */
function longest(most: number, holds: (from: number, to: number) => boolean): number {
  let at = 0;
  for (let step = 8192; step >= 1; step /= 2) while (at + step <= most && holds(at, at + step)) at += step;
  return at;
}
