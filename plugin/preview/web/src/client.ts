/** The page's side of the worker. */

import { type Answer, type CoreRequest, type KubernetesObject, type Question, type Reply, whole } from './protocol.ts';

/** A reply with all of its objects: those that are as they were are the same ones. */
export type Heard = Exclude<Reply, { kind: 'answer' }> | { kind: 'answer'; id: number; answer: Answer };
export type Listener = (reply: Heard) => void;

export class Core {
  private worker: Worker;
  private last = 0;
  /** The objects of the last answer without mistakes, as the worker knows them. */
  private known: KubernetesObject[] = [];
  private waiting = new Map<number, (answer: Answer | null) => void>();
  private readonly listener: Listener;

  constructor(listener: Listener) {
    this.listener = listener;
    this.worker = this.start();
  }

  private start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'core' });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.hear(data);
    worker.onerror = (event) =>
      this.listener({ kind: 'failure', id: this.last, message: event.message || 'the worker could not start' });
    return worker;
  }

  private hear(sent: Reply) {
    const reply: Heard =
      sent.kind === 'answer'
        ? { ...sent, answer: { ...sent.answer, objects: whole(sent.answer.objects, this.known) } }
        : sent;
    const done = reply.kind === 'answer' || reply.kind === 'failure' ? this.waiting.get(reply.id) : undefined;
    if (done) {
      this.waiting.delete((reply as { id: number }).id);
      done(reply.kind === 'answer' ? reply.answer : null);
      return;
    }
    if (reply.kind === 'answer' && reply.answer.ok) this.known = reply.answer.objects;
    this.listener(reply);
    if (reply.kind === 'failure') {
      // its memory is in doubt: a new one for the next question
      this.worker.terminate();
      for (const give of this.waiting.values()) give(null);
      this.waiting.clear();
      this.known = [];
      this.worker = this.start();
    }
  }

  /** Renders what is being typed; the answer goes to the listener. */
  live(request: CoreRequest): number {
    this.ask({ kind: 'live', id: ++this.last, request });
    return this.last;
  }

  /** Renders other values once, for a comparison; null where the core failed. */
  once(request: CoreRequest): Promise<Answer | null> {
    const id = ++this.last;
    return new Promise((done) => {
      this.waiting.set(id, done);
      this.ask({ kind: 'once', id, request });
    });
  }

  private ask(question: Question) {
    this.worker.postMessage(question);
  }
}
