/** The page: values to the left, what becomes of them to the right; on narrow screens one of both. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren, TargetedDragEvent, TargetedKeyboardEvent } from 'preact';
import { Diff } from './diff.tsx';
import { Editor, edit } from './editor/editor.tsx';
import { Form } from './form.tsx';
import { Objects } from './objects.tsx';
import { Problems } from './problems.tsx';
import {
  answer,
  failure,
  good,
  type LeftTab,
  leftTab,
  narrowSide,
  notice,
  type RightTab,
  rightTab,
  stale,
} from './state.ts';
import { Summary } from './summary.tsx';
import { Toolbar } from './toolbar.tsx';

/** Larger files are no values. */
const MOST = 1 << 20;

export async function load(file: File) {
  if (file.size > MOST) failure.value = `${file.name} is larger than 1 MiB: that is no values file`;
  else edit(await file.text());
}

export function App() {
  const isOver = useSignal(false);
  const drop = (event: TargetedDragEvent<HTMLDivElement>) => {
    event.preventDefault();
    isOver.value = false;
    const file = event.dataTransfer?.files[0];
    if (file) load(file);
  };
  const over = (event: TargetedDragEvent<HTMLDivElement>) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    isOver.value = true;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a file can be dropped anywhere; the button Open does the same
    <div
      class={`page show-${narrowSide.value}${isOver.value ? ' is-over' : ''}`}
      onDrop={drop}
      onDragOver={over}
      onDragLeave={() => (isOver.value = false)}
    >
      <Toolbar />
      <main>
        <section class="side left" aria-label="Values">
          <Tabs
            label="Values as"
            tabs={[
              ['yaml', 'YAML'],
              ['form', 'Form'],
            ]}
            shown={leftTab.value}
            choose={(tab: LeftTab) => (leftTab.value = tab)}
          />
          <div
            class="panel"
            role="tabpanel"
            id="panel-yaml"
            aria-labelledby="tab-yaml"
            hidden={leftTab.value !== 'yaml'}
          >
            <div class="hidden" id="editor-keys">
              Ctrl+Space completes, F8 goes to the next mistake, Tab leaves the editor.
            </div>
            <Editor />
          </div>
          {leftTab.value === 'form' && (
            <div class="panel" role="tabpanel" id="panel-form" aria-labelledby="tab-form">
              <Form />
            </div>
          )}
          <Problems />
        </section>
        <section class="side right" aria-label="What Helm would install">
          <Tabs
            label="What Helm would install"
            tabs={[
              ['objects', 'Objects'],
              ['diff', 'Changes'],
              ['summary', 'Summary'],
            ]}
            shown={rightTab.value}
            choose={(tab: RightTab) => (rightTab.value = tab)}
          >
            {stale.value && good.value.length > 0 && <span class="stale">as of the last values without a mistake</span>}
          </Tabs>
          <div class="panel" role="tabpanel" id={`panel-${rightTab.value}`} aria-labelledby={`tab-${rightTab.value}`}>
            {rightTab.value === 'objects' ? <Objects /> : rightTab.value === 'diff' ? <Diff /> : <Summary />}
          </div>
        </section>
      </main>
      <nav class="narrow" aria-label="Side">
        <button type="button" aria-pressed={narrowSide.value === 'left'} onClick={() => (narrowSide.value = 'left')}>
          Values
        </button>
        <button type="button" aria-pressed={narrowSide.value === 'right'} onClick={() => (narrowSide.value = 'right')}>
          Result{answer.value && !answer.value.ok ? ` (${answer.value.diagnostics.length} to mend)` : ''}
        </button>
      </nav>
      <div class="hidden" role="status">
        {notice.value}
      </div>
      {notice.value && (
        <div class="toast" aria-hidden="true" key={notice.value}>
          {notice.value}
        </div>
      )}
    </div>
  );
}

interface TabsProps<T extends string> {
  label: string;
  tabs: [T, string][];
  shown: T;
  choose: (tab: T) => void;
  children?: ComponentChildren;
}

function Tabs<T extends string>({ label, tabs, shown, choose, children }: TabsProps<T>) {
  const move = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : undefined;
    const at = tabs.findIndex(([tab]) => tab === shown);
    const next = step === undefined ? undefined : tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    choose(next[0]);
    document.getElementById(`tab-${next[0]}`)?.focus();
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(([tab, name]) => (
          <button
            type="button"
            role="tab"
            key={tab}
            id={`tab-${tab}`}
            aria-selected={tab === shown}
            {...(tab === shown && { 'aria-controls': `panel-${tab}` })}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => choose(tab)}
          >
            {name}
          </button>
        ))}
      </div>
      {children}
    </div>
  );
}
