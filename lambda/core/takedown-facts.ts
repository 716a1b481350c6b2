import type { InstanceRecord, ZoneStorm } from './record';
import type { Check, Checks } from './observation';
import { openDrain } from './open-drain';
import { placeKey, placesOf, type Place } from './places';
import { provingSince } from './reservation';
import { inFlight, isOnlyPlanned, isOwnStop } from './takedowns';
import { after, between, hours, minutes, type Instant } from './time';

/** What AWS must be asked about one instance; undefined where it did not answer. */
export interface TakedownReads {
  readonly stopProtection: boolean | undefined;
  /** Its type has disks that live on the host. */
  readonly hasInstanceStore: boolean | undefined;
  /** AWS's simplified automatic recovery covers its type and its place. */
  readonly awsRecovers: boolean | undefined;
  /** Of the policy's alternate types the ones on which it can run; asked for only when needed. */
  readonly fittingTypes?: readonly string[] | undefined;
}

/** All that must be known beside the instance itself before it is taken down. */
export interface TakedownFacts extends TakedownReads {
  /** The managed instances of its zone, and how many of them are unhealthy by AWS's doing. */
  readonly zone: { readonly managed: number; readonly impaired: number };
  /** When most of its zone was last seen impaired. */
  readonly zoneStormAt: Instant | undefined;
  /**
   * The servers of its policy that run and of whose applications it is known how they are, and of
   * how many of them the application alone is impaired.
   */
  readonly application: {
    readonly running: number;
    readonly impaired: number;
    /** It is the one of them that calls a person for all. */
    readonly isSpokesman: boolean;
  };
  /** How many takedowns more the fleet's budget allows at this moment. */
  readonly slotsFree: number;
  /** When EC2 last had no capacity for its type in its zone. */
  readonly noCapacityAt: Instant | undefined;
}

/** The fleet as it is known when something is to be taken down. */
export interface Fleet {
  readonly records: readonly InstanceRecord[];
  /** Instances that EC2 calls impaired at this moment, with what it says; read account-wide. */
  readonly impaired: ReadonlyMap<string, Checks>;
  /** What was said of single applications, also of those that pass or have no verdict yet. */
  readonly applications?: ReadonlyMap<string, Check> | undefined;
  readonly zoneStorms: readonly ZoneStorm[];
  readonly budget: { readonly percent: number; readonly most: number };
  readonly now: Instant;
}

/** How many may be down by our own hand at once: never none, so that a fleet of one is helped. */
export function takedownLimit(managed: number, { percent, most }: Fleet['budget']): number {
  return Math.max(1, Math.min(most, Math.floor((managed * percent) / 100)));
}

/** The share of a zone's servers that makes a storm, and the fewest that can be one (S10). */
const STORM_SHARE = 0.55;
const STORM_LEAST = 3;

/** Whether most of a zone is unhealthy while it runs: then it is the zone, not the servers. */
export function isZoneStorm({ managed, impaired }: TakedownFacts['zone']): boolean {
  return impaired >= STORM_LEAST && impaired >= managed * STORM_SHARE;
}

/** The fewest servers whose applications fail together that make the check suspect (S11). */
export const SUSPECT_LEAST = 3;

/** Whether applications fail and none of their policy is known to be well: it is the check. */
export function isCheckSuspect({ running, impaired }: TakedownFacts['application']): boolean {
  return impaired >= SUSPECT_LEAST && impaired >= running;
}

/** A refusal for capacity is remembered this long for its type and zone. */
const CAPACITY_MEMORY = minutes(30);

/** Since when, at most, a refusal for capacity counts. */
export function isCapacityRecent(refusedAt: Instant | undefined, now: Instant): boolean {
  return refusedAt !== undefined && now < after(refusedAt, CAPACITY_MEMORY);
}

/** Readiness is checked daily: of what was not checked for longer only the record is left. */
const CHECKED_WITHIN = hours(48);

/**
 * Whether it belongs to the fleet that the budget and the storms are counted over. A record
 * outlives its server: one that is gone must neither raise the budget nor hide a storm.
 */
function isManaged({ enrolment, unseenSince, told }: InstanceRecord, now: Instant): boolean {
  return (
    enrolment.kind === 'enrolled' &&
    between(enrolment.checkedAt, now) < CHECKED_WITHIN &&
    unseenSince === undefined &&
    !told.includes('terminated')
  );
}

/** Whether it is known to be down: of that nothing more can be taken down. */
function isDown({ incident }: InstanceRecord): boolean {
  return incident?.condition === 'terminated' || incident?.progress.kind === 'down';
}

