import { createColors } from 'picocolors';

/** The colors that the commands use; without a terminal each answers its text unchanged. */
export type Colors = ReturnType<typeof createColors>;

/** Where a command prints. Tests give one that collects. */
export interface Terminal {
  /** One or more lines for the reader, or for the next program in a pipe. */
  readonly out: (text: string) => void;
  /** What went wrong, beside the result. */
  readonly err: (text: string) => void;
  readonly colors: Colors;
  /** How wide it is, in characters; absent where nobody looks, as in a pipe. */
  readonly columns?: number | undefined;
  /** The folder that relative paths are written from. */
  readonly folder: string;
}

/** A person's own wish (https://no-color.org) goes before what the terminal can do. */
function wantsColor(env: Readonly<Record<string, string | undefined>>, isTty: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0';
  return isTty && env['TERM'] !== 'dumb';
}

/** The process's own terminal: colored only where a person looks at it. */
export function processTerminal(process: NodeJS.Process): Terminal {
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    colors: createColors(wantsColor(process.env, process.stdout.isTTY)),
    columns: process.stdout.columns,
    folder: process.cwd(),
  };
}
