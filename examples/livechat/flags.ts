/** How a command ends, after sysexits.h. `tryAgain`: the same command, run again, goes on. */
export const EXIT = { done: 0, usage: 64, damaged: 65, fault: 70, tryAgain: 75 } as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was called in a wrong way. */
export class UsageError extends Error {}

/** The flags of a command line. */
export interface Flags {
  /** The flag's text, or what to take without it; without either the call is wrong. */
  readonly text: (name: string, otherwise?: string) => string;
  /** A whole number from 0. */
  readonly count: (name: string, otherwise: number) => number;
  /** A time with its zone, in epoch milliseconds. */
  readonly time: (name: string) => number;
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

function pairsOf(rest: readonly string[]): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (let index = 0; index < rest.length; index += 2) {
    const [flag = '', value] = rest.slice(index, index + 2);
    if (!flag.startsWith('--')) throw new UsageError(`'${flag}' is not a flag`);
    if (value === undefined) throw new UsageError(`${flag} needs a value`);
    pairs.set(flag.slice(2), value);
  }
  return pairs;
}

/** Reads `--flag value` pairs; a flag that the command does not have makes the call wrong. */
export function readFlags(rest: readonly string[], known: readonly string[]): Flags {
  const pairs = pairsOf(rest);
  const unknown = [...pairs.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const flags = known.map((name) => `--${name}`).join(', ');
    throw new UsageError(`there is no flag --${unknown} (known: ${flags})`);
  }
  const text = (name: string, otherwise?: string): string => {
    const value = pairs.get(name) ?? otherwise;
    if (value === undefined) throw new UsageError(`--${name} is missing`);
    return value;
  };
  return {
    text,
    count: (name, otherwise) => {
      const value = text(name, String(otherwise));
      if (!/^\d{1,9}$/.test(value)) throw new UsageError(`--${name} '${value}' is no number`);
      return Number(value);
    },
    time: (name) => {
      const value = text(name);
      const at = ISO.test(value) ? Date.parse(value) : Number.NaN;
      if (Number.isNaN(at)) throw new UsageError(`--${name} '${value}' is no time with a zone`);
      return at;
    },
  };
}
