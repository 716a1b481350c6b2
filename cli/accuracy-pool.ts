import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { RunVerdict } from '../sim/accuracy';

/** One scenario and the seed to play it with. */
export interface Job {
  readonly scenario: string;
  readonly seed: number;
}

/** What a worker answers: the verdict, or why there is none. */
export type Answer =
  | { readonly kind: 'played'; readonly index: number; readonly run: RunVerdict }
  | { readonly kind: 'failed'; readonly index: number; readonly error: string };

/** A job with its place in the list, as it goes to a worker. */
export type Order = Job & { readonly index: number };

const WORKER = join(__dirname, 'accuracy-worker.ts');

/** A process that reads TypeScript from any folder; it dies with this one. */
function startWorker(): ChildProcess {
  const tsx = pathToFileURL(createRequire(__filename).resolve('tsx')).href;
  return fork(WORKER, [], { execArgv: ['--import', tsx], serialization: 'json' });
}

/**
 * Plays the jobs in as many processes as there are cores, and answers the verdicts in the order of
 * the jobs. Rejects with the first job that could not be played.
 */
export async function playInParallel(
  jobs: readonly Job[],
  onRun: () => void,
): Promise<readonly RunVerdict[]> {
  const runs: RunVerdict[] = [];
  const orders = jobs.map((job, index) => ({ ...job, index })).values();
  const count = Math.min(availableParallelism(), jobs.length);
  const workers = Array.from({ length: count }, startWorker);
  const take = ({ index, run }: Extract<Answer, { kind: 'played' }>): void => {
    runs[index] = run;
    onRun();
  };
  try {
    await Promise.all(workers.map((worker) => work(worker, orders, take)));
  } finally {
    for (const worker of workers) worker.kill();
  }
  return runs;
}

/** Gives one worker job after job until none is left. */
function work(
  worker: ChildProcess,
  orders: Iterator<Order>,
  take: (answer: Extract<Answer, { kind: 'played' }>) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const order = orders.next();
      if (order.done === true) resolve();
      else worker.send(order.value);
    };
    worker.on('message', (answer: Answer) => {
      if (answer.kind === 'failed') {
        reject(new Error(answer.error));
        return;
      }
      take(answer);
      next();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`A worker ended with exit code ${code}`)));
    next();
  });
}
