/** Completion of keys and values, and what a key means, from the schema. */

import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  startCompletion,
} from '@codemirror/autocomplete';
import { type EditorView, hoverTooltip } from '@codemirror/view';
import { stringify } from 'yaml';
import type { Steps } from '../protocol.ts';
import { type Node, top, valueAt } from '../schema.ts';
import { defaults, traces } from '../state.ts';
import { columns, line, parents, pathAt, siblings } from './place.ts';

/** What a value is, in elements: its path, type, default and description. */
export function explanation(steps: Steps, node: Node): HTMLElement {
  const box = document.createElement('div');
  box.className = 'explanation';
  const add = (name: string, className: string, text: string) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(
      ...text
        .split('`')
        .map((part, index) =>
          index % 2 === 1 ? Object.assign(document.createElement('code'), { textContent: part }) : part,
        ),
    );
    box.append(element);
  };
  add('div', 'path', steps.map((step) => (typeof step === 'number' ? '[]' : step)).join('.'));
  if (node.description) add('p', '', node.description);
  const value = valueAt(defaults.value, steps);
  const isLarge = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  const words = value === undefined || isLarge ? '' : ` · default ${value === '' ? '""' : stringify(value).trim()}`;
  add('div', 'type', node.typeInWords + words);
  const trace = traces.value.find((trace) => trace.steps.join('\0') === steps.join('\0'));
  if (trace) {
    const count = Object.values(trace.made)
      .flat()
      .reduce((sum, [from, to]) => sum + to - from, 0);
    const objects = Object.keys(trace.made).length;
    add(
      'div',
      'type',
      objects === 0
        ? 'Changes nothing now'
        : `Makes ${count} line${count === 1 ? '' : 's'} of ${objects} object${objects === 1 ? '' : 's'}`,
    );
  }
  return box;
}

function complete(context: CompletionContext): CompletionResult | null {
  const { state, pos } = context;
  const here = state.doc.lineAt(pos);
  const before = here.text.slice(0, pos - here.from);
  if (/(^|\s)#/.test(before)) return null;
  const own = line(before);
  if (own) {
    const steps = pathAt(state.doc, here.number);
    const node = steps && top.at(steps);
    if (!steps || !node) return null;
    const options = words(node, valueAt(defaults.value, steps));
    const from = here.from + own.to + (/^\s*/.exec(before.slice(own.to))?.[0].length ?? 0);
    if (before.length === own.to || options.length === 0) return null;
    return { from, options, validFor: /^[\w."-]*$/ };
  }
  const word = /^(\s*)((?:- +)*)([\w.-]*)$/.exec(before);
  if (!word || (!context.explicit && !word[3])) return null;
  const [, space = '', dashes = '', typed = ''] = word;
  const indentation = space.length + dashes.length;
  const steps = parents(state.doc, here.number, indentation, columns(space, dashes));
  const node = top.at(steps);
  if (!node) return null;
  const there = siblings(state.doc, here.number, indentation);
  const options = [...node.keys].filter(([key]) => !there.has(key)).map(([key, child]) => option(steps, key, child));
  return options.length > 0 ? { from: pos - typed.length, options, validFor: /^[\w.-]*$/ } : null;
}

function option(steps: Steps, key: string, node: Node): Completion {
  const isMapping = node.type === 'object' && node.keys.size > 0;
  return {
    label: key,
    type: isMapping ? 'namespace' : 'property',
    detail: node.typeInWords,
    info: () => explanation([...steps, key], node),
    apply: (view: EditorView, _: Completion, from: number, to: number) => {
      const here = view.state.doc.lineAt(from);
      const rest = isMapping ? `:\n${' '.repeat(from - here.from + 2)}` : ': ';
      view.dispatch({
        changes: { from, to, insert: key + rest },
        selection: { anchor: from + key.length + rest.length },
        userEvent: 'input.complete',
      });
      startCompletion(view);
    },
  };
}

function words(node: Node, value: unknown): Completion[] {
  const given = node.type === 'boolean' ? ['true', 'false'] : node.words.map((word) => (word === '' ? '""' : word));
  const usual = typeof value === 'object' || value === undefined ? [] : [value === '' ? '""' : stringify(value).trim()];
  return [...new Set([...given, ...usual])].map((label) => ({
    label,
    type: 'constant',
    ...(usual.includes(label) && { detail: 'default' }),
  }));
}

const hover = hoverTooltip((view, pos) => {
  const here = view.state.doc.lineAt(pos);
  const own = line(here.text);
  const steps = pathAt(view.state.doc, here.number);
  const node = steps && top.at(steps);
  if (!own || !node || pos < here.from + own.from || pos > here.from + own.to) return null;
  return {
    pos: here.from + own.from,
    end: here.from + own.to,
    above: true,
    create: () => ({ dom: explanation(steps, node) }),
  };
});

export const help = [autocompletion({ override: [complete], icons: false }), hover];
