/** What looks like a secret in values that are about to be shared. */

import { expect, test } from '@playwright/test';
import { secrets, shared } from '../src/share.ts';

test('values that are secrets are found, names of Secrets are not', () => {
  const text = `
s3: {existingSecret: s3-keys, existingSecretKeys: {secretAccessKey: AWS_SECRET_ACCESS_KEY}, endpoint: "http://minio:9000"}
worker:
  extraEnvVars:
    - {name: DB_PASSWORD, value: hunter2}
    - {name: OTHER_TOKEN, valueFrom: {secretKeyRef: {name: a, key: token}}}
config:
  javax.jdo.option.ConnectionPassword: x
  url: "https://user:pass@host/"
ingress: {tls: [{secretName: tls}]}
`;
  expect(secrets(text)).toEqual([
    'worker.extraEnvVars.DB_PASSWORD',
    'config.javax.jdo.option.ConnectionPassword',
    'config.url',
  ]);
});

test('a link that is none is no state', async () => {
  for (const hash of ['', '#', '#a', '#ax', '#aAAAA', '#z123']) expect(await shared(hash)).toBeNull();
});