/** Down by the doing of AWS. */
function isDownByAws(record: InstanceRecord): boolean {
  return isDown(record) && record.incident?.cause.kind === 'aws';
}

/**
 * Whether somebody else keeps it down: a scheduler by night, a person for good. It serves nobody
 * and is nobody's spare. What the watchdog itself stopped is to come back.
 */
function isLaidUp(record: InstanceRecord): boolean {
  const { incident } = record;
  if (incident === undefined || !isDown(record) || isDownByAws(record)) return false;
  return incident.condition === 'terminated' || !isOwnStop(incident);
}

/**
 * How a zone fares. What AWS stopped there counts too: when most of a zone went down, what still
 * runs in it is not to be touched. An application that fails alone is not the zone's doing, and
 * what is down for another reason tells nothing of the zone: it must not hide a storm.
 */
function zoneOf(
  inZone: readonly InstanceRecord[],
  impaired: Fleet['impaired'],
): TakedownFacts['zone'] {
  const counted = inZone.filter((record) => !isDown(record) || isDownByAws(record));
  const isByAws = (record: InstanceRecord): boolean => {
    const checks = impaired.get(record.instanceId);
    return isDownByAws(record) || (checks !== undefined && !isApplicationAlone(checks));
  };
  return { managed: counted.length, impaired: counted.filter(isByAws).length };
}

/** What is the same for every instance of a fleet that is asked about. */
interface Summary {
  readonly managed: number;
  readonly zones: ReadonlyMap<string, TakedownFacts['zone']>;
  /** By policy: who runs, and whose application alone is impaired. */
  readonly applications: ReadonlyMap<string, Applications>;
  /** Instances whose takedown is under way. */
  readonly busy: ReadonlySet<string>;
  /** Others for which a place is asked for or held, so that they may be stopped, and since when. */
  readonly proving: ReadonlyMap<string, Instant>;
  /** Others that are drained for a planned stop, and since when. */
  readonly draining: ReadonlyMap<string, Instant>;
  readonly places: ReadonlyMap<string, Place>;
}

interface Applications {
  readonly running: number;
  readonly failing: readonly InstanceRecord[];
}

const NO_APPLICATIONS: Applications = { running: 0, failing: [] };

/** Hundreds may ask about the same fleet within one pass. */
const summaries = new WeakMap<Fleet, Summary>();

function summaryOf(fleet: Fleet): Summary {
  const known = summaries.get(fleet);
  if (known !== undefined) return known;
  const managed = fleet.records.filter((record) => isManaged(record, fleet.now));
  const summary: Summary = {
    managed: managed.filter((record) => !isLaidUp(record)).length,
    zones: new Map(
      [...groupBy(managed, ({ label }) => label.zone)].map(([zone, inZone]) => [
        zone,
        zoneOf(inZone, fleet.impaired),
      ]),
    ),
    applications: new Map(
      [...groupBy(managed, ({ label }) => label.policy)].map(([policy, members]) => [
        policy,
        applicationsOf(members, fleet),
      ]),
    ),
    busy: new Set(
      fleet.records
        .filter(({ incident }) => inFlight(incident) !== undefined)
        .map(({ instanceId }) => instanceId),
    ),
    proving: new Map(
      fleet.records.flatMap(({ incident, instanceId }) => {
        const since = provingSince(incident, fleet.now);
        const isProving = since !== undefined && inFlight(incident) === undefined;
        return isProving ? [[instanceId, since] as const] : [];
      }),
    ),
    draining: new Map(
      fleet.records.flatMap(({ incident, instanceId }) => {
        const since = incident === undefined ? undefined : openDrain(incident)?.since;
        const isDraining = since !== undefined && incident?.resolved === undefined;
        return isDraining && inFlight(incident) === undefined ? [[instanceId, since] as const] : [];
      }),
    ),
    places: placesOf(fleet.records),
  };
  summaries.set(fleet, summary);
  return summary;
}

function groupBy(
  records: readonly InstanceRecord[],
  keyOf: (record: InstanceRecord) => string,
): ReadonlyMap<string, readonly InstanceRecord[]> {
  const groups = new Map<string, InstanceRecord[]>();
  for (const record of records) {
    const group = groups.get(keyOf(record));
    if (group === undefined) groups.set(keyOf(record), [record]);
    else group.push(record);
  }
  return groups;
}

