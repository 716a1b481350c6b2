import type { Random } from '../../sim/random';

/** What chance decides in a live drill; how long the machine takes for it, it does not. */
export interface LivePlan {
  /** From the moment at which everybody chats to the failure of the host. */
  readonly killAfterS: number;
  /** Everybody speaks without a pause for so long before the failure: it comes mid-write. */
  readonly hurryMs: number | undefined;
  /** How long messages are on their way to the workspace: those have to be backfilled. */
  readonly lineMs: number;
  /** The backfill is killed when it has given so many parts; undefined: it is not. */
  readonly backfillKilledAfter: number | undefined;
  /** Agents who go home during the outage. */
  readonly leaving: number;
}

/** Draws it from the seed. */
export function livePlan(random: Random): LivePlan {
  const stream = random.stream('live');
  return {
    killAfterS: stream.uniform(3, 6),
    hurryMs: stream.chance(0.5) ? stream.uniform(50, 300) : undefined,
    lineMs: stream.uniform(200, 1_200),
    backfillKilledAfter: stream.chance(0.5) ? stream.whole(1, 2) : undefined,
    leaving: stream.whole(1, 3),
  };
}
