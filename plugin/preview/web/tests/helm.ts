/** Real Helm with the staged plugin, in homes of its own, and the core as the page has it. */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ask } from '../src/ask.ts';
import { defaultValues, initSync, render } from '../src/core/core.js';
import { complete, manifest } from '../src/download.ts';
import type { Answer, CoreRequest } from '../src/protocol.ts';
import { unpack } from '../src/unpack.ts';

const run = promisify(execFile);
export const root = resolve(import.meta.dirname, '../../../..');
const own = resolve(import.meta.dirname, '..');

export class Helm {
  readonly folder = mkdtempSync(join(tmpdir(), 'preview-helm-'));
  private readonly environment: NodeJS.ProcessEnv;
  private count = 0;

  constructor() {
    for (const needed of ['.tools/bin/helm', 'dist/plugin/plugin.yaml'])
      if (!existsSync(join(root, needed)))
        throw new Error(`${needed} is missing: run scripts/tools and scripts/build first`);
    const homes = ['CACHE', 'CONFIG', 'DATA'].map((name) => [`HELM_${name}_HOME`, join(this.folder, name)]);
    this.environment = { ...process.env, ...Object.fromEntries(homes), KUBECONFIG: '/dev/null' };
  }

  async start(): Promise<this> {
    await this.call(['plugin', 'install', join(root, 'dist/plugin')]);
    return this;
  }

  /** What `helm template --post-renderer sparkwasm` prints, or null where it refuses. */
  async template(values: string, flags: string[] = [], release = 'demo', namespace = 'data'): Promise<string | null> {
    const file = join(this.folder, `values-${this.count++}.yaml`);
    writeFileSync(file, values);
    const command = [
      'template',
      release,
      join(root, 'chart'),
      '--namespace',
      namespace,
      '--values',
      file,
      '--post-renderer',
      'sparkwasm',
    ];
    try {
      return withoutHelmsOwn(await this.call([...command, ...flags]));
    } catch {
      return null;
    }
  }

  private async call(command: string[]): Promise<string> {
    const { stdout } = await run(join(root, '.tools/bin/helm'), command, { env: this.environment, maxBuffer: 1 << 26 });
    return stdout;
  }

  stop() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Without Helm 4's empty line behind each document, and without what only Helm makes: generated Secrets, objects of the user's. */
function withoutHelmsOwn(printed: string): string {
  const documents = printed.replace(/^---\n/, '').split('\n---\n');
  const kept = documents.filter(
    (document) => !/^# Source: .*\/templates\/(secrets|extra-deploy)\.yaml$/m.test(document),
  );
  return kept.map((document) => `---\n${document.replace(/\n+$/, '')}\n`).join('');
}

initSync({ module: unpack(readFileSync(join(own, 'src/core/core.wasm.lzma'))) });

export const defaults = ask<Record<string, unknown>>(defaultValues);

export const answer = (request: CoreRequest): Answer => ask(() => render(JSON.stringify(request), '[]'));

/** The objects as the page gives them to a download; null where there are mistakes. */
export async function downloaded(values: string, apiVersions: string[] = []): Promise<string | null> {
  const { ok, objects } = answer({
    files: [{ name: 'values.yaml', text: values }],
    release: { name: 'demo', namespace: 'data' },
    apiVersions,
  });
  const beside = async (hash: string) => new Uint8Array(readFileSync(join(own, 'public/sha256', hash)));
  return ok ? complete(manifest(objects), beside) : null;
}
