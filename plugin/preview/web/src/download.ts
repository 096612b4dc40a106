/** Objects as files and on the clipboard: exactly the bytes of `helm template --post-renderer sparkwasm`. */

import { type KubernetesObject, keyOf } from './protocol.ts';

/** What the core leaves out stands in the objects as its SHA-256, in base64 as all `binaryData`. */
const PLACE = /\bc2hhMjU2O[A-Za-z0-9+/]{86}=/g;

/** The text with everything in it, fetched from beside the page. */
export async function complete(text: string, get = fetched): Promise<string> {
  const places = [...new Set(text.match(PLACE) ?? [])];
  let out = text;
  for (const place of places) {
    const hash = /^sha256:([0-9a-f]{64})$/.exec(atob(place))?.[1];
    if (hash) out = out.replaceAll(place, base64(await get(hash)));
  }
  return out;
}

async function fetched(hash: string): Promise<Uint8Array> {
  const response = await fetch(new URL(`sha256/${hash}`, document.baseURI));
  if (!response.ok) throw new Error(`sha256/${hash} is missing beside the page (${response.status})`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found !== hash) throw new Error(`sha256/${hash} has other bytes than its name says`);
  return bytes;
}

const base64 = (bytes: Uint8Array): string => {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
};

export const manifest = (objects: KubernetesObject[]): string => objects.map((object) => object.text).join('');

export const save = (name: string, content: BlobPart, type: string) => {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const anchor = Object.assign(document.createElement('a'), { href: url, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};

/** One file for each object, and one with all of them. */
export async function saveZip(name: string, objects: KubernetesObject[]) {
  const { strToU8, zipSync } = await import('fflate');
  const files: Record<string, Uint8Array> = { 'all.yaml': strToU8(await complete(manifest(objects))) };
  for (const [index, object] of objects.entries()) {
    const number = String(index + 1).padStart(2, '0');
    files[`${number}-${keyOf(object).toLowerCase().replaceAll('/', '-')}.yaml`] = strToU8(await complete(object.text));
  }
  const zipped = zipSync(files, { mtime: '1980-01-01' }); // the same objects, the same bytes
  save(`${name}.zip`, zipped as Uint8Array<ArrayBuffer>, 'application/zip');
}