/**
 * What has no verdict, or has not come up yet, does not prove that the check is sound: of the
 * servers that run only those count whose application fails, or is known to be well.
 */
function applicationsOf(
  members: readonly InstanceRecord[],
  { impaired, applications }: Pick<Fleet, 'impaired' | 'applications'>,
): Applications {
  const running = members.filter((record) => !isDown(record));
  const failing = running.filter(({ instanceId }) => isApplicationAlone(impaired.get(instanceId)));
  const isWell = ({ instanceId, incident }: InstanceRecord): boolean => {
    const said = applications?.get(instanceId) ?? impaired.get(instanceId)?.application;
    if (said !== undefined) return said.status === 'ok';
    return incident === undefined || incident.progress.kind === 'serving';
  };
  return { running: failing.length + running.filter(isWell).length, failing };
}

/** Of those that fail together the one that calls a person: the first that may speak of it. */
function spokesmanOf({ failing }: Applications): string | undefined {
  const ids = (records: readonly InstanceRecord[]): readonly string[] =>
    records.map(({ instanceId }) => instanceId).toSorted();
  const maySpeak = failing.filter(
    ({ incident }) =>
      incident?.escalated.every(({ reason }) => reason === 'check-suspect') ?? false,
  );
  // Who has called already stays the one: another that fails later would call once more.
  const hasSpoken = maySpeak.filter(({ incident }) => (incident?.escalated.length ?? 0) > 0);
  return ids(hasSpoken)[0] ?? ids(maySpeak)[0] ?? ids(failing)[0];
}

/** The facts about one instance, from the fleet as it is known and from what AWS answered. */
export function takedownFacts(
  record: InstanceRecord,
  reads: TakedownReads,
  fleet: Fleet,
): TakedownFacts {
  const { zone, policy, instanceType } = record.label;
  const summary = summaryOf(fleet);
  const applications = summary.applications.get(policy) ?? NO_APPLICATIONS;
  // It may hold a slot itself, from the rung below.
  const others = summary.busy.size - (summary.busy.has(record.instanceId) ? 1 : 0);
  const ahead = aheadOf(summary, record);
  return {
    ...reads,
    zone: summary.zones.get(zone) ?? { managed: 0, impaired: 0 },
    zoneStormAt: fleet.zoneStorms.find((storm) => storm.zone === zone)?.seenAt,
    application: {
      running: applications.running,
      impaired: applications.failing.length,
      isSpokesman: spokesmanOf(applications) === record.instanceId,
    },
    slotsFree: takedownLimit(summary.managed, fleet.budget) - others - ahead,
    noCapacityAt: summary.places.get(placeKey(zone, instanceType))?.refusedAt,
  };
}

/**
 * How many others hold a place, or are drained, for a stop that is to come before this one's. Of
 * two the first has its turn, so that neither waits for the other. A drain may take an hour: other
 * planned stops wait for it, a rescue does not.
 */
function aheadOf({ proving, draining }: Summary, { instanceId, incident }: InstanceRecord): number {
  const since = proving.get(instanceId) ?? draining.get(instanceId);
  const isPlanned = incident !== undefined && isOnlyPlanned(incident);
  const others = new Map([...(isPlanned ? draining : []), ...proving]);
  return [...others].filter(([other, at]) => {
    const own = since ?? Infinity;
    return at < own || (at === own && other < instanceId);
  }).length;
}

/** Whether the application fails, and nothing that EC2 itself looks at does. */
export function isApplicationAlone(checks: Checks | undefined): boolean {
  return (
    checks?.application.status === 'impaired' &&
    checks.system.status !== 'impaired' &&
    checks.instance.status !== 'impaired' &&
    // A zone whose volumes fail lets its applications fail: that is no fault of their check.
    checks.attachedEbs.status !== 'impaired'
  );
}

/** The zones with a storm at this moment, and those whose cooldown is not over yet. */
export function zoneStormsNow(fleet: Fleet): readonly ZoneStorm[] {
  const { zoneStorms, now } = fleet;
  const raging = [...summaryOf(fleet).zones]
    .filter(([, health]) => isZoneStorm(health))
    .map(([zone]) => zone);
  const over = zoneStorms.filter(
    ({ zone, seenAt }) => !raging.includes(zone) && now < after(seenAt, ZONE_COOLDOWN),
  );
  return [...over, ...raging.map((zone) => ({ zone, seenAt: now }))];
}

/** After a zone's storm nothing is taken down in it for this long: it may flap. */
export const ZONE_COOLDOWN = minutes(10);
