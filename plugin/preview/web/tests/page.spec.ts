/** The page in a real browser. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { Helm, root } from './helm.ts';

const shots = join(root, '.cache/preview');
const preset = (name: string) => readFileSync(join(root, `plugin/preview/web/src/presets/${name}.yaml`), 'utf8');

/** What was written to the console that must not be, and what left the page's own server. */
const wrong = new WeakMap<Page, string[]>();

test.beforeEach(async ({ page, baseURL }) => {
  const found: string[] = [];
  wrong.set(page, found);
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && found.push(message.text()));
  page.on('pageerror', (error) => found.push(String(error)));
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(baseURL ?? '?'))
      found.push(`asked for ${request.url()}`);
  });
  await page.goto('./');
  await expect(verdict(page)).toHaveText('No mistakes');
});

test.afterEach(async ({ page }) => {
  expect(wrong.get(page)).toEqual([]);
});

const editor = (page: Page) => page.getByRole('textbox', { name: 'values.yaml' });
const viewer = (page: Page) => page.getByRole('textbox', { name: 'Kubernetes objects' });
const verdict = (page: Page) => page.getByRole('region', { name: 'Mistakes' }).locator('.verdict');
const line = (page: Page, text: string) => page.locator('.left .cm-line', { hasText: text });

/** Puts a text in place of what is written, as if it were pasted. */
async function write(page: Page, text: string) {
  await editor(page).focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

/** Takes the completion; just opened ones are not taken, so that nobody takes one unseen. */
async function accept(page: Page) {
  await page.waitForTimeout(200);
  await page.keyboard.press('Enter');
}

async function choose(page: Page, name: string) {
  await page.getByLabel('Begin with a preset').selectOption(name);
}

async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
  ).toEqual([]);
}

/** The picture of the README: .cache/preview/preview.webp, copied to docs/ when it changes for the better. */
async function picture(page: Page) {
  const png = await page.screenshot({ path: join(shots, 'preview.png') });
  const webp = await page.evaluate(async (data) => {
    const image = Object.assign(new Image(), { src: `data:image/png;base64,${data}` });
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.9).split(',')[1] ?? '';
  }, png.toString('base64'));
  writeFileSync(join(shots, 'preview.webp'), Buffer.from(webp, 'base64'));
}

test('what is typed changes the objects', async ({ page }) => {
  await line(page, 'replicaCount: 2').click({ position: { x: 40, y: 8 } });
  await page.keyboard.press('End');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('7');
  await page.getByRole('button', { name: /StatefulSet.*worker/ }).click();
  await expect(viewer(page)).toContainText('replicas: 7');
});

test('a mistake is marked at its line, told with its hint, and its fix mends it', async ({ page }) => {
  await write(page, '# mine\nworker:\n  replicaCuont: 3\n');
  await expect(verdict(page)).toHaveText('1 mistake');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('replicaCuont');
  await expect(page.getByText('did you mean replicaCount?')).toBeVisible();
  await expect(page.getByText('as of the last values without a mistake')).toBeVisible();
  await page.screenshot({ path: join(shots, 'mistake.png') });
  await page.getByRole('button', { name: 'Change to replicaCount' }).click();
  await expect(verdict(page)).toHaveText('No mistakes');
  await expect(editor(page)).toContainText('# mine');
  await expect(editor(page)).toContainText('replicaCount: 3');
});

