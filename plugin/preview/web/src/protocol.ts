/** What the page and its worker say to each other, and what the core answers. */

export type Step = string | number;
export type Steps = Step[];

export interface CoreRequest {
  files: { name: string; text: string }[];
  release: { name: string; namespace: string };
  apiVersions: string[];
}

export interface KubernetesObject {
  component: string;
  kind: string;
  name: string;
  /** The document, with its first line `---`. */
  text: string;
  /** Another for each other object. */
  fingerprint: number;
}

const lineCounts = new WeakMap<KubernetesObject, number>();

/** How many lines an object's text has: counted once. */
export function lineCount(object: KubernetesObject): number {
  const known = lineCounts.get(object);
  if (known !== undefined) return known;
  const count = object.text.split('\n').length - 1;
  lineCounts.set(object, count);
  return count;
}

export type Fix = { key: string } | { value: string };

export interface Diagnostic {
  path: string;
  steps: Steps;
  message: string;
  hint: string | null;
  fix: Fix | null;
  /** From 1, as the column, which counts characters; null where the file does not say it. */
  line: number | null;
  column: number | null;
}

export interface Answer {
  ok: boolean;
  diagnostics: Diagnostic[];
  objects: KubernetesObject[];
}

/** An object, or its place among those that who asks has already. */
export type Part = KubernetesObject | number;

/** An answer on its way to the page, which has the objects of the last one without mistakes. */
export interface SentAnswer extends Omit<Answer, 'objects'> {
  objects: Part[];
}

export const whole = (parts: Part[], known: KubernetesObject[]): KubernetesObject[] =>
  parts.map((part) => (typeof part === 'number' ? known[part] : part)).filter((object) => object !== undefined);

export interface Amounts {
  cpu: number;
  memory: number;
}

export interface Summary {
  pods: { component: string; kind: string; name: string; count: number; most: number; requests: Amounts }[];
  totals: { pods: number; requests: Amounts };
  volumes: { component: string; name: string; count: number; size: number; class: string }[];
  ports: { component: string; service: string; type: string; name: string; port: number; node_port: number | null }[];
  urls: { url: string; by: string }[];
  secrets: { name: string; keys: string[]; by: string[]; given: boolean }[];
  left_to_helm: string[];
  openshift: string[];
}

/** Which lines of the objects one value of the file makes. */
export interface Trace {
  steps: Steps;
  /** Of the key in the file, from 1. */
  line: number;
  /** By the object's key: half-open ranges of lines within its text, from 0. */
  made: Record<string, [number, number][]>;
}

export interface About {
  name: string;
  version: string;
  appVersion: string;
  plugin: string;
}

export type Question =
  | { kind: 'live'; id: number; request: CoreRequest }
  | { kind: 'once'; id: number; request: CoreRequest };

export type Reply =
  | { kind: 'ready'; about: About; defaults: Record<string, unknown> }
  | { kind: 'answer'; id: number; answer: SentAnswer }
  | { kind: 'summary'; id: number; summary: Summary }
  | { kind: 'traces'; id: number; traces: Trace[] }
  | { kind: 'failure'; id: number; message: string };

export const keyOf = (object: Pick<KubernetesObject, 'kind' | 'name'>): string => `${object.kind}/${object.name}`;
