/** The page's objects are those of `helm template --post-renderer sparkwasm`, byte for byte. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { random, values } from './generate.ts';
import { defaults, downloaded, Helm, root } from './helm.ts';

const GENERATED = 200;
/** Refused ones that Helm is asked about, too. */
const REFUSED = 25;

let helm: Helm;
test.beforeAll(async () => {
  helm = await new Helm().start();
});
test.afterAll(() => helm.stop());

test('for every case of wasm-tests', async () => {
  test.setTimeout(240_000);
  const cases = readdirSync(join(root, 'wasm-tests/cases')).map((name) => join(root, 'wasm-tests/cases', name));
  expect(cases.length).toBeGreaterThan(10);
  for (const folder of cases) {
    const flags = existsSync(join(folder, 'helm-flags'))
      ? readFileSync(join(folder, 'helm-flags'), 'utf8').trim().split(/\s+/)
      : [];
    const apiVersions = flags.filter((_, index) => flags[index - 1] === '--api-versions');
    const text = readFileSync(join(folder, 'values.yaml'), 'utf8');
    const printed = await helm.template(text, flags);
    expect(printed, folder).not.toBeNull();
    expect(await downloaded(text, apiVersions), folder).toBe(printed);
  }
});

test(`for ${GENERATED} generated values files, and what one refuses the other refuses`, async () => {
  test.setTimeout(240_000);
  const next = random(20260101);
  let [equal, refused] = [0, 0];
  for (let count = 0; equal < GENERATED; count++) {
    expect(count, 'too few of the generated files are right').toBeLessThan(3000);
    const text = values(next, defaults);
    const ours = await downloaded(text);
    if (ours === null && ++refused > REFUSED) continue;
    expect(ours, text).toBe(await helm.template(text));
    if (ours !== null) equal++;
  }
  console.log(`${equal} equal, ${Math.min(refused, REFUSED)} refused by both`);
});

test('for the presets, none of which has a mistake', async () => {
  for (const name of readdirSync(join(root, 'plugin/preview/web/src/presets'))) {
    const text = readFileSync(join(root, 'plugin/preview/web/src/presets', name), 'utf8');
    const printed = await helm.template(text);
    expect(printed, name).not.toBeNull();
    expect(await downloaded(text), name).toBe(printed);
  }
});
