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
 * Groups starts by zone and type: one call each, since a batch fails whole and capacity is short
 * per zone and type. Instances whose last start was refused for capacity come in groups that are
 * halved with each refusal, so that those for which there is room get it.
 */
export function startGroups(startables: readonly Startable[]): readonly (readonly string[])[] {
  const byPlace = new Map<string, Startable[]>();
  for (const startable of startables) {
    const key = `${startable.zone}/${startable.instanceType}/${refusals(startable.attempts)}`;
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

/** How many starts in a row were refused for capacity, up to a number that means "one by one". */
function refusals(attempts: readonly Attempt[]): number {
  const settled = attempts.filter((attempt) => attempt.outcome.kind !== 'intended');
  const other = settled.findLastIndex((attempt) => attempt.outcome.kind !== 'no-capacity');
  return Math.min(10, settled.length - 1 - other);
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
