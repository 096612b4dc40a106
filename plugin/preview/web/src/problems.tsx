/** What is wrong, with a button where the mending is known. */

import { edit, goTo } from './editor/editor.tsx';
import { mend } from './editor/mistakes.ts';
import type { Diagnostic } from './protocol.ts';
import { answer, failure, leftTab, text } from './state.ts';

export function Problems() {
  const mistakes = answer.value?.diagnostics ?? [];
  const count = mistakes.length;
  return (
    <section class={count > 0 ? 'problems has-problems' : 'problems'} aria-label="Mistakes">
      {failure.value && (
        <p class="failure" role="alert">
          {failure.value}
          <button type="button" class="quiet" onClick={() => (failure.value = null)}>
            Dismiss
          </button>
        </p>
      )}
      <p class="verdict" role="status">
        {answer.value === null
          ? 'Starting…'
          : count === 0
            ? 'No mistakes'
            : count === 1
              ? '1 mistake'
              : `${count} mistakes`}
      </p>
      {count > 0 && (
        <ul>
          {mistakes.map((mistake, index) => (
            <Problem mistake={mistake} key={`${mistake.path}-${index}`} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Problem({ mistake }: { mistake: Diagnostic }) {
  const known = mend(mistake);
  const { line, column, path, message, hint } = mistake;
  const show = () => {
    leftTab.value = 'yaml';
    setTimeout(() => goTo(line ?? 1, column ?? 1), 0);
  };
  return (
    <li>
      <div>
        {line !== null && (
          <button type="button" class="place" onClick={show} aria-label={`Go to line ${line}`}>
            {line}:{column}
          </button>
        )}
        {path && <code>{path}</code>} {message}
        {hint && <span class="mend"> {hint}</span>}
      </div>
      {known && (
        <button type="button" class="primary" onClick={() => edit(known.apply(text.value))}>
          {known.label}
        </button>
      )}
    </li>
  );
}
