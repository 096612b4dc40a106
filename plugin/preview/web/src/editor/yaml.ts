/**
 * YAML to look at: colours, folds, indentation. By lines and not by a grammar, so that only what is seen must be read, and that a
 * text which is half written keeps its colours. Whether it means something the core says.
 */

import { foldService, indentService, StreamLanguage, type StringStream } from '@codemirror/language';
import type { Extension, Text } from '@codemirror/state';

interface Place {
  /** The column of the last key or dash: a block of text belongs to what is further right. */
  column: number;
  /** The column of the key whose block of text this is. */
  block: number | null;
  /** The quote that is open. */
  quote: string;
  /** Brackets that are open. */
  depth: number;
}

const KEY =
  /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:[^\s#"'[\]{},&*!|>%@`:]|:(?=\S))(?:[^#:]|(?<=\S)#|:(?=\S))*?)(?=\s*:(?:\s|$))/;
const KEY_IN_BRACKETS = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'[\]{},:]+)(?=\s*:)/;
const PLAIN = /^(?:[^\s#]|(?<=\S)#|\s+(?=[^\s#]))+/;
const PLAIN_IN_BRACKETS = /^(?:[^\s#[\]{},]|\s+(?=[^\s#[\]{},]))+/;
const REST: Record<string, RegExp> = { '"': /^(?:[^"\\]|\\.)*("|\\?$)/, "'": /^(?:[^']|'')*('|$)/ };
const NUMBER = /^[-+]?(?:0x[\da-f]+|0o?[0-7]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?|\.inf|\.nan)$/i;
/** YAML 1.1, as Helm reads it. */
const WORD = /^(?:true|false|yes|no|on|off|null|~)$/i;

function token(stream: StringStream, place: Place): string | null {
  if (stream.sol()) {
    const isWithin = stream.indentation() > (place.block ?? place.column);
    if (place.block !== null && isWithin) {
      stream.skipToEnd();
      return 'string';
    }
    place.block = null;
    // what was not closed ends here: it is being written
    if (!isWithin) place.quote = '';
    if (!isWithin && !/^\s*[\]}]/.test(stream.string)) place.depth = 0;
    if (stream.match(/^(?:---|\.\.\.)(?=\s|$)/)) {
      place.column = -1;
      return 'meta';
    }
  }
  if (place.quote) return quoted(stream, place);
  if (stream.eatSpace()) return null;
  if (stream.match(/^#.*/)) return 'comment';
  const column = stream.column();
  if (place.depth === 0 && stream.match(/^[-?](?=\s|$)/)) {
    place.column = column;
    return 'punctuation';
  }
  if (stream.match(place.depth > 0 ? KEY_IN_BRACKETS : KEY)) {
    if (place.depth === 0) place.column = column;
    return 'propertyName';
  }
  if (stream.match(/^[:,](?=\s|$)/)) return 'punctuation';
  if (stream.match(/^[[{]/)) {
    place.depth++;
    return 'squareBracket';
  }
  if (place.depth > 0 && stream.match(/^[\]},:]/)) {
    if (/[\]}]/.test(stream.current())) place.depth--;
    return 'squareBracket';
  }
  if (stream.match(/^[&*][^\s,[\]{}]+/)) return 'labelName';
  if (stream.match(/^!\S*/)) return 'typeName';
  if (stream.match(/^[|>][-+\d]*(?=\s|$)/)) {
    place.block = place.column;
    return 'meta';
  }
  if (stream.match(/^["']/)) {
    place.quote = stream.current();
    return quoted(stream, place);
  }
  if (!stream.match(place.depth > 0 ? PLAIN_IN_BRACKETS : PLAIN)) stream.next();
  const word = stream.current();
  return NUMBER.test(word) ? 'number' : WORD.test(word) ? 'bool' : 'string';
}

/** To the end of the quoted text or of the line. */
function quoted(stream: StringStream, place: Place): string {
  const found = stream.match(REST[place.quote] as RegExp) as RegExpMatchArray | null;
  if (!found) stream.skipToEnd();
  else if (found[1] === place.quote) place.quote = '';
  return 'string';
}

const language = StreamLanguage.define<Place>({
  name: 'yaml',
  startState: () => ({ column: -1, block: null, quote: '', depth: 0 }),
  copyState: (place) => ({ ...place }),
  token,
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['(', '[', '{', '"', "'"] } },
});

function indentation(line: string): number {
  let column = 0;
  while (line[column] === ' ') column++;
  return column;
}

/** The end of what stands below a line and belongs to it: what is further right, the items of its list, a document. */
function end(document: Text, number: number): number | null {
  const own = document.line(number);
  const indent = indentation(own.text);
  const isDocument = own.text.startsWith('---');
  if (!isDocument && /^\s*(?:#|$)/.test(own.text)) return null;
  if (number === document.lines) return null;
  const isItem = /^\s*-(?:\s|$)/.test(own.text);
  let [at, last] = [own.to, own.to];
  for (const text of document.iterLines(number + 1)) {
    const column = indentation(text);
    const isListBelow = column === indent && !isItem && /^-(?:\s|$)/.test(text.slice(column, column + 2));
    const isWithin = isDocument ? !text.startsWith('---') : column > indent || isListBelow;
    const isBlank = column === text.length;
    if (!isBlank && !isWithin) break;
    at += text.length + 1;
    if (!isBlank) last = at;
  }
  return last > own.to ? last : null;
}

const folds = foldService.of((state, from) => {
  const own = state.doc.lineAt(from);
  const to = end(state.doc, own.number);
  return to === null ? null : { from: own.to, to };
});

/** As the line above, below its key and not its dash; further right where that has no value yet. */
const indents = indentService.of((context, at) => {
  if (context.simulatedBreak !== at) return null; // no new line: what stands there may mean it
  const above = context.lineAt(at, -1).text;
  const [dashes = ''] = /^\s*(?:-\s+)+(?=[^\s#"'].*:(?:\s|$))/.exec(above) ?? [];
  const column = Math.max(indentation(above), dashes.length);
  return /(?::|[[{]|[|>][-+\d]*)\s*$/.test(above) ? column + context.unit : column;
});

export const yaml: Extension = [language, folds, indents];
