/** One named source of numbers; its draws depend on the seed, its name and nothing else. */
export interface Stream {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number;
  /** Lognormal by its median and the standard deviation of its logarithm. */
  lognormal(median: number, sigma: number): number;
  /** Exponential by its mean. */
  exponential(mean: number): number;
  /** True with this probability (0 to 1). */
  chance(probability: number): boolean;
  /** One of the list. Throws a RangeError when the list is empty. */
  pick<T>(list: readonly T[]): T;
  /** The list in another order; the given one stays as it is. */
  shuffled<T>(list: readonly T[]): T[];
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** A UUID in its usual form. */
  uuid(): string;
}

/** Mixes a text into 32 bits (FNV-1a with a final avalanche). */
function mix(text: string, start: number): number {
  let hash = start ^ 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The generator sfc32: 128 bits of state, fast, passes PractRand. */
function sfc32(seed: number, name: string): () => number {
  let a = mix(name, seed);
  let b = mix(name, seed ^ 0x9e3779b9);
  let c = mix(`${name}/${seed}`, 0x243f6a88);
  let counter = 1;
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 12; round += 1) draw();
  return draw;
}

function shuffled<T>(list: readonly T[], next: () => number): T[] {
  const copy = [...list];
  for (let index = copy.length - 1; index > 0; index -= 1) {
    const other = Math.floor(next() * (index + 1));
    [copy[index], copy[other]] = [copy[other]!, copy[index]!];
  }
  return copy;
}

function makeStream(seed: number, name: string): Stream {
  const next = sfc32(seed, name);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('');
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    hex,
    uniform: (low, high) => low + (high - low) * next(),
    whole: (low, high) => low + Math.floor((high - low + 1) * next()),
    lognormal: (median, sigma) => median * Math.exp(sigma * normal()),
    exponential: (mean) => -mean * Math.log(1 - next()),
    chance: (probability) => next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new RangeError(`Nothing to pick from (stream ${name})`);
      return list[Math.floor(next() * list.length)]!;
    },
    shuffled: (list) => shuffled(list, next),
    uuid: () => [8, 4, 4, 4, 12].map(hex).join('-'),
  };
}

/** The randomness of one run: any number of named streams from one seed. */
export interface Random {
  readonly seed: number;
  /** The stream of this name; asking again continues it. One draw more shifts no other stream. */
  stream(name: string): Stream;
}

/** All randomness of a run, from one whole number. */
export function createRandom(seed: number): Random {
  const streams = new Map<string, Stream>();
  return {
    seed,
    stream(name) {
      const known = streams.get(name);
      if (known !== undefined) return known;
      const made = makeStream(seed | 0, name);
      streams.set(name, made);
      return made;
    },
  };
}
