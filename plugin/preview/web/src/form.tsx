/** The values as a form, made from the schema. It changes the text of the editor, and nothing of it but what was changed. */

import { computed, signal } from '@preact/signals';
import type { TargetedEvent } from 'preact';
import { stringify } from 'yaml';
import { read, remove, set, values } from './edit.ts';
import { edit } from './editor/editor.tsx';
import { Prose } from './prose.tsx';
import type { Steps } from './protocol.ts';
import { type Node, top, valueAt } from './schema.ts';
import { answer, defaults, text } from './state.ts';

const filter = signal('');
/** The sections that are open; the others are not made at all. */
const opened = signal<ReadonlySet<string>>(new Set(['master', 'worker']));
const given = computed(() => values(text.value));

const name = (steps: Steps) => steps.join('.');
const change = (steps: Steps, value: unknown) =>
  edit(same(value, valueAt(defaults.value, steps)) ? remove(text.value, steps) : set(text.value, steps, value));
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export function Form() {
  if (given.value === null)
    return <p class="empty">The text has a mistake, so that it cannot be shown as a form. Mend it under YAML.</p>;
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length > 0 ? leaves(top, []).filter(({ steps, node }) => matches(words, steps, node)) : null;
  return (
    <div class="form">
      <div class="form-filter">
        <input
          type="search"
          placeholder="Find a setting"
          aria-label="Find a setting"
          value={filter.value}
          onInput={(event) => (filter.value = event.currentTarget.value)}
        />
      </div>
      {found ? (
        <div class="fields">
          {found.slice(0, 60).map(({ steps, node }) => (
            <Field key={name(steps)} steps={steps} node={node} label={name(steps)} />
          ))}
          {found.length === 0 && <p class="empty">No setting is called so, or described so.</p>}
          {found.length > 60 && <p class="hint">{found.length - 60} more: write more of the name.</p>}
        </div>
      ) : (
        [...top.keys].map(([key, node]) => <Entry key={key} steps={[key]} node={node} />)
      )}
    </div>
  );
}

function Entry({ steps, node }: { steps: Steps; node: Node }) {
  if (node.keys.size === 0) return <Field steps={steps} node={node} label={String(steps.at(-1))} />;
  const id = name(steps);
  const isOpen = opened.value.has(id);
  const own = valueAt(given.value, steps);
  const count = own === undefined ? 0 : leafCount(own);
  const toggle = (event: TargetedEvent<HTMLDetailsElement>) => {
    const next = new Set(opened.value);
    if (event.currentTarget.open) next.add(id);
    else next.delete(id);
    if (next.size !== opened.value.size) opened.value = next;
  };
  return (
    <details open={isOpen} onToggle={toggle}>
      <summary>
        <span class="key">{steps.at(-1)}</span>
        {count > 0 && <span class="badge">{count} set</span>}
        <span class="about">
          <Prose text={node.description} />
        </span>
      </summary>
      {isOpen && (
        <div class="fields">
          {[...node.keys].map(([key, child]) => (
            <Entry key={key} steps={[...steps, key]} node={child} />
          ))}
        </div>
      )}
    </details>
  );
}

function Field({ steps, node, label }: { steps: Steps; node: Node; label: string }) {
  const own = valueAt(given.value, steps);
  const usual = valueAt(defaults.value, steps);
  const isSet = read(text.value).hasIn(steps);
  const id = `field-${name(steps)}`;
  const mistakes = (answer.value?.diagnostics ?? []).filter(
    (mistake) => name(mistake.steps).startsWith(name(steps)) && isSet,
  );
  const described = `${id}-about${mistakes.length > 0 ? ` ${id}-wrong` : ''}`;
  return (
    <div class={isSet ? 'field is-set' : 'field'}>
      <div class="field-head">
        <label for={id}>{label}</label>
        {isSet && (
          <button
            type="button"
            class="quiet"
            onClick={() => edit(remove(text.value, steps))}
            aria-label={`Back to the default of ${name(steps)}`}
          >
            Reset
          </button>
        )}
      </div>
      <Control
        id={id}
        steps={steps}
        node={node}
        value={isSet ? own : usual}
        described={described}
        isWrong={mistakes.length > 0}
      />
      <p class="hint" id={`${id}-about`}>
        <Prose text={node.description} />
      </p>
      {mistakes.length > 0 && (
        <p class="wrong" id={`${id}-wrong`}>
          {mistakes.map((mistake) => `${mistake.message}${mistake.hint ? `; ${mistake.hint}` : ''}`).join('. ')}
        </p>
      )}
    </div>
  );
}

