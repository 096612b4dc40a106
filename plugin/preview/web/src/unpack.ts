/**
 * Reads what `xz --format=lzma` wrote (LZMA, as 7-Zip's specification has it). The core comes packed so: a fifth smaller than by
 * gzip, which browsers unpack themselves, and a third of its size where a file server compresses nothing.
 */

const TOP = 2 ** 24;
const HALF = 1024; // a probability of one half, in 2048ths

/** Reads bits, each with a probability that learns. */
class Range {
  private readonly input: Uint8Array;
  private at: number;
  private range = 0xffffffff;
  private code = 0;

  constructor(input: Uint8Array, at: number) {
    this.input = input;
    this.at = at + 1; // the first byte is always 0
    for (let count = 0; count < 4; count++) this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  private next(): number {
    if (this.at >= this.input.length) throw new Error('the packed file is cut short');
    return this.input[this.at++] as number;
  }

  private grow() {
    if (this.range >= TOP) return;
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  bit(model: Uint16Array, index: number): number {
    const chance = model[index] as number;
    const bound = (this.range >>> 11) * chance;
    let bit = 0;
    if (this.code < bound) {
      this.range = bound;
      model[index] = chance + ((2048 - chance) >>> 5);
    } else {
      this.range -= bound;
      this.code -= bound;
      model[index] = chance - (chance >>> 5);
      bit = 1;
    }
    this.grow();
    return bit;
  }

  /** Bits that are as often 0 as 1. */
  even(count: number): number {
    let value = 0;
    for (; count > 0; count--) {
      this.range >>>= 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit) this.code -= this.range;
      value = value * 2 + bit;
      this.grow();
    }
    return value;
  }

  /** A number of some bits, the highest first. */
  tree(model: Uint16Array, from: number, bits: number): number {
    let node = 1;
    for (let count = 0; count < bits; count++) node = node * 2 + this.bit(model, from + node);
    return node - (1 << bits);
  }

  /** The same, the lowest first. */
  reverse(model: Uint16Array, from: number, bits: number): number {
    let [node, value] = [1, 0];
    for (let count = 0; count < bits; count++) {
      const bit = this.bit(model, from + node);
      node = node * 2 + bit;
      value |= bit << count;
    }
    return value;
  }
}

const model = (size: number) => new Uint16Array(size).fill(HALF);

/** Lengths of repetitions: 2 to 9, 10 to 17, 18 to 273; the first two by the place. */
class Length {
  private readonly choice = model(2);
  private readonly short = model(16 << 3);
  private readonly middle = model(16 << 3);
  private readonly long = model(256);

  read(range: Range, place: number): number {
    if (!range.bit(this.choice, 0)) return 2 + range.tree(this.short, place << 3, 3);
    if (!range.bit(this.choice, 1)) return 10 + range.tree(this.middle, place << 3, 3);
    return 18 + range.tree(this.long, 0, 8);
  }
}

/** What stands for the end in place of a distance. */
const END = 0xffffffff;

/** The bytes that were packed. */
export function unpack(packed: Uint8Array): Uint8Array<ArrayBuffer> {
  let out = new Uint8Array(packed.length * 4);
  const properties = packed[0] ?? 0;
  const [lc, lp, pb] = [properties % 9, Math.floor(properties / 9) % 5, Math.floor(properties / 45)];
  const range = new Range(packed, 13);
  const literals = model(0x300 << (lc + lp));
  const [isMatch, isRepeat, isRepeat0Long] = [model(12 << 4), model(12), model(12 << 4)];
  const [isRepeat0, isRepeat1, isRepeat2] = [model(12), model(12), model(12)];
  const [slots, places, align] = [model(4 << 6), model(128), model(16)];
  const [lengths, repeats] = [new Length(), new Length()];
  let [state, rep0, rep1, rep2, rep3, at] = [0, 0, 0, 0, 0, 0];

  const literal = () => {
    const before = at > 0 ? (out[at - 1] as number) : 0;
    const base = 0x300 * (((at & ((1 << lp) - 1)) << lc) + (before >> (8 - lc)));
    let symbol = 1;
    if (state >= 7) {
      // behind a repetition: the byte that would have gone on with it is a hint
      let hint = out[at - rep0 - 1] as number;
      while (symbol < 0x100) {
        const expected = (hint >> 7) & 1;
        hint <<= 1;
        const bit = range.bit(literals, base + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== expected) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(literals, base + symbol);
    out[at++] = symbol;
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
  };

  const distance = (length: number): number => {
    const slot = range.tree(slots, Math.min(length - 2, 3) << 6, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return base + range.reverse(places, base - slot, bits);
    return base + range.even(bits - 4) * 16 + range.reverse(align, 0, 4);
  };

  const grow = () => {
    const larger = new Uint8Array(out.length * 2);
    larger.set(out);
    out = larger;
  };

  while (true) {
    if (at + 273 > out.length) grow();
    const place = at & ((1 << pb) - 1);
    if (!range.bit(isMatch, (state << 4) + place)) {
      literal();
      continue;
    }
    let length: number;
    if (!range.bit(isRepeat, state)) {
      rep3 = rep2;
      rep2 = rep1;
      rep1 = rep0;
      length = lengths.read(range, place);
      rep0 = distance(length);
      if (rep0 === END) return out.subarray(0, at);
      state = state < 7 ? 7 : 10;
    } else {
      let isShort = false;
      if (!range.bit(isRepeat0, state)) isShort = !range.bit(isRepeat0Long, (state << 4) + place);
      else if (!range.bit(isRepeat1, state)) [rep0, rep1] = [rep1, rep0];
      else if (!range.bit(isRepeat2, state)) [rep0, rep1, rep2] = [rep2, rep0, rep1];
      else [rep0, rep1, rep2, rep3] = [rep3, rep0, rep1, rep2];
      length = isShort ? 1 : repeats.read(range, place);
      state = isShort ? (state < 7 ? 9 : 11) : state < 7 ? 8 : 11;
    }
    if (rep0 >= at) throw new Error('the packed file is damaged');
    for (const end = at + length; at < end; at++) out[at] = out[at - rep0 - 1] as number;
  }
}
