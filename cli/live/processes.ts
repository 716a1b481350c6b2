import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process that was started. */
export interface Started {
  readonly name: string;
  readonly pid: number;
  /** The first line that it prints; fails when it ends without one. */
  readonly firstLine: Promise<string>;
  /** Its exit code once it has ended; 128 and the signal's number when a signal ended it. */
  readonly ended: Promise<number>;
  /** Sends a signal; harmless when it has ended. */
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** The folder of the repository, in which `tsx` and the example are found. */
const ROOT = join(__dirname, '..', '..');
const LIVECHAT = join('examples', 'livechat', 'main.ts');
const ENDS_WITH_PARENT = './cli/live/ends-with-parent.mjs';
/** Of what a process complains about, the end is enough to find the reason. */
const COMPLAINT_LENGTH = 2_000;

const codeOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal === null ? 0 : constants.signals[signal]);

/** `exit` comes before what it printed last, `close` after it. */
function endOf(child: ChildProcess, event: 'exit' | 'close'): Promise<number> {
  return new Promise((ended) => {
    child.once(event, (code: number | null, signal: NodeJS.Signals | null) =>
      ended(codeOf(code, signal)),
    );
    // It never began.
    child.once('error', () => ended(127));
  });
}

/** The processes of a drill, so that none of them outlives it. */
export class Processes {
  private readonly running = new Set<Started>();
  private isClosed = false;
  private count = 0;

  /** Who was asked to end in order and has not by then is ended. */
  constructor(private readonly graceMs = 3_000) {}

  /** How many were started. */
  started(): number {
    return this.count;
  }

  /** How many of them run. */
  alive(): number {
    return this.running.size;
  }

  /** Starts a command of the LiveChat example. */
  livechat(command: string, flags: Readonly<Record<string, string>>): Started {
    const values = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    const loaders = ['--import', 'tsx', '--import', ENDS_WITH_PARENT];
    return this.node(command, [...loaders, LIVECHAT, command, ...values]);
  }

  /** Starts Node with these arguments. */
  node(name: string, args: readonly string[]): Started {
    if (this.isClosed) throw new Error(`the drill is over: ${name} is not started any more`);
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      // The channel tells the process when this one is gone.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const ended = endOf(child, 'exit');
    const started: Started = {
      name,
      pid: child.pid ?? 0,
      firstLine: firstLineOf(child, name),
      ended,
      signal: (signal) => void child.kill(signal),
    };
    // Not everybody waits for the line of a process that is killed before it prints one.
    started.firstLine.catch(() => undefined);
    this.count += 1;
    this.running.add(started);
    void ended.then(() => this.running.delete(started));
    return started;
  }

  /** Ends all that runs, in order where it can, and starts nothing more. */
  async endAll(): Promise<void> {
    this.isClosed = true;
    const all = [...this.running];
    for (const { signal } of all) signal('SIGTERM');
    const timer = setTimeout(() => {
      for (const { signal } of all) signal('SIGKILL');
    }, this.graceMs);
    await Promise.all(all.map(async ({ ended }) => ended));
    clearTimeout(timer);
  }
}

async function firstLineOf(child: ChildProcess, name: string): Promise<string> {
  let complaint = '';
  child.stderr?.on('data', (data: Buffer) => {
    complaint = `${complaint}${data.toString()}`.slice(-COMPLAINT_LENGTH);
  });
  return new Promise((line, failed) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', line);
    void endOf(child, 'close').then((code) =>
      failed(new Error(`${name} ended with ${code}: ${complaint.trim()}`)),
    );
  });
}