interface ControlProps {
  id: string;
  steps: Steps;
  node: Node;
  value: unknown;
  described: string;
  isWrong: boolean;
}

function Control({ id, steps, node, value, described, isWrong }: ControlProps) {
  const common = { id, 'aria-describedby': described, 'aria-invalid': isWrong };
  if (node.type === 'boolean')
    return (
      <input
        {...common}
        type="checkbox"
        role="switch"
        checked={value === true}
        aria-checked={value === true}
        onChange={(event) => change(steps, event.currentTarget.checked)}
      />
    );
  if (node.words.length > 0)
    return (
      <select {...common} value={String(value ?? '')} onChange={(event) => change(steps, event.currentTarget.value)}>
        {!node.words.includes(String(value ?? '')) && (
          <option value={String(value ?? '')}>{String(value ?? '')}</option>
        )}
        {node.words.map((word) => (
          <option key={word} value={word}>
            {word || '(empty)'}
          </option>
        ))}
      </select>
    );
  if (node.type === 'integer' || node.type === 'number')
    return (
      <input
        {...common}
        type="number"
        min={node.range.minimum}
        max={node.range.maximum}
        value={value === null || value === undefined ? '' : String(value)}
        placeholder="empty"
        onChange={(event) => {
          const typed = event.currentTarget;
          change(steps, typed.value === '' ? (valueAt(defaults.value, steps) ?? null) : typed.valueAsNumber);
        }}
      />
    );
  if (node.type === 'string' || node.type === 'choice')
    return (
      <input
        {...common}
        type="text"
        spellcheck={false}
        autocomplete="off"
        value={value === null || value === undefined ? '' : String(value)}
        placeholder="empty"
        onChange={(event) => change(steps, scalar(event.currentTarget.value, node))}
      />
    );
  return <Snippet {...common} steps={steps} value={value} />;
}

/** Lists and mappings of the user's own making, as the YAML that they are. */
function Snippet({
  steps,
  value,
  ...common
}: {
  id: string;
  steps: Steps;
  value: unknown;
  'aria-describedby': string;
  'aria-invalid': boolean;
}) {
  const isEmpty =
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  const shown = isEmpty ? '' : stringify(value).trimEnd();
  const take = (event: TargetedEvent<HTMLTextAreaElement>) => {
    const area = event.currentTarget;
    const document = read(area.value);
    area.setCustomValidity(document.errors[0]?.message.split('\n')[0] ?? '');
    area.reportValidity();
    if (document.errors.length === 0)
      change(steps, area.value.trim() === '' ? valueAt(defaults.value, steps) : document.toJS());
  };
  return (
    <textarea
      {...common}
      class="mono"
      spellcheck={false}
      rows={Math.min(Math.max(shown.split('\n').length, 1), 12)}
      value={shown}
      placeholder="empty; YAML"
      onChange={take}
    />
  );
}

/** What was typed where several types are allowed: a number or true and false where they are meant. */
function scalar(typed: string, node: Node): unknown {
  if (node.type === 'string') return typed;
  const kinds = node.choices.map((choice) => choice.type);
  const value: unknown = read(typed).toJS();
  if (typed === '') return null;
  if (typeof value === 'number' && kinds.some((kind) => kind === 'integer' || kind === 'number')) return value;
  return typeof value === 'boolean' && kinds.includes('boolean') ? value : typed;
}

function leaves(node: Node, steps: Steps): { steps: Steps; node: Node }[] {
  if (node.keys.size === 0 || steps.length > 12) return [{ steps, node }];
  return [...node.keys].flatMap(([key, child]) => leaves(child, [...steps, key]));
}

const matches = (words: string[], steps: Steps, node: Node) => {
  const content = `${name(steps)} ${node.description}`.toLowerCase();
  return words.every((word) => content.includes(word));
};

const leafCount = (value: unknown): number =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.values(value).reduce<number>((sum, inner) => sum + leafCount(inner), 0)
    : 1;
