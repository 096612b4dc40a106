// Measures the built preview in Chromium: from a keystroke to the new objects, the first paint, bytes over the wire.
// Run by scripts/bench preview. Goals stand beside the results; the exit code does not depend on them.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { preview } from 'vite';

const dist = resolve(import.meta.dirname, '../../../dist/preview');
const PRESSES = 60;
const VISITS = 7;
const GOALS = { keystroke: 16, core: 350_000, all: 500_000 };

const sorted = (numbers) => numbers.toSorted((a, b) => a - b);
const at = (numbers, part) => sorted(numbers)[Math.min(Math.floor(numbers.length * part), numbers.length - 1)];
const row = (label, value, goal = '') => console.log(`${label.padEnd(52)}${value.padStart(14)}   ${goal}`);
const judged = (value, goal, unit) => `goal: at most ${goal} ${unit}, ${value <= goal ? 'met' : 'not met'}`;

function browserPath() {
  const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(Boolean);
  const find = 'for name; do command -v "$name" && exit; done; true';
  return execFileSync('sh', ['-c', find, 'sh', ...names], { encoding: 'utf8' }).trim() || undefined;
}

async function visit(browser, url) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('first objects').length > 0);
  const times = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    objects: performance.getEntriesByName('first objects')[0].startTime,
  }));
  return { page, times };
}

async function keystrokes(page) {
  await page.getByLabel('Begin with a preset').selectOption('full-platform');
  await page.locator('.left .cm-line', { hasText: 'replicaCount: 4' }).click({ position: { x: 40, y: 8 } });
  await page.keyboard.press('End');
  await page.waitForTimeout(1500);
  await page.evaluate(() => performance.clearMeasures());
  for (let count = 0; count < PRESSES; count++) {
    await page.keyboard.press('Shift+ArrowLeft');
    await page.waitForTimeout(60);
    await page.keyboard.press(String(2 + (count % 2)));
    await page.waitForTimeout(120);
  }
  return page.evaluate(() => performance.getEntriesByName('input to output').map(({ duration }) => duration));
}

function bytes(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'sha256' ? [] : bytes(path); // fetched only with a download
    const content = readFileSync(path);
    return [{ name, gzip: gzipSync(content, { level: 9 }).length, brotli: brotliCompressSync(content).length }];
  });
}

const server = await preview({
  preview: { host: '127.0.0.1', port: 0 },
  build: { outDir: dist },
  logLevel: 'error',
});
const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] });
try {
  const url = `http://127.0.0.1:${server.httpServer.address().port}/`;
  const visits = [];
  for (let count = 0; count < VISITS; count++) {
    const { page, times } = await visit(browser, url);
    visits.push(times);
    await page.context().close();
  }
  const { page } = await visit(browser, url);
  const durations = await keystrokes(page);
  console.log(`Chromium ${browser.version()}; medians of ${VISITS} visits and ${durations.length} keystrokes.`);
  const [load] = loadavg();
  if (load > cpus().length / 2)
    console.log(
      `The machine was busy (load ${load.toFixed(1)} on ${cpus().length} processors): what is fastest says more.`,
    );
  console.log();
  const median = at(durations, 0.5);
  row('keystroke to new objects, full platform', `${median.toFixed(1)} ms`, judged(median, GOALS.keystroke, 'ms'));
  row(
    '  the fastest of ten, the slowest of twenty',
    `${at(durations, 0.1).toFixed(1)}, ${at(durations, 0.95).toFixed(1)} ms`,
  );
  row(
    'first paint',
    `${at(
      visits.map(({ paint }) => paint),
      0.5,
    ).toFixed(0)} ms`,
  );
  row(
    'first objects',
    `${at(
      visits.map(({ objects }) => objects),
      0.5,
    ).toFixed(0)} ms`,
  );
  const files = bytes(dist);
  const sum = (kind, wanted = () => true) => files.filter(wanted).reduce((total, file) => total + file[kind], 0);
  const isCore = ({ name }) => name.includes('.wasm');
  for (const kind of ['gzip', 'brotli']) {
    row(
      `core, ${kind}`,
      `${(sum(kind, isCore) / 1000).toFixed(0)} kB`,
      judged(sum(kind, isCore) / 1000, GOALS.core / 1000, 'kB'),
    );
    row(`all of it, ${kind}`, `${(sum(kind) / 1000).toFixed(0)} kB`, judged(sum(kind) / 1000, GOALS.all / 1000, 'kB'));
  }
} finally {
  await browser.close();
  await server.close();
}
