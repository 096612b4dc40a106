/** The core in a thread of its own. Only the newest question counts; what can wait is done between questions. */

import { diffArrays } from 'diff';
import { ask } from './ask.ts';
import init, { about, defaultValues, given, render, summary, without } from './core/core.js';
import wasm from './core/core.wasm.lzma?url';
import {
  type CoreRequest,
  type KubernetesObject,
  keyOf,
  type Part,
  type Question,
  type Reply,
  type SentAnswer,
  type Steps,
  type Trace,
  whole,
} from './protocol.ts';
import { unpack } from './unpack.ts';

/** Milliseconds without a new question before work that nobody waits for. */
const QUIET = { summary: 30, traces: 250 };

let newest = 0;
/** The objects of the last answer without mistakes to what is being typed: the page has them too. */
let known: KubernetesObject[] = [];
const say = (reply: Reply) => postMessage(reply);
const ready = core().then(() =>
  // the defaults first: they stay in the module's memory
  say({ kind: 'ready', defaults: ask(defaultValues), about: ask(about) }),
);

async function core() {
  const response = await fetch(wasm);
  if (!response.ok) throw new Error(`${wasm} is missing beside the page (${response.status})`);
  await init({ module_or_path: unpack(new Uint8Array(await response.arrayBuffer())) });
}

addEventListener('message', async ({ data }: MessageEvent<Question>) => {
  await ready;
  const { id, kind } = data;
  const request = JSON.stringify(data.request);
  try {
    // what is asked once is compared with something else
    const answer = ask<SentAnswer>(() => render(request, fingerprints(kind === 'live' ? known : [])));
    say({ kind: 'answer', id, answer });
    if (kind === 'once') return;
    newest = id;
    if (!answer.ok) return;
    known = whole(answer.objects, known);
    await later(id, request, known, data.request);
  } catch (error) {
    say({ kind: 'failure', id, message: String(error) });
  }
});

const fingerprints = (objects: KubernetesObject[]) => JSON.stringify(objects.map(({ fingerprint }) => fingerprint));

async function later(id: number, request: string, objects: KubernetesObject[], asked: CoreRequest) {
  await pause(QUIET.summary);
  if (newest !== id) return;
  say({ kind: 'summary', id, summary: ask(() => summary(request)) });
  await pause(QUIET.traces);
  const leaves: { steps: Steps; line: number }[] =
    newest === id && asked.files.length > 0 ? ask(() => given(request)) : [];
  const traces: Trace[] = [];
  for (const { steps, line } of leaves) {
    await pause(0); // a question goes first
    if (newest !== id) return;
    const rest: Part[] = ask(() => without(request, JSON.stringify(steps), fingerprints(objects)));
    traces.push({ steps, line, made: made(objects, whole(rest, objects)) });
  }
  if (newest === id) say({ kind: 'traces', id, traces });
}

/** The lines of `objects` that are not there without the value. */
function made(objects: KubernetesObject[], rest: KubernetesObject[]): Trace['made'] {
  const before = new Map(rest.map((object) => [keyOf(object), object]));
  const found: Trace['made'] = {};
  for (const object of objects) {
    const other = before.get(keyOf(object));
    if (other !== object) found[keyOf(object)] = added(other?.text ?? '', object.text);
  }
  return found;
}

function added(before: string, now: string): [number, number][] {
  const ranges: [number, number][] = [];
  let line = 0;
  for (const part of diffArrays(before.split('\n'), now.split('\n'))) {
    if (part.removed) continue;
    if (part.added) ranges.push([line, line + part.count]);
    line += part.count;
  }
  return ranges;
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
