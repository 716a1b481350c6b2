import type { MoreConfig } from '../../lib/synthesize';
import type { PolicyInput } from '../../lambda/core/policy';
import { between, type Instant } from '../../lambda/core/time';
import type { InstanceSpec } from '../account/ec2-instance';
import type { Fact } from '../history';
import type { World } from '../world';

/** What a figure of a load may be. */
export type Limit =
  | { readonly kind: 'at-most'; readonly value: number }
  | { readonly kind: 'at-least'; readonly value: number }
  | { readonly kind: 'exactly'; readonly value: number };

/** A figure that a load was measured by, and what it is held against. */
export interface Goal {
  readonly figure: string;
  readonly unit: 's' | 'min' | 'h' | '1/s' | 'count';
  /** Null: what was to be measured did not happen, so that the goal is missed. */
  readonly measured: number | null;
  readonly limit: Limit;
  readonly held: boolean;
}

/** A load after it was played. */
export interface PlayedLoad {
  readonly ids: readonly string[];
  /** The whole history. */
  readonly facts: readonly Fact[];
  /** Only what happened from the beginning of the story on. */
  readonly story: readonly Fact[];
  /** When the story began. */
  readonly zero: Instant;
}

/** A named load on the watchdog: a fleet, what happens to it, and the figures to be reached. */
export interface Load {
  /** Kebab-case, unique: what is typed on the command line. */
  readonly name: string;
  readonly title: string;
  readonly fleet: readonly InstanceSpec[];
  readonly policies?: Readonly<Record<string, PolicyInput>>;
  readonly config?: MoreConfig;
  /** Seconds that the story lasts at the longest, from the enrolment of the fleet on. */
  readonly lastsS: number;
  /** Plans what happens; seconds of the world, of which `zeroS` is the beginning of the story. */
  readonly story: (world: World, ids: readonly string[], zeroS: number) => void;
  /** The story is over (looked at once a virtual minute); without it, it takes all its time. */
  readonly isOver?: (story: readonly Fact[]) => boolean;
  readonly goals: (played: PlayedLoad) => readonly Goal[];
}

/** The decimals that a figure is given with: no more than anybody would read. */
const round = (value: number): number => Math.round(value * 1_000) / 1_000;

const HOLDS: Readonly<Record<Limit['kind'], (measured: number, value: number) => boolean>> = {
  'at-most': (measured, value) => measured <= value,
  'at-least': (measured, value) => measured >= value,
  exactly: (measured, value) => measured === value,
};

function goal(
  kind: Limit['kind'],
  value: number,
  { figure, unit, measured }: Pick<Goal, 'figure' | 'unit' | 'measured'>,
): Goal {
  const held = measured !== null && HOLDS[kind](measured, value);
  const limit = { kind, value };
  return { figure, unit, measured: measured === null ? null : round(measured), limit, held };
}

/** What is measured; without a unit it is a count. */
type Measured = readonly [figure: string, measured: number | null, unit?: Goal['unit']];

/** A figure that must not be over the value. */
export const atMost = (value: number, [figure, measured, unit = 'count']: Measured): Goal =>
  goal('at-most', value, { figure, unit, measured });

/** A figure that must not be under the value. */
export const atLeast = (value: number, [figure, measured, unit = 'count']: Measured): Goal =>
  goal('at-least', value, { figure, unit, measured });

/** A figure that must be the value. */
export const exactly = (value: number, [figure, measured, unit = 'count']: Measured): Goal =>
  goal('exactly', value, { figure, unit, measured });

/** Seconds from one moment to a later one; null when either did not come. */
export function secondsFrom(
  from: { readonly at: Instant } | undefined,
  to: { readonly at: Instant } | undefined,
): number | null {
  return from === undefined || to === undefined ? null : between(from.at, to.at) / 1_000;
}