test('text that is no YAML keeps the last objects and says where it breaks', async ({ page }) => {
  await write(page, 'worker:\n  replicaCount: [2\n');
  await expect(verdict(page)).toHaveText(/mistake/);
  await expect(page.getByRole('button', { name: /StatefulSet.*worker/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Form' }).click();
  await expect(page.getByText('it cannot be shown as a form')).toBeVisible();
});

test('keys and values are completed from the schema, and explained', async ({ page }) => {
  await write(page, 'master:\n  reco');
  await page.keyboard.press('Control+Space');
  await expect(page.locator('.cm-tooltip-autocomplete li[aria-selected]')).toHaveText(/recovery/);
  await expect(page.locator('.cm-completionInfo')).toContainText('What a restarted master still knows');
  await accept(page);
  await page.keyboard.type('mode');
  await expect(page.locator('.cm-tooltip-autocomplete li[aria-selected]')).toHaveText(/mode/);
  await accept(page);
  await expect(page.locator('.cm-tooltip-autocomplete')).toContainText('filesystem');
  await page.keyboard.type('file');
  await expect(page.locator('.cm-tooltip-autocomplete li')).toHaveCount(1);
  await accept(page);
  await expect(editor(page)).toContainText('mode: filesystem');
  await expect(verdict(page)).toHaveText('No mistakes');
  await line(page, 'mode: filesystem').getByText('mode').hover();
  await expect(page.locator('.cm-tooltip-hover')).toContainText('master.recovery.mode');
});

test('each preset is right', async ({ page }) => {
  for (const name of ['minimal', 'high-availability', 'full-platform', 'openshift', 'k3s']) {
    await choose(page, name);
    await expect(line(page, preset(name).split('\n')[0] ?? '?')).toBeVisible();
    await expect(verdict(page)).toHaveText('No mistakes');
  }
});

test('a value shows the lines that it makes, and a line the values that make it', async ({ page }) => {
  await choose(page, 'full-platform');
  await line(page, 'replicaCount: 4').click({ position: { x: 40, y: 8 } });
  await expect(page.locator('.cm-made')).toHaveText(['  replicas: 4']);
  await page.locator('.cm-made').click({ position: { x: 60, y: 8 } });
  await expect(page.getByRole('button', { name: 'worker.replicaCount' })).toBeVisible();
  await expect(page.locator('.toast')).toBeHidden();
  await picture(page);
  await line(page, 'existingSecret: s3-keys').click({ position: { x: 40, y: 8 } });
  await expect(page.locator('.item .dot').nth(2)).toBeVisible();
});

test('the search finds objects by what is in them', async ({ page }) => {
  await choose(page, 'full-platform');
  const all = page.getByRole('button', { name: /^All objects/ });
  await expect(all).toHaveText(/6\d$/);
  await page.getByLabel('Find in objects').fill('minReadySeconds nothing');
  await expect(page.getByText('No object contains that.')).toBeVisible();
  await page.getByLabel('Find in objects').fill('kind: Ingress');
  await expect(all).toHaveText('All objects 1');
  await expect(viewer(page)).toContainText('spark.example.com');
});

test('changes are shown against the defaults, the state before, a marked one and another file', async ({ page }) => {
  await page.getByRole('tab', { name: 'Changes' }).click();
  await expect(page.getByText('The objects are the same, byte for byte.')).toBeVisible();
  await page.getByRole('button', { name: 'Mark this state' }).click();
  await write(page, 'worker:\n  replicaCount: 5\n');
  await expect(page.locator('.cm-added')).toHaveText(['  replicas: 5']);
  await expect(page.locator('.cm-removed')).toHaveText(['  replicas: 2']);
  await expect(page.getByText('0 new, 1 changed, 0 gone')).toBeVisible();
  await page.getByRole('button', { name: "The chart's defaults" }).click();
  await expect(page.locator('.cm-added')).toHaveText(['  replicas: 5']);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Another values file…' }).click();
  await (await chooser).setFiles({
    name: 'other.yaml',
    mimeType: 'text/yaml',
    buffer: Buffer.from('worker: {replicaCount: 9}\n'),
  });
  await expect(page.locator('.cm-removed')).toHaveText(['  replicas: 9']);
  await page.getByRole('button', { name: 'Before the last change' }).click();
  await expect(page.locator('.cm-removed')).toHaveText(['  replicas: 2']);
  await choose(page, 'high-availability');
  await page.getByRole('button', { name: "The chart's defaults" }).click();
  await expect(page.getByText(/[1-9] new/)).toBeVisible();
  await page.screenshot({ path: join(shots, 'changes.png') });
  await accessible(page);
});

test('the summary says what the installation takes and needs', async ({ page }) => {
  await choose(page, 'full-platform');
  await page.getByRole('tab', { name: 'Summary' }).click();
  await expect(page.locator('.tile', { hasText: 'Pods' })).toContainText('17');
  await expect(page.getByText('https://spark.example.com')).toBeVisible();
  await expect(page.getByText('kubectl create secret generic s3-keys')).toBeVisible();
  await expect(page.getByRole('row', { name: /hive-metastore-db.*Helm, at the first installation/ })).toBeVisible();
  await expect(page.locator('.verdicts .good')).toHaveCount(2);
  await page.screenshot({ path: join(shots, 'summary.png') });
  await accessible(page);
  await write(page, 'global: {compatibility: {openshift: {adaptSecurityContext: disabled}}}\n');
  await expect(page.locator('.verdicts .bad')).toContainText('sets securityContext.runAsUser');
  await page.getByRole('button', { name: 'Copy the helm command' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('--post-renderer sparkwasm');
});

test('the form changes the text and keeps its comments', async ({ page }) => {
  await write(page, '# mine\nworker: # these\n  replicaCount: 2 # two\n');
  await page.getByRole('tab', { name: 'Form' }).click();
  await page.getByRole('spinbutton', { name: 'replicaCount' }).last().fill('4');
  await page.keyboard.press('Tab');
  await page.getByLabel('Find a setting').fill('networkPolicy.enabled');
  await page.getByRole('switch', { name: 'networkPolicy.enabled' }).check();
  await expect(page.getByRole('button', { name: /NetworkPolicy.*worker/ })).toBeVisible();
  await page.screenshot({ path: join(shots, 'form-search.png') });
  await page.getByLabel('Find a setting').fill('');
  await page.screenshot({ path: join(shots, 'form.png') });
  await accessible(page);
  await page.getByRole('tab', { name: 'YAML' }).click();
  await expect(page.locator('.left .cm-line')).toHaveText([
    '# mine',
    'worker: # these',
    '  replicaCount: 4 # two',
    'networkPolicy:',
    '  enabled: true',
    '',
  ]);
  await editor(page).focus();
  await page.keyboard.press('ControlOrMeta+Z');
  await expect(editor(page)).not.toContainText('networkPolicy');
});

test('what is downloaded and copied is what Helm would install, byte for byte', async ({ page }) => {
  test.setTimeout(120_000);
  const helm = await new Helm().start();
  const printed = await helm.template(preset('full-platform'), [], 'mine', 'team');
  helm.stop();
  await choose(page, 'full-platform');
  await page.getByLabel('Release').fill('mine');
  await page.getByLabel('Namespace').fill('team');
  await expect(viewer(page)).toContainText('app.kubernetes.io/instance: mine');
  const saved = async (button: string) => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: button, exact: true }).click();
    return readFileSync(await (await download).path());
  };
  expect((await saved('Download')).toString()).toBe(printed);
  const files = unzipSync(await saved('Zip'));
  expect(Buffer.from(files['all.yaml'] ?? []).toString()).toBe(printed);
  const names = Object.keys(files)
    .filter((name) => name !== 'all.yaml')
    .sort();
  expect(names.map((name) => Buffer.from(files[name] ?? []).toString()).join('')).toBe(printed);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(printed);
});

test('a link opens the same state in another profile; secrets in it are warned about', async ({
  page,
  browser,
  baseURL,
}) => {
  await write(page, '# mine\nworker:\n  extraEnvVars: [{name: DB_PASSWORD, value: hunter2}]\n');
  await page.getByLabel('Release').fill('shared');
  await page.getByRole('button', { name: 'Share…' }).click();
  await expect(page.getByText('worker.extraEnvVars.DB_PASSWORD')).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'Copy all the same' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link.startsWith(baseURL ?? '?')).toBe(true);
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(link);
  await expect(editor(other)).toContainText('value: hunter2');
  await expect(other.getByLabel('Release')).toHaveValue('shared');
  await expect(viewer(other)).toContainText('app.kubernetes.io/instance: shared');
  await context.close();
});

test('what only Helm can make is named', async ({ page }) => {
  await write(
    page,
    's3: {endpoint: "http://minio:9000"}\nhiveMetastore: {enabled: true}\nextraDeploy: [{apiVersion: v1, kind: ConfigMap}]\n',
  );
  await expect(page.getByText('Secret/demo-spark-standalone-hive-metastore-db, extraDeploy')).toBeVisible();
});

test('a file is opened by the button and by drop', async ({ page }) => {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open…' }).click();
  await (await chooser).setFiles({
    name: 'v.yaml',
    mimeType: 'text/yaml',
    buffer: Buffer.from('worker: {replicaCount: 3}\n'),
  });
  await expect(editor(page)).toContainText('worker: {replicaCount: 3}');
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['master: {daemonMemory: 300m}\n'], 'v.yaml', { type: 'text/yaml' }));
    return transfer;
  });
  await page.dispatchEvent('.page', 'dragover', { dataTransfer: data });
  await expect(page.locator('.is-over')).toBeVisible();
  await page.dispatchEvent('.page', 'drop', { dataTransfer: data });
  await expect(editor(page)).toContainText('daemonMemory: 300m');
  await expect(verdict(page)).toHaveText('No mistakes');
});

