import { expect, test } from '@playwright/test';
import { unpack } from '../src/unpack.ts';

/** What `xz --format=lzma --lzma1=preset=9e,lc=4,pb=0` makes of the lines below. That the whole core is read is shown by all other tests. */
const PACKED = 'BAAAAAT//////////wA5nOlw4O1/KxsnyuYbuMkQ4on7vJcLuvgJXcQWQPAf/+GRQAA=';

test('what xz packed is read', () => {
  const text = 'spark-master spark-worker spark-master spark-worker\n'.repeat(3);
  expect(new TextDecoder().decode(unpack(Buffer.from(PACKED, 'base64')))).toBe(text);
});

test('a file that is damaged or cut short is refused', () => {
  const damaged = Buffer.from(PACKED, 'base64').fill(0xff, 14);
  expect(() => unpack(damaged)).toThrow('damaged');
  expect(() => unpack(Buffer.from(PACKED, 'base64').subarray(0, -8))).toThrow('cut short');
});
