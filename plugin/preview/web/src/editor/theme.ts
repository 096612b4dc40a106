/** The look of both editors; the colours are the page's own, so that light and dark need no second theme. */

import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Those that `yaml.ts` gives. */
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--code-key)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: tags.comment, color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [tags.number, tags.bool], color: 'var(--code-number)' },
  { tag: [tags.meta, tags.typeName, tags.labelName], color: 'var(--code-meta)' },
  { tag: [tags.punctuation, tags.squareBracket], color: 'var(--code-mark)' },
]);

const view = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'transparent', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', fontVariantLigatures: 'none', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--accent)', padding: '8px 0 40vh' },
  '.cm-gutters': { backgroundColor: 'var(--page)', color: 'var(--faint)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 6px 0 10px', minWidth: '34px' },
  '.cm-foldGutter .cm-gutterElement': { color: 'var(--faint)', cursor: 'pointer' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--line)' },
  // the browser's own selection and cursor: drawing them (drawSelection) took half of the time of a keystroke
  '.cm-line::selection, .cm-line ::selection': { backgroundColor: 'var(--selection)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--border)',
    borderRadius: '8px',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16em' },
  '.cm-tooltip-autocomplete ul li': { padding: '2px 8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 12px', maxWidth: '380px', fontFamily: 'var(--sans)' },
  '.cm-completionDetail': { color: 'inherit', opacity: '.75', fontStyle: 'normal', marginLeft: '1em' },
  '.cm-diagnostic': {
    padding: '8px 12px',
    borderLeft: '3px solid var(--bad)',
    whiteSpace: 'pre-wrap',
    maxWidth: '520px',
  },
  '.cm-diagnosticAction': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
    borderRadius: '5px',
    padding: '3px 10px',
    margin: '0 0 0 8px',
    font: 'inherit',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
    textDecorationSkipInk: 'none',
  },
  '.cm-lint-marker-error': {
    content: '""',
    width: '10px',
    height: '10px',
    marginTop: '6px',
    borderRadius: '50%',
    backgroundColor: 'var(--bad)',
  },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--text)', borderColor: 'var(--border)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--border)' },
  '.cm-textfield': {
    backgroundColor: 'var(--page)',
    border: '1px solid var(--border)',
    borderRadius: '5px',
    color: 'var(--text)',
    padding: '3px 6px',
    fontSize: '13px',
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--page)',
    border: '1px solid var(--border)',
    borderRadius: '5px',
    color: 'var(--text)',
    fontSize: '13px',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--found)' },
  '.cm-searchMatch.cm-searchMatch-selected': { backgroundColor: 'var(--found)', outline: '1px solid var(--accent)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--line)', border: 'none', color: 'var(--muted)', padding: '0 6px' },
  '.cm-made': { backgroundColor: 'var(--made)', boxShadow: 'inset 3px 0 var(--accent)' },
  '.cm-added': { backgroundColor: 'var(--added)', boxShadow: 'inset 3px 0 var(--good)' },
  '.cm-removed': { backgroundColor: 'var(--removed)', boxShadow: 'inset 3px 0 var(--bad)' },
  // the sign, so that it is not told by colour alone
  '&.is-difference .cm-line::before': { content: '"  "' },
  '&.is-difference .cm-added::before': { content: '"+ "', color: 'var(--good)' },
  '&.is-difference .cm-removed::before': { content: '"− "', color: 'var(--bad)' },
  '.cm-head': {
    backgroundColor: 'var(--line)',
    color: 'var(--muted)',
    fontFamily: 'var(--sans)',
    fontWeight: '600',
    padding: '4px 8px',
  },
  '.cm-head *': { color: 'var(--text) !important', fontStyle: 'normal !important' },
});

export const look = [view, syntaxHighlighting(colours)];