test('everything is done with the keyboard alone', async ({ page }) => {
  const names: string[] = [];
  for (let count = 0; count < 40; count++) {
    await page.keyboard.press('Tab');
    names.push(
      await page.evaluate(
        () =>
          document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.slice(0, 20) ?? '',
      ),
    );
  }
  for (const name of [
    'Begin with a preset',
    'Share…',
    'YAML',
    'values.yaml',
    'Objects',
    'Find in objects',
    'Copy',
    'Kubernetes objects',
  ])
    expect(names).toContain(name);
  await page.getByRole('tab', { name: 'YAML' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Form' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await expect(editor(page)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('wroker: {}\n');
  await expect(verdict(page)).toHaveText('1 mistake');
  for (let count = 0; count < 5; count++) {
    await page.keyboard.press('Tab');
    if (
      await page
        .getByRole('button', { name: 'Change to worker' })
        .evaluate((button) => button === document.activeElement)
    )
      break;
  }
  await page.keyboard.press('Enter');
  await expect(verdict(page)).toHaveText('No mistakes');
});

test('nothing is hidden from who cannot see it: light, dark, with mistakes', async ({ page }) => {
  await choose(page, 'full-platform');
  await expect(page.locator('.item')).not.toHaveCount(0);
  await accessible(page);
  await page.getByLabel('Colours').selectOption('dark');
  await line(page, 'replicaCount: 4').click({ position: { x: 40, y: 8 } });
  await expect(page.locator('.cm-made')).toHaveCount(1);
  await page.screenshot({ path: join(shots, 'dark.png') });
  await accessible(page);
  await write(page, 'wroker: {}\nmaster: {daemonMemory: 2g}\n');
  await expect(verdict(page)).toHaveText('2 mistakes');
  await page.screenshot({ path: join(shots, 'dark-mistakes.png') });
  await accessible(page);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('on a narrow screen one side is shown at a time, and nothing is cut off', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await choose(page, 'full-platform');
  await expect(editor(page)).toBeVisible();
  await expect(viewer(page)).toBeHidden();
  await page.screenshot({ path: join(shots, 'narrow-values.png') });
  await accessible(page);
  await page.getByRole('button', { name: /^Result/ }).click();
  await expect(viewer(page)).toBeVisible();
  await page.screenshot({ path: join(shots, 'narrow-objects.png') });
  await page.getByRole('tab', { name: 'Summary' }).click();
  await expect(page.locator('.tile')).toHaveCount(4);
  await page.screenshot({ path: join(shots, 'narrow-summary.png') });
  await accessible(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
});

test('the page works without a network once it was there', async ({ page, context }) => {
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await page.waitForFunction(
    async () => (await caches.keys()).length > 0 && navigator.serviceWorker.controller !== null,
  );
  await context.setOffline(true);
  await page.reload();
  await expect(verdict(page)).toHaveText('No mistakes');
  await write(page, 'worker: {replicaCount: 6}\n');
  await expect(viewer(page)).toContainText('PodDisruptionBudget');
  await context.setOffline(false);
});
