/** A state within a link: after `#`, which no browser sends to a server. */

import { values } from './edit.ts';

export interface Shared {
  text: string;
  release: string;
  namespace: string;
  openshift: boolean;
}

/** The form of what follows; another form gets another letter. */
const FORM = 'a';
/** A link longer than that is cut by some programs. */
export const LONGEST = 8000;
/** Much more than any values file, and little enough for a page. */
const MOST = 4 << 20;

export async function link(state: Shared): Promise<string> {
  const stream = new Blob([JSON.stringify(state)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const fragment = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return `${location.origin}${location.pathname}#${FORM}${fragment}`;
}

/** The state in a link; null where there is none, or none that can be read. */
export async function shared(hash: string): Promise<Shared | null> {
  if (!hash.startsWith(`#${FORM}`)) return null;
  try {
    const binary = atob(
      hash
        .slice(1 + FORM.length)
        .replaceAll('-', '+')
        .replaceAll('_', '/'),
    );
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    const state: unknown = JSON.parse(await bounded(stream));
    return isShared(state) ? state : null;
  } catch {
    return null;
  }
}

async function bounded(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let out = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    out += decoder.decode(part.value, { stream: true });
    if (out.length > MOST) throw new Error('too large');
  }
  return out + decoder.decode();
}

function isShared(state: unknown): state is Shared {
  if (typeof state !== 'object' || state === null) return false;
  const { text, release, namespace, openshift } = state as Record<string, unknown>;
  return [text, release, namespace].every((word) => typeof word === 'string') && typeof openshift === 'boolean';
}

const SECRET = /pass(word|wd|phrase)?$|secret$|token$|credential|api_?key$|access_?key(_?id)?$|private_?key$/i;

/** The paths of values that look like secrets in themselves: not names of Secrets, nor of their keys. */
export function secrets(text: string): string[] {
  const found: string[] = [];
  const look = (value: unknown, path: string[], isReference: boolean) => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        const variable = item as { name?: unknown; value?: unknown } | null;
        if (typeof variable?.name === 'string' && SECRET.test(variable.name) && variable.value)
          found.push([...path, variable.name].join('.'));
        else look(item, [...path, String(index)], isReference);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value))
        look(
          inner,
          [...path, key],
          isReference || /secret(key)?s?$/i.test(key) || /^existing/i.test(key) || /Ref$/.test(key),
        );
    } else if (!isReference && typeof value === 'string' && value !== '') {
      const key = path.at(-1) ?? '';
      if (SECRET.test(key) || /:\/\/[^/\s:]+:[^@\s]+@/.test(value) || /-----BEGIN [A-Z ]*PRIVATE KEY/.test(value))
        found.push(path.join('.'));
    }
  };
  look(values(text), [], false);
  return found;
}
