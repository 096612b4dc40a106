/** Which key a line is about. */

import { Text } from '@codemirror/state';
import { expect, test } from '@playwright/test';
import { parents, pathAt, siblings } from '../src/editor/place.ts';

const text = Text.of(
  `worker:
  replicaCount: 2
  tolerations:
  - key: a
    effect: b
  extraEnvVars:
    - name: A
      value: "1"

  resources:
    limits:
      memory: 2Gi
sparkConf:
  spark.x: 1
  "spark.y z": 2
last:
  `.split('\n'),
);

test('each line knows its path', () => {
  const paths = Array.from({ length: text.lines }, (_, index) => pathAt(text, index + 1)?.join('/'));
  expect(paths).toEqual([
    'worker',
    'worker/replicaCount',
    'worker/tolerations',
    'worker/tolerations/0/key',
    'worker/tolerations/0/effect',
    'worker/extraEnvVars',
    'worker/extraEnvVars/0/name',
    'worker/extraEnvVars/0/value',
    undefined,
    'worker/resources',
    'worker/resources/limits',
    'worker/resources/limits/memory',
    'sparkConf',
    'sparkConf/spark.x',
    'sparkConf/spark.y z',
    'last',
    undefined,
  ]);
});

test('a key to be written knows where it would stand, and beside which', () => {
  expect(parents(text, 17, 2)).toEqual(['last']);
  expect(parents(text, 9, 2)).toEqual(['worker']);
  expect(siblings(text, 9, 2)).toEqual(new Set(['replicaCount', 'tolerations', 'extraEnvVars', 'resources']));
});
