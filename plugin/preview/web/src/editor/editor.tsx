/** The editor of values.yaml. */

import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentUnit } from '@codemirror/language';
import { diagnosticCount, lintGutter, lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  tooltips,
} from '@codemirror/view';
import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { answer, cursorLine, text } from '../state.ts';
import { help } from './help.ts';
import { change, difference, marks } from './mistakes.ts';
import { look } from './theme.ts';
import { yaml } from './yaml.ts';

let view: EditorView | null = null;

/** Puts the cursor at a line, and the focus with it. */
export function goTo(line: number, column = 1) {
  if (!view) return;
  const here = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  view.dispatch({ selection: { anchor: Math.min(here.from + column - 1, here.to) }, scrollIntoView: true });
  view.focus();
}

/** Changes the text as if it were typed: it can be undone. */
export function edit(next: string | null) {
  if (view) change(view, next);
  else if (next !== null) text.value = next;
}

export function Editor() {
  const place = useRef<HTMLDivElement>(null);
  const tips = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current || !tips.current) return;
    // what the editor holds is cut off at its border
    const outside = tooltips({ parent: tips.current });
    const own = new EditorView({
      parent: place.current,
      state: EditorState.create({ doc: text.peek(), extensions: [extensions, outside] }),
    });
    view = own;
    const stops = [
      effect(() => {
        if (own.state.doc.toString() !== text.value) own.dispatch(difference(own.state.doc.toString(), text.value));
      }),
      effect(() => {
        const mistakes = answer.value?.diagnostics ?? [];
        if (mistakes.length > 0 || diagnosticCount(own.state) > 0) own.dispatch(marks(own, mistakes));
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      own.destroy();
      view = null;
    };
  }, []);
  return (
    <>
      <div class="code" ref={place} />
      <div class="tips" ref={tips} />
    </>
  );
}

const extensions = [
  lineNumbers(),
  lintGutter(),
  foldGutter({ openText: '▾', closedText: '▸' }),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  history(),

  indentUnit.of('  '),
  bracketMatching(),
  closeBrackets(),
  highlightSelectionMatches({ minSelectionLength: 3 }), // fewer characters are everywhere
  yaml,
  help,
  EditorView.lineWrapping,
  look,
  EditorState.tabSize.of(2),
  EditorView.contentAttributes.of({ 'aria-label': 'values.yaml', 'aria-describedby': 'editor-keys', tabindex: '0' }),
  EditorView.updateListener.of((update) => {
    if (update.docChanged) {
      performance.mark('input');
      text.value = update.state.doc.toString();
    }
    if (update.selectionSet || update.docChanged)
      cursorLine.value = update.state.doc.lineAt(update.state.selection.main.head).number;
  }),
  keymap.of([
    // Tab leaves the editor, as everywhere else on the page: indenting has keys of its own
    { key: 'Mod-]', run: indentMore },
    { key: 'Mod-[', run: indentLess },
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    ...lintKeymap,
  ]),
];
