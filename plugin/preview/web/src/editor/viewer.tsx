/** Text to read: objects, with the lines marked that a value makes, or their difference from others. */

import { foldGutter, foldKeymap } from '@codemirror/language';
import { search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { difference } from './mistakes.ts';
import { look } from './theme.ts';
import { yaml } from './yaml.ts';

/** Half-open ranges of lines, from 0. */
export type Ranges = [number, number][];
/** How lines are marked: made by the value at the cursor, new, gone, the head of an object. */
export type Class = 'made' | 'added' | 'removed' | 'head';
export type Marks = Partial<Record<Class, Ranges>>;

const mark = StateEffect.define<Marks>();
const decorations = {
  made: Decoration.line({ class: 'cm-made' }),
  added: Decoration.line({ class: 'cm-added' }),
  removed: Decoration.line({ class: 'cm-removed', attributes: { role: 'deletion' } }),
  head: Decoration.line({ class: 'cm-head' }),
};
const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(old, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(mark)) continue;
      const { doc } = transaction.state;
      const found = Object.entries(effect.value).flatMap(([name, ranges]) =>
        ranges.flatMap(([from, to]) =>
          Array.from({ length: Math.min(to, doc.lines) - from }, (_, index) =>
            decorations[name as Class].range(doc.line(from + index + 1).from),
          ),
        ),
      );
      return Decoration.set(found, true);
    }
    return old.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const reading: Extension = [
  lineNumbers(),
  yaml,
  look,
  search({ top: true }),
  EditorState.readOnly.of(true),
  keymap.of([...searchKeymap, ...foldKeymap]),
];

interface ViewerProps {
  text: string;
  label: string;
  marks?: Marks;
  /** Lines have a sign before them: new or gone. */
  isDifference?: boolean;
  onLine?: (line: number) => void;
}

/** One text, of which a new one shows only what changed. */
export function Viewer({ text, label, marks = {}, isDifference = false, onLine }: ViewerProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const shown = useRef(text);
  const told = useRef(onLine);
  told.current = onLine;
  useLayoutEffect(() => {
    const extensions = [
      reading,
      marked,
      foldGutter({ openText: '▾', closedText: '▸' }),
      EditorView.editorAttributes.of({ class: isDifference ? 'is-difference' : '' }),
      EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
      EditorView.updateListener.of((update) => {
        if (update.selectionSet) told.current?.(update.state.doc.lineAt(update.state.selection.main.head).number - 1);
      }),
    ];
    const own = new EditorView({
      parent: place.current as HTMLElement,
      state: EditorState.create({ doc: text, extensions }),
    });
    view.current = own;
    return () => own.destroy();
  }, []);
  // before the paint: a frame later would be a frame late
  useLayoutEffect(() => {
    const own = view.current;
    if (!own) return;
    if (shown.current === text) return;
    own.dispatch(difference(shown.current, text));
    shown.current = text;
    const end = performance.now();
    const [input] = performance.getEntriesByName('input').slice(-1);
    if (input) performance.measure('input to output', { start: input.startTime, end });
    performance.clearMarks('input');
  }, [text]);
  const key = JSON.stringify(marks);
  useLayoutEffect(() => {
    const marks: Marks = JSON.parse(key);
    const own = view.current;
    if (!own) return;
    const first = marks.made?.[0]?.[0];
    const from = first !== undefined && first < own.state.doc.lines ? own.state.doc.line(first + 1).from : undefined;
    own.dispatch({
      effects: [
        mark.of(marks),
        ...(from === undefined || own.hasFocus ? [] : [EditorView.scrollIntoView(from, { y: 'center' })]),
      ],
    });
  }, [key]);
  return <div class="code" ref={place} />;
}
