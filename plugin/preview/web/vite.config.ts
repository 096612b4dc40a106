import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Writes the list of all files, and a name that changes with any of them, into sw.js: what the page needs offline. */
function offline(): Plugin {
  let folder = '';
  const files = (at: string): string[] =>
    readdirSync(at).flatMap((name) =>
      statSync(join(at, name)).isDirectory() ? files(join(at, name)) : [join(at, name)],
    );
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    async closeBundle() {
      const { createHash } = await import('node:crypto');
      const { writeFileSync } = await import('node:fs');
      const worker = join(folder, 'sw.js');
      const all = files(folder)
        .filter((file) => file !== worker)
        .sort();
      const hash = createHash('sha256');
      for (const file of all) hash.update(relative(folder, file)).update(readFileSync(file));
      const names = all.map((file) => `./${relative(folder, file).replaceAll('\\', '/')}`);
      const text = readFileSync(worker, 'utf8');
      const list = JSON.stringify(['./', ...names.filter((name) => name !== './index.html')]);
      writeFileSync(
        worker,
        text.replace('__VERSION__', hash.digest('hex').slice(0, 16)).replace("['__FILES__']", list),
      );
    },
  };
}

export default defineConfig({
  base: './', // any folder of any file server
  plugins: [offline()],
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 1000, modulePreload: { polyfill: false } },
  server: { host: '127.0.0.1', fs: { allow: ['../../..'] } },
});
