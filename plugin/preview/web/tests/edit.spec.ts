/** Changes of the text by form and fixes keep everything else as it stands. */

import { expect, test } from '@playwright/test';
import { remove, rename, set, values } from '../src/edit.ts';

const TEXT = `# first comment
worker:   # the workers
  replicaCount: 2 # two
  # about memory
  memory: '1g'

  localDirs: {medium: ""}
master: {replicaCount: 1}
sparkConf:
  spark.x: |
    a
    b
# last comment
`;

for (const [name, steps, value, before, after] of [
  ['a number', ['worker', 'replicaCount'], 3, 'replicaCount: 2 # two', 'replicaCount: 3 # two'],
  ['a string that must be quoted', ['worker', 'memory'], 'yes', "memory: '1g'", 'memory: "yes"'],
  ['a key in a flow mapping', ['master', 'replicaCount'], 2, 'master: {replicaCount: 1}', 'master: {replicaCount: 2}'],
] as const)
  test(`${name} is changed where it stands`, () => {
    expect(set(TEXT, [...steps], value)).toBe(TEXT.replace(before, after));
  });

test('a new key comes behind the last of its mapping', () => {
  expect(set(TEXT, ['worker', 'cores'], '2')).toBe(TEXT.replace('{medium: ""}\n', '{medium: ""}\n  cores: "2"\n'));
  expect(set(TEXT, ['sparkConf', 'spark.y'], true)).toBe(TEXT.replace('    b\n', '    b\n  spark.y: true\n'));
  expect(set(TEXT, ['ingress', 'hosts', 'master'], 'x')).toBe(
    TEXT.replace('    b\n', '    b\ningress:\n  hosts:\n    master: x\n'),
  );
});

test('a key with nothing behind it gets its mapping', () => {
  expect(set('worker:\nmaster: {}\n', ['worker', 'replicaCount'], 3)).toBe('worker:\n  replicaCount: 3\nmaster: {}\n');
});

test('an empty text and a text of comments alone are begun', () => {
  expect(set('', ['a', 'b'], 1)).toBe('a:\n  b: 1\n');
  expect(set('# mine\n', ['a'], 1)).toBe('# mine\na: 1\n');
});

test('a removed key takes the mappings with it that it leaves empty: null would remove the defaults', () => {
  expect(remove('# c\nworker:\n  pdb:\n    create: false\n# d\nmaster: {}\n', ['worker', 'pdb', 'create'])).toBe(
    '# c\n# d\nmaster: {}\n',
  );
  expect(remove(TEXT, ['worker', 'replicaCount'])).toBe(TEXT.replace('  replicaCount: 2 # two\n', ''));
  expect(remove(TEXT, ['sparkConf', 'spark.x'])).toBe(TEXT.replace('sparkConf:\n  spark.x: |\n    a\n    b\n', ''));
  expect(values(remove('a: 1\n', ['a']) ?? '?')).toEqual({});
});

test('a key is renamed and its value stays', () => {
  expect(rename(TEXT, ['worker', 'replicaCount'], 'replicas')).toBe(TEXT.replace('replicaCount: 2', 'replicas: 2'));
});

test('a text with a mistake is left alone', () => {
  expect(set('a: [1\n', ['b'], 1)).toBeNull();
  expect(remove('a: [1\n', ['b'])).toBeNull();
});

test('any change says what was asked for, whatever the text looks like', () => {
  const texts = [
    TEXT,
    'a: &x {b: 1}\nc: *x\n',
    'worker: {}\n',
    'worker: null\n',
    '"worker":\n    "replicaCount":   1',
    'worker:\n- 1\n',
    'worker:\r\n  replicaCount: 1\r\n',
  ];
  const paths = [['worker', 'replicaCount'], ['worker', 'a', 'b'], ['new'], ['c', 'b']];
  for (const text of texts)
    for (const steps of paths)
      for (const value of [5, 'no', '', null, ['x'], { k: '1e3' }, 'a\nb']) {
        const next = set(text, steps, value);
        const found = steps.reduce<unknown>(
          (tree, step) => (tree as Record<string, unknown>)?.[step],
          values(next ?? ''),
        );
        expect(found, `${JSON.stringify(text)} ${steps} ${next}`).toEqual(value);
      }
});
