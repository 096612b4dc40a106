/** What several parts of the page do, with their success or failure told. */

import { announce, failure } from './state.ts';

export async function copy(text: string, told: string) {
  await navigator.clipboard.writeText(text);
  announce(told);
}

export async function announceError(act: () => Promise<unknown>) {
  try {
    await act();
  } catch (error) {
    failure.value = error instanceof Error ? error.message : String(error);
  }
}

/** A file of the user's, as text. */
export function pick(then: (file: File) => void) {
  const input = Object.assign(document.createElement('input'), {
    type: 'file',
    accept: '.yaml,.yml,application/yaml,text/yaml',
  });
  input.onchange = () => {
    const [file] = input.files ?? [];
    if (file) then(file);
  };
  input.click();
}
