/** Which lines of two texts differ: the fewest that can (Myers, "An O(ND) Difference Algorithm"). */

/** Lines that are gone, and those in their place; where they stand, from 0. */
export interface Change {
  from: number;
  removed: number;
  to: number;
  added: number;
}

/** Texts that have more lines than that not in common are called different as a whole, to bound the work. */
const MOST = 2000;

/** The lines of a text; its last may end or not. */
export const lines = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

export function changes(before: string[], now: string[]): Change[] {
  let start = 0;
  while (start < before.length && start < now.length && before[start] === now[start]) start++;
  let [from, to] = [before.length, now.length];
  while (from > start && to > start && before[from - 1] === now[to - 1]) {
    from--;
    to--;
  }
  if (from === start && to === start) return [];
  const steps = shortest(before.slice(start, from), now.slice(start, to));
  if (!steps) return [{ from: start, removed: from - start, to: start, added: to - start }];
  const found: Change[] = [];
  for (const [x, y, isAdded] of steps) {
    const [at, into] = [start + x, start + y];
    let last = found.at(-1);
    if (!last || last.from + last.removed !== at || last.to + last.added !== into) {
      last = { from: at, removed: 0, to: into, added: 0 };
      found.push(last);
    }
    if (isAdded) last.added++;
    else last.removed++;
  }
  return found;
}

/** The shortest way from one to the other: before which line of each one is added or removed; null if that is far. */
function shortest(before: string[], now: string[]): [x: number, y: number, isAdded: boolean][] | null {
  const [width, height] = [before.length, now.length];
  const most = Math.min(width + height, MOST);
  /** How far one comes with so many changes, by diagonal (x - y). */
  const reached: Int32Array[] = [];
  let last = Int32Array.of(0, 0, 0);
  for (let count = 0; count <= most; count++) {
    const next = new Int32Array(2 * count + 3); // diagonals from -count - 1 to count + 1
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      let x = count === 0 ? 0 : furthest(last, count - 1, diagonal);
      while (x < width && x - diagonal < height && before[x] === now[x - diagonal]) x++;
      next[diagonal + count + 1] = x;
      if (x >= width && x - diagonal >= height) return back(reached, count, diagonal);
    }
    reached.push(next);
    last = next;
  }
  return null;
}

const isAddition = (last: Int32Array, count: number, diagonal: number): boolean => {
  const at = (other: number) => (Math.abs(other) > count ? -1 : (last[other + count + 1] ?? -1));
  return at(diagonal + 1) > at(diagonal - 1);
};

/** Where the diagonal is entered, coming from those beside it. */
const furthest = (last: Int32Array, count: number, diagonal: number): number =>
  isAddition(last, count, diagonal) ? (last[diagonal + 1 + count + 1] ?? 0) : (last[diagonal - 1 + count + 1] ?? 0) + 1;

function back(reached: Int32Array[], count: number, end: number): [number, number, boolean][] {
  const steps: [number, number, boolean][] = [];
  let diagonal = end;
  for (let step = count - 1; step >= 0; step--) {
    const last = reached[step] as Int32Array;
    const isAdded = isAddition(last, step, diagonal);
    diagonal += isAdded ? 1 : -1;
    const x = last[diagonal + step + 1] as number;
    steps.push([x, x - diagonal, isAdded]);
  }
  return steps.reverse();
}
