/** Questions to the core's module, one at a time. */

import { release } from './core/core.js';

/** The core's answer; its memory is given back as soon as it is read. The first question must be `defaultValues`. */
export function ask<T>(question: () => string): T {
  const answer = JSON.parse(question());
  release();
  if (answer.failure) throw new Error(answer.failure);
  return answer;
}
