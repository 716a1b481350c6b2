import type { Attempt } from './incident';

/** An instance that is to be started, and what is known of earlier refusals. */
export interface Startable {
  readonly instanceId: string;
  readonly zone: string;
  readonly instanceType: string;
  readonly attempts: readonly Attempt[];
}

/** EC2 takes many ids in one call; its resource bucket holds 1,000 starts, of which we use half. */
const GROUP_LIMIT = 250;

/**
 * Groups starts into calls. At first all go into one: EC2 mostly takes it, and calls are what is
 * scarce (half the account's rate is one a second). A batch fails whole, and capacity is short per
 * zone and type: what was in a batch that failed comes by zone and type, and what was refused for
 * capacity in groups that are halved with each refusal, so that those with room get it.
 */
export function startGroups(startables: readonly Startable[]): readonly (readonly string[])[] {
  const byPlace = new Map<string, Startable[]>();
  for (const startable of startables) {
    const key = groupOf(startable);
    byPlace.set(key, [...(byPlace.get(key) ?? []), startable]);
  }
  return [...byPlace.values()].flatMap((group) => {
    const halvings = refusals(group[0]?.attempts ?? []);
    const size = Math.max(1, Math.ceil(Math.min(group.length, GROUP_LIMIT) / 2 ** halvings));
    return chunks(
      group.map(({ instanceId }) => instanceId),
      size,
    );
  });
}

function groupOf({ zone, instanceType, attempts }: Startable): string {
  const last = settledOf(attempts).at(-1)?.outcome.kind;
  const apart = last === 'no-capacity' || last === 'batch-failed';
  return apart ? `${zone}/${instanceType}/${refusals(attempts)}` : 'together';
}

/** The attempts of which something is known; the one that is under way is the last. */
function settledOf(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.filter((attempt) => attempt.outcome.kind !== 'intended');
}

/** How many starts in a row were refused for capacity, up to a number that means "one by one". */
function refusals(attempts: readonly Attempt[]): number {
  const settled = settledOf(attempts);
  const other = settled.findLastIndex((attempt) => attempt.outcome.kind !== 'no-capacity');
  return Math.min(10, settled.length - 1 - other);
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
