import type { Attempt } from './incident';
import { isOpenAgain, placeKey, type Place } from './places';
import type { Instant } from './time';

/** An instance that is to be started, and what is known of earlier refusals. */
export interface Startable {
  readonly instanceId: string;
  readonly zone: string;
  readonly instanceType: string;
  readonly attempts: readonly Attempt[];
  /** How EC2 answered others of its zone and type. */
  readonly place?: Place | undefined;
}

/** EC2 takes many ids in one call; its resource bucket holds 1,000 starts, of which we use half. */
const GROUP_LIMIT = 250;
/** A place that had no capacity is asked for so many at most, until it has taken some. */
const PROBE = 10;

/**
 * The calls that are worth making now, the most urgent first. At first all go into one: EC2 mostly
 * takes it, and calls are what is scarce (half the account's rate is one a second). A batch fails
 * whole, and capacity is short per zone and type: what was in a batch that failed comes by zone
 * and type, one call for each such place and few servers in it, those that wait longest first. Once
 * the place takes some, the others follow; whoever is in no group waits for the next look.
 */
export function startGroups(startables: readonly Startable[]): readonly (readonly string[])[] {
  const together: Startable[] = [];
  const places = new Map<string, Startable[]>();
  for (const startable of startables) {
    if (!isApart(startable)) together.push(startable);
    else {
      const key = placeKey(startable.zone, startable.instanceType);
      places.set(key, [...(places.get(key) ?? []), startable]);
    }
  }
  const probes = [...places.values()]
    .map((members) => members.toSorted((one, other) => triedAt(one) - triedAt(other)))
    .toSorted(([one], [other]) => triedAt(one) - triedAt(other))
    .map((members) => members.slice(0, probeSize(members)));
  return [...chunks(together, GROUP_LIMIT), ...probes].map((group) =>
    group.map(({ instanceId }) => instanceId),
  );
}

function isApart({ attempts }: Startable): boolean {
  const last = settledOf(attempts).findLast(({ outcome }) => outcome.kind !== 'not-asked');
  return last?.outcome.kind === 'no-capacity' || last?.outcome.kind === 'batch-failed';
}

/** When it was last tried; 0 where it never was. */
function triedAt(startable: Startable | undefined): Instant | 0 {
  return settledOf(startable?.attempts ?? []).at(-1)?.at ?? 0;
}

/** How many of a place are tried in one call: halved with each refusal, and more once it opens. */
function probeSize(members: readonly Startable[]): number {
  const [first] = members;
  const since = triedAt(first);
  if (first?.place !== undefined && since !== 0 && isOpenAgain(first.place, since)) {
    return Math.min(members.length, GROUP_LIMIT);
  }
  const halvings = Math.max(...members.map(({ attempts }) => refusals(attempts)));
  return Math.max(1, Math.min(PROBE, Math.ceil(members.length / 2 ** halvings)));
}

/** The attempts of which something is known; the one that is under way is the last. */
function settledOf(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.filter(
    ({ remediation, outcome }) => remediation === 'start' && outcome.kind !== 'intended',
  );
}

/**
 * How many starts in a row were refused for capacity, or in a batch that failed (one in it may be
 * at fault for all), up to a number that means "one by one".
 */
function refusals(attempts: readonly Attempt[]): number {
  const settled = settledOf(attempts);
  const other = settled.findLastIndex(
    ({ outcome }) => outcome.kind !== 'no-capacity' && outcome.kind !== 'batch-failed',
  );
  return Math.min(10, settled.length - 1 - other);
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
