import { execFileSync } from 'node:child_process';
import { defineConfig } from '@playwright/test';

const root = '../../..';
/** A port that is free; every process of the tests reads this file, so the first one writes it down. */
const find = `const s = net.createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })`;
process.env.PREVIEW_PORT ??= execFileSync(process.execPath, ['-e', find], { encoding: 'utf8' }).trim();
const port = Number(process.env.PREVIEW_PORT);

/** The machine's own Chromium, where there is one; else the one of `npx playwright install chromium`. */
function browser(): string | undefined {
  for (const name of [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome']) {
    if (!name) continue;
    try {
      return execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }).trim();
    } catch {
      // the next name
    }
  }
  return undefined;
}

const executablePath = browser();

export default defineConfig({
  testDir: 'tests',
  outputDir: `${root}/.cache/preview/results`,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    permissions: ['clipboard-read', 'clipboard-write'],
    launchOptions: { args: ['--no-sandbox'], ...(executablePath && { executablePath }) },
  },
  webServer: {
    command: `npx vite preview --outDir ${root}/dist/preview --host 127.0.0.1 --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
  },
});
