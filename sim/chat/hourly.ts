import { after, hours, type Instant } from '../../lambda/core/time';
import { createRandom } from '../random';
import { Timeline } from '../time';
import { ChatModel, type ChatModelOptions } from './model';
import type { HourlyBackfill } from './figures';

/** A server that dies or serves again. */
export interface ServingChange {
  readonly at: Instant;
  readonly serving: boolean;
}

/** What is played once more. */
export interface OutageToPlay extends Pick<ChatModelOptions, 'scale'> {
  readonly seed: number;
  /** When the chats began. */
  readonly startAt: Instant;
  readonly changes: readonly ServingChange[];
}

/** The next full hour and a long scan end within it. */
const LIMIT = hours(6);

/** The clock of a timeline. */
export const clockOf = (timeline: Timeline): ChatModelOptions['clock'] => ({
  now: () => timeline.now(),
  after: (delayMs, act) => void timeline.after(delayMs, act),
});

/**
 * The same outage with the same people and messages (the same seed), but without the watchdog's
 * hooks: a backfill begins at each full hour and scans a day. Undefined when none has ended.
 */
export async function playHourly(outage: OutageToPlay): Promise<HourlyBackfill | undefined> {
  const { seed, startAt, changes, ...options } = outage;
  const timeline = new Timeline(startAt);
  const model = new ChatModel({ ...options, clock: clockOf(timeline), random: createRandom(seed) });
  model.begin();
  model.backfillHourly();
  for (const { at, serving } of changes) {
    timeline.at(at, () => (serving ? model.serve() : model.fail()));
  }
  const served = changes.find(({ serving }) => serving)?.at;
  if (served === undefined) return undefined;
  const run = (): ChatModel['runs'][number] | undefined =>
    model.runs.find(({ startedAt, endedAt }) => startedAt >= served && endedAt !== undefined);
  await timeline.run(after(served, LIMIT), () => run() !== undefined);
  const found = run();
  if (found?.endedAt === undefined) return undefined;
  const { startedAt, endedAt, scanned } = found;
  return {
    startS: (startedAt - served) / 1_000,
    endS: (endedAt - served) / 1_000,
    scanned,
    presence: model.outOfStep(),
  };
}
