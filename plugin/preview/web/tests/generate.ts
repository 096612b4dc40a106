/** Values files made from the schema, the same ones at every run. */

import { stringify } from 'yaml';
import { type Node, top, valueAt } from '../src/schema.ts';

/** Mulberry32: small, and the same everywhere. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

/** Strings that writers of YAML get wrong. */
const ODD = [
  'yes',
  '0644',
  '1e3',
  'null',
  '~',
  'a: b',
  ' x ',
  '',
  '- a',
  '#x',
  '2026-01-01',
  '1_000',
  'é😀',
  'a\nb\n',
  "it's",
  '"',
  '\\',
  '{{ x }}',
  '0x1F',
  '.5',
  'true',
];

/** Words of the right form, by the end of a key. */
const WORDS: [RegExp, string[]][] = [
  [/[mM]emory$/, ['512m', '1g']],
  [/(sizeLimit|size)$/, ['1Gi', '5Gi']],
  [/(interval|maxAge|updateInterval)$/, ['30s', '2d', '10m']],
  [/[bB]ucket$/, ['logs', 'my-bucket']],
  [/endpoint$/, ['http://minio.storage.svc:9000', 'https://s3.example.com']],
  [/(hosts\.\w+|host)$/, ['spark.example.com', 'a.b.example.org']],
  [
    /(Secret|ConfigMap|ClassName|className|storageClass|StorageClass|schedulerName|serviceAccount\.name)$/,
    ['one', 'two-2'],
  ],
  [/(prefix)$/, ['a', 'a/b']],
  [/(nameOverride|fullnameOverride)$/, ['short', 'a-name-of-some-length', 'x'.repeat(40)]],
  [/digest$/, [`sha256:${'a'.repeat(64)}`]],
  [/registry$|Registry$/, ['quay.io', 'localhost:5000']],
  [/repository$/, ['team/image', 'x']],
  [/tag$/, ['1.2.3', '3.5', '1e3']],
  [/JavaOptions$/, ['-Dx=y', '-Da="b c"']],
  [/cores$/, ['1', '4']],
  [/sparkHome$/, ['/opt/spark-3.5.7']],
  [/clusterDomain$/, ['example.local']],
  [/region$/, ['eu-west-1']],
];

/** Kubernetes' own types, of which the schema says little. */
const TYPED: Record<string, unknown[]> = {
  resources: [{ requests: { cpu: '250m' } }, { limits: { memory: '4Gi', cpu: 2 } }],
  tolerations: [
    [{ key: 'a', operator: 'Exists' }],
    [{ key: 'a', value: 'yes', effect: 'NoSchedule', tolerationSeconds: 30 }],
  ],
  extraEnvVars: [ODD.slice(0, 8).map((value, index) => ({ name: `E${index}`, value }))],
  extraVolumes: [[{ name: 'v', emptyDir: {} }], [{ name: 'v', configMap: { name: 'c', defaultMode: 420 } }]],
  sidecars: [[{ name: 's', image: 's:1', args: ['no', '-c', '1'] }]],
  initContainers: [[{ name: 'i', image: 'i:1', command: ['sh', '-ec', 'echo a\necho b\n'] }]],
  hostAliases: [[{ ip: '10.0.0.1', hostnames: ['a', 'b'] }]],
  affinity: [
    {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'In', values: ['1', 'on'] }] }],
        },
      },
    },
  ],
  topologySpreadConstraints: [[{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }]],
  clientSelector: [{ matchLabels: { a: 'yes' } }],
  clientNamespaceSelector: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
  podOverrides: [{ metadata: { annotations: { x: '1' } }, spec: { terminationGracePeriodSeconds: 7 } }],
  podSecurityContext: [{ fsGroupChangePolicy: 'OnRootMismatch' }],
  rules: [[{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]],
};

const S3 = { s3: { endpoint: 'http://minio:9000', existingSecret: 'keys' } };

/** A values file; about half of them are right. */
export function values(random: () => number, defaults: unknown): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const tree: Record<string, unknown> = random() < 0.6 ? structuredClone(S3) : {};
  for (let count = 1 + Math.floor(random() * 7); count > 0; count--) {
    const { steps, node } = leaf(pick, random);
    put(tree, steps, value(steps, node, pick, random, valueAt(defaults, steps)));
  }
  return stringify(tree, { version: '1.1', lineWidth: 0, collectionStyle: random() < 0.2 ? 'flow' : 'any' });
}

function leaf(pick: <T>(list: readonly T[]) => T, random: () => number) {
  const steps: string[] = [];
  let node: Node = top;
  while (node.keys.size > 0) {
    const keys = [...node.keys];
    // components that are off say nothing: turn them on more often than not
    const enabled = keys.find(([key]) => key === 'enabled');
    const [key, child] =
      enabled && random() < 0.3 ? enabled : pick(keys.filter(([key]) => steps.length > 0 || key !== 'extraDeploy'));
    steps.push(key);
    node = child;
  }
  return { steps, node };
}

function value(
  steps: string[],
  node: Node,
  pick: <T>(list: readonly T[]) => T,
  random: () => number,
  usual: unknown,
): unknown {
  const name = steps.join('.');
  const typed = TYPED[steps.at(-1) ?? ''];
  if (typed) return pick(typed);
  if (node.type === 'boolean') return steps.at(-1) === 'enabled' ? random() < 0.8 : random() < 0.5;
  if (node.words.length > 0) return pick(node.words);
  if (node.type === 'integer' || node.type === 'number') {
    const { minimum = 0, maximum = minimum + 40 } = node.range;
    const from = typeof usual === 'number' ? usual : minimum;
    return Math.min(Math.max(from + Math.floor(random() * 4) - 1, minimum), maximum);
  }
  if (node.type === 'string') return pick(WORDS.find(([end]) => end.test(name))?.[1] ?? [usual, 'abc', 'x-1']);
  if (node.type === 'choice') return pick([1, '50%', '2']);
  if (node.type === 'array') return node.items?.type === 'string' ? [pick(['one', 'two']), 'three'] : usual;
  const odd =
    name === 'sparkConf'
      ? 'spark.x.'
      : /[lL]abels|nodeSelector|Selector/.test(name)
        ? 'example.com/'
        : name.endsWith('nnotations')
          ? 'example.com/'
          : 'X';
  const isLabel = /[lL]abels|nodeSelector/.test(name);
  return Object.fromEntries(
    Array.from({ length: 3 }, (_, index) => [`${odd}${index}`, isLabel ? pick(['a', 'yes', '1', 'true']) : pick(ODD)]),
  );
}

function put(tree: Record<string, unknown>, steps: string[], value: unknown) {
  const [last, ...before] = steps.toReversed() as [string, ...string[]];
  let place = tree;
  for (const step of before.toReversed()) {
    if (typeof place[step] !== 'object' || place[step] === null) place[step] = {};
    place = place[step] as Record<string, unknown>;
  }
  place[last] = value;
}
