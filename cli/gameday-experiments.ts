import type { AttemptOutcome } from '../lambda/core/incident';
import { minutes, seconds, type Duration } from '../lambda/core/time';

/** What an experiment does to its server, and so what must come of it. */
export type Fault =
  /** FIS stops the server: the watchdog must start it once it knows that this was an experiment. */
  | { readonly kind: 'stopped' }
  /** The same while the watchdog's starts fail: it must meet that, and start it afterwards. */
  | { readonly kind: 'stopped-and-failing'; readonly meets: AttemptOutcome['kind'] }
  /** The server runs on and does not serve, or its volume stands still. */
  | { readonly kind: 'broken' };

/** One experiment of lib/game-day-experiments.ts, as the command line deals with it. */
export interface Experiment {
  readonly name: string;
  readonly fault: Fault;
  /** It is aimed at a volume of the instance, not at the instance. */
  readonly onVolume: boolean;
}

/** Every experiment that a template can be of. */
export const EXPERIMENTS: readonly Experiment[] = [
  { name: 'stop', fault: { kind: 'stopped' }, onVolume: false },
  {
    name: 'no-capacity',
    fault: { kind: 'stopped-and-failing', meets: 'no-capacity' },
    onVolume: false,
  },
  {
    name: 'throttling',
    fault: { kind: 'stopped-and-failing', meets: 'unavailable' },
    onVolume: false,
  },
  {
    name: 'internal-errors',
    fault: { kind: 'stopped-and-failing', meets: 'unavailable' },
    onVolume: false,
  },
  { name: 'network', fault: { kind: 'broken' }, onVolume: false },
  { name: 'volume-io', fault: { kind: 'broken' }, onVolume: true },
  { name: 'service', fault: { kind: 'broken' }, onVolume: false },
];

/**
 * What a game day holds the watchdog to. The drills hold it to seconds; here AWS's own delays are
 * in it, each with the bound that AWS gives or that its configuration has.
 */
export const GOALS = {
  /** From the stop to the first message: EC2's event comes at once. */
  toldOfStop: seconds(15),
  /** From noticing it to the first message, where a check must notice it. */
  toldOfFault: seconds(15),
  /** From the fault until a check that looks each minute, and its toleration, have noticed it. */
  noticed: minutes(10),
  /** From the stop to the start: CloudTrail names the caller within 15 minutes. */
  startAsked: minutes(16),
  /** From the end of the failing calls to the start that EC2 takes: the longest backoff. */
  startAfterFault: minutes(6),
  /** From the accepted start to the first proof that it serves: boot and application. */
  serving: minutes(5),
  /** From serving until every check has passed. */
  recovered: minutes(15),
  /** From the fault to the end of the incident where the server was broken and not stopped. */
  repaired: minutes(30),
} as const satisfies Readonly<Record<string, Duration>>;
