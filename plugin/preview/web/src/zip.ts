/** Zip archives by the browser's own compressor: a header before each file, and the list of all files at the end. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

function checksum(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) sum = (sum >>> 8) ^ (TABLE[(sum ^ byte) & 0xff] ?? 0);
  return ~sum >>> 0;
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Numbers in little endian, each with its number of bytes. */
function record(...fields: [value: number, bytes: 2 | 4][]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [, bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [value, bytes] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

/** The files, by name, as an archive; the same files are the same bytes in one browser, since all are of 1980-01-01. */
export async function zip(files: Record<string, string>): Promise<Blob> {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const list: Uint8Array<ArrayBuffer>[] = [];
  const size = (of: Uint8Array[]) => of.reduce((sum, part) => sum + part.length, 0);
  for (const [path, text] of Object.entries(files)) {
    const [name, content] = [encoder.encode(path), encoder.encode(text)];
    const packed = await deflated(content);
    // version 2.0, names are UTF-8, deflated, 0:00 of the first day, then checksum, both sizes, the length of the name
    const common = record(
      [20, 2],
      [0x800, 2],
      [8, 2],
      [0, 2],
      [0x21, 2],
      [checksum(content), 4],
      [packed.length, 4],
      [content.length, 4],
      [name.length, 2],
      [0, 2],
    );
    list.push(record([0x02014b50, 4], [20, 2]), common, record([0, 2], [0, 2], [0, 2], [0, 4], [size(parts), 4]), name);
    parts.push(record([0x04034b50, 4]), common, name, packed);
  }
  const count = Object.keys(files).length;
  const end = record(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [size(list), 4],
    [size(parts), 4],
    [0, 2],
  );
  return new Blob([...parts, ...list, end], { type: 'application/zip' });
}
