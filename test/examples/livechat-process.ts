import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { isObject, parseJson } from '../../examples/livechat/json';

const MAIN = join(__dirname, '..', '..', 'examples', 'livechat', 'main.ts');

/** A command that has ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last line of its output, parsed. */
  readonly answer: Readonly<Record<string, unknown>>;
  readonly errors: string;
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess;
  /** Ends with the first line of its output, parsed. */
  readonly firstLine: Promise<Readonly<Record<string, unknown>>>;
  readonly ended: Promise<Ended>;
}

/** The flags of a command, without their dashes. */
export type FlagValues = Readonly<Record<string, string | number>>;

/** The example's commands as processes of their own; all that still run end with `endAll`. */
export interface Commands {
  /** The program as one file: it starts in a fraction of the time. */
  readonly program: string;
  readonly start: (command: string, flags: FlagValues) => Running;
  readonly run: (command: string, flags: FlagValues) => Promise<Ended>;
  readonly endAll: () => Promise<void>;
}

const lineOf = (text: string | undefined): Readonly<Record<string, unknown>> => {
  const raw = parseJson(text ?? '');
  return isObject(raw) ? raw : {};
};

function watch(child: ChildProcess): Running {
  let output = '';
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString('utf8')));
  const firstLine = new Promise<Readonly<Record<string, unknown>>>((told) => {
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString('utf8');
      if (output.includes('\n')) told(lineOf(output.split('\n')[0]));
    });
  });
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code, signal) => {
      done({ code, signal, answer: lineOf(output.trim().split('\n').at(-1)), errors });
    });
  });
  return { process: child, firstLine, ended };
}

/** Bundles the example into a folder, to run its commands from there. */
export function commandsIn(folder: string): Commands {
  const program = join(folder, 'livechat.cjs');
  buildSync({ entryPoints: [MAIN], outfile: program, bundle: true, platform: 'node' });
  const running = new Set<Running>();
  const start = (command: string, flags: FlagValues): Running => {
    const pairs = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const args = [command, ...pairs];
    const one = watch(spawn(process.execPath, [program, ...args], { stdio: 'pipe' }));
    running.add(one);
    void one.ended.then(() => running.delete(one));
    return one;
  };
  return {
    program,
    start,
    run: async (command, flags) => start(command, flags).ended,
    endAll: async () => {
      const rest = [...running];
      for (const { process: child } of rest) child.kill('SIGKILL');
      await Promise.all(rest.map(async ({ ended }) => ended));
    },
  };
}
