import { createHandler } from '../../lambda/handler';
import { after, iso, seconds } from '../../lambda/core/time';
import type { HandlerFactory } from '../account/lambda';
import { chatFleet } from '../drills/servers';
import { createRandom } from '../random';
import { createWorld, type World } from '../world';
import { drawBatch, type Forged, type FuzzBatch } from './batch';
import type { EventSubjects } from './events';

/** A line of the function's log while it had a batch. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What came of one invocation. */
export interface Handled {
  readonly forged: readonly Forged[];
  /** The account's own messages, in the same batch. */
  readonly own: readonly string[];
  readonly odd: readonly unknown[];
  /** What it answered to the batch; undefined when it threw. */
  readonly response: unknown;
  /** What it answered to the odd ones, or the error that it threw. */
  readonly oddResponses: readonly unknown[];
  readonly error: string | undefined;
  readonly lines: readonly LogLine[];
}

/** A round as it was played: a small world, and what the function made of what it got there. */
export interface Round {
  readonly seed: number;
  readonly world: World;
  readonly subjects: EventSubjects;
  readonly handled: readonly Handled[];
}

/** Records of a batch that are given to the function; for finding the few that matter. */
export type Choice = (batch: number, index: number) => boolean;

/** How a round is played. */
export interface RoundOptions {
  readonly seed: number;
  readonly template: object;
  /** How many records in all; the last batch takes what is left. */
  readonly records: number;
  readonly choice?: Choice;
  /** Replaces the function's code; a test shows with it that the judge can speak. */
  readonly handler?: HandlerFactory;
}

/** Of 100 records that Lambda gives to an invocation; the others are the account's own. */
const BATCH_SIZE = 60;
/** The fleet is enrolled by then. */
const FROM_S = 300;
const APART_S = 4;
/** A server that AWS stops must be served for, amid all that. */
const AFTERWARDS_S = 90;

const START_AT = '2024-08-01T12:00:00Z';
const STRANGERS = ['i-0dead00000000beef', 'i-0dead00000000cafe', 'vol-0dead00000000beef'];

/** Makes each invocation take a batch of the fuzz beside its own. */
function fuzzed(
  factory: HandlerFactory,
  take: () => FuzzBatch | undefined,
  note: (handled: Handled) => void,
): HandlerFactory {
  return (options) => {
    let lines: LogLine[] = [];
    const { telemetry } = options;
    const handler = factory({
      ...options,
      telemetry: {
        ...telemetry,
        log(level, message, fields) {
          lines.push({ level, message, fields });
          telemetry.log(level, message, fields);
        },
      },
    });
    return async (event, context) => {
      const batch = take();
      if (batch === undefined) return handler(event, context);
      lines = [];
      const oddResponses: unknown[] = [];
      for (const odd of batch.odd) oddResponses.push(await outcome(handler(odd as never, context)));
      const own = event.Records.map(({ messageId }) => messageId);
      // The account's own are in the middle: what precedes them must not keep them from being read.
      const records = batch.forged.map(({ record }) => record);
      records.splice(Math.floor(records.length / 2), 0, ...event.Records);
      const response = await outcome(handler({ Records: records } as never, context));
      const error = response instanceof Error ? String(response.stack) : undefined;
      note({ ...batch, own, response, oddResponses, error, lines });
      const failed = failuresIn(response).filter((id) => own.includes(id));
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    };
  };
}

/** What a promise came to; an error is a value here. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The records that the function wants again. */
export function failuresIn(response: unknown): readonly string[] {
  const failures = (response as { readonly batchItemFailures?: unknown } | null | undefined)
    ?.batchItemFailures;
  if (!Array.isArray(failures)) return [];
  return failures.map((failure: { readonly itemIdentifier?: unknown } | null) =>
    String(failure?.itemIdentifier),
  );
}

/** Wakes the function: an event of an instance that nobody knows, which it reads and drops. */
function wake(world: World): void {
  world.aws.event({
    source: 'aws.ec2',
    detailType: 'EC2 Instance State-change Notification',
    resources: [],
    detail: { 'instance-id': 'i-0dead000000000001', state: 'running' },
    instanceIds: [],
  });
}

/** Plays one round: the same options give the same round. */
export async function playRound(options: RoundOptions): Promise<Round> {
  const { seed, template, records, choice = () => true } = options;
  const stream = createRandom(seed).stream('fuzz');
  const handled: Handled[] = [];
  const queue: FuzzBatch[] = [];
  const world = createWorld({
    seed,
    startAt: START_AT,
    template,
    trail: seed % 2 === 0,
    handler: fuzzed(
      options.handler ?? createHandler,
      () => queue.shift(),
      (one) => handled.push(one),
    ),
  });
  const fleet = chatFleet(4, ['us-east-1a', 'us-east-1b']);
  fleet.forEach((server, index) => {
    const tags = { watchdog: index === 2 ? 'asked' : 'livechat' };
    world.ec2.addInstance({ ...server, tags });
  });
  const [good = '', ...baits] = fleet.map(({ id }) => id);
  const subjects = { home: world.home, baits, strangers: STRANGERS, good, now: START_AT };
  const batches = Math.ceil(records / BATCH_SIZE);
  const stopAt = stream.whole(0, batches - 1);
  for (let index = 0; index < batches; index += 1) {
    const atS = FROM_S + index * APART_S;
    const size = Math.min(BATCH_SIZE, records - index * BATCH_SIZE);
    const now = iso(after(world.startedAt, seconds(atS)));
    const drawn = drawBatch(stream, { ...subjects, now }, { name: `fuzz-${index}`, size });
    const forged = drawn.forged.filter((_, place) => choice(index, place));
    const batch = { forged, odd: choice(index, -1) ? drawn.odd : [] };
    world.at(atS, () => {
      queue.push(batch);
      wake(world);
      // A second later it is `stopped`: its event comes with the batch.
      if (index === stopAt) world.aws.hostFailure(good, { stoppingS: 1 });
    });
  }
  await world.runUntil(FROM_S + batches * APART_S + AFTERWARDS_S);
  return { seed, world, subjects, handled };
}
