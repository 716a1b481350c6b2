import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A job with its place in the list, as it goes to a worker. */
interface Order {
  readonly index: number;
  readonly job: unknown;
}

/** What a worker answers: the result, or why there is none. */
type Answer =
  | { readonly kind: 'done'; readonly index: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly index: number; readonly error: string };

type Done = Extract<Answer, { kind: 'done' }>;

/** A process that reads TypeScript from any folder; it dies with this one. */
function startWorker(file: string): ChildProcess {
  const tsx = pathToFileURL(createRequire(__filename).resolve('tsx')).href;
  return fork(file, [], { execArgv: ['--import', tsx], serialization: 'json' });
}

/**
 * Does jobs in several processes, each taken from the list when a process is free, and answers the
 * results in the order of the jobs. `worker` is the file of this folder that calls `doJobs`; jobs
 * and results are plain JSON. Rejects with the first job that could not be done.
 */
export async function inParallel<Result>(
  jobs: Iterable<unknown>,
  {
    worker,
    processes,
    onResult,
  }: {
    readonly worker: string;
    readonly processes: number;
    readonly onResult?: (result: Result) => void;
  },
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const orders = ordersOf(jobs);
  const file = join(__dirname, worker);
  const workers = Array.from({ length: processes }, () => startWorker(file));
  const take = ({ index, result }: Done): void => {
    results[index] = result as Result;
    onResult?.(result as Result);
  };
  try {
    await Promise.all(workers.map((one) => work(one, orders, take)));
  } finally {
    for (const one of workers) one.kill();
  }
  return results;
}

function* ordersOf(jobs: Iterable<unknown>): Generator<Order, undefined> {
  let index = 0;
  for (const job of jobs) {
    yield { index, job };
    index += 1;
  }
  return undefined;
}

/** Gives one worker job after job until none is left. */
function work(
  worker: ChildProcess,
  orders: Iterator<Order, undefined>,
  take: (answer: Done) => void,
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

/** A worker's side: does what its parent sends, one after the other. */
export function doJobs(run: (job: never) => Promise<unknown>): void {
  const answerTo = async ({ index, job }: Order): Promise<Answer> => {
    try {
      return { kind: 'done', index, result: await run(job as never) };
    } catch (error) {
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { kind: 'failed', index, error: `${JSON.stringify(job)}: ${told}` };
    }
  };
  process.on('message', (order: Order) => {
    // The parent may have given up meanwhile.
    void answerTo(order).then((answer) => process.connected && process.send?.(answer));
  });
}
