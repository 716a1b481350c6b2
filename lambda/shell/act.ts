import { settle } from '../core/attempt';
import { spread } from '../core/backoff';
import { isInStorm } from '../core/alert/storm';
import type { AttemptOutcome } from '../core/incident';
import type { InstanceRecord } from '../core/record';
import { placeKey } from '../core/places';
import { owedPlaces, reservationsOf, withGivenBack } from '../core/reservation';
import { startGroups, type Startable } from '../core/start-groups';
import type { Instant } from '../core/time';
import type { StartOutcome, WriteOutcome } from '../ports';
import { claimed, intentOf, logDecision } from './claim';
import type { Held } from './held';
import { actInTurn, isInTurn } from './in-turn';
import { sameRecord, type Run, type Work } from './run';
import { startAll } from './start';
import { isDigestNow } from './digest';
import { stormNow } from './tell';

/**
 * Carries out what was decided: starts go out together with the intents that record them, since
 * a plain start is idempotent; everything else waits for its record. An instance whose record
 * another invocation changed meanwhile is left to that one.
 */
export async function act(run: Run, works: readonly Work[]): Promise<readonly Held[]> {
  const ours = works.filter((work) => !isLeasedElsewhere(run, work));
  const together = await actTogether(
    run,
    ours.filter((work) => !isInTurn(work)),
  );
  return [...together, ...(await actInTurn(run, ours.filter(isInTurn)))];
}

/** Starts, and everything that only changes a record. */
async function actTogether(run: Run, ours: readonly Work[]): Promise<readonly Held[]> {
  const wanted = groupsOf(run, ours);
  const isWanted = new Set(wanted.flat());
  const { ids, waiting } = await giveUpReservations(
    run,
    ours.filter(({ step }) => isWanted.has(step.record.instanceId)),
  );
  const groups = wanted
    .map((group) => group.filter((instanceId) => !waiting.has(instanceId)))
    .filter((group) => group.length > 0);
  const chosen = new Set(groups.flat());
  const intended = ours.map((work) => {
    const { record } = work.step;
    // Whose turn it is not waits for the next look: nothing was tried for it.
    if (!chosen.has(record.instanceId)) return { work, record };
    return { work, record: intentOf(run, withoutPlace(run, work, ids)) };
  });
  // As it stands after these: the last member that serves brings the last message for all.
  const storm = stormNow(
    run,
    intended.map(({ record }) => record),
  );
  const isDigest = isDigestNow(run);
  // What waits for the storm's next message need not be claimed again and again until then.
  const mayTell = (record: InstanceRecord): boolean =>
    record.outbox.length > 0 && !(storm.kind === 'wait' && isInStorm(record, storm.openedAt));
  const changed = intended
    .filter(
      ({ work, record }) =>
        (!sameRecord(record, work.before) && !isOnlyNamed(work)) ||
        mayTell(record) ||
        isOver(record) ||
        (isDigest && record.notes !== undefined) ||
        record.amendments !== undefined ||
        owedPlaces(record, run.ports.clock.now()).length > 0,
    )
    .map(({ work, record }) => ({ work, record: claimed(run, work, record) }));
  const [outcomes, writes] = await Promise.all([
    startAll(run.ports, groups),
    Promise.all(changed.map(({ record }) => run.ports.store.write(record))),
  ]);
  return changed.flatMap((item, index) =>
    afterWrite(run, item, { write: writes[index] ?? 'down', outcomes }),
  );
}

/** What was given back for the starts of a pass, and who waits because its place was not. */
interface GivenUp {
  readonly ids: ReadonlySet<string>;
  readonly waiting: ReadonlySet<string>;
}

/**
 * A place that was reserved for an instance is given up the moment before its start, which then
 * finds it. It cannot be opened to the start instead: whatever runs of the same type would take it
 * (ModifyCapacityReservation); and an instance that targets it keeps that wish when it is gone, and
 * would fail at its next start. Where our own rate was used up the start waits for the next look,
 * since it would not find the place; where EC2 fails it is tried all the same, beside the place.
 */
async function giveUpReservations({ ports }: Run, works: readonly Work[]): Promise<GivenUp> {
  const held = works.flatMap(({ step: { record } }) =>
    record.incident === undefined
      ? []
      : reservationsOf(record.incident).map((id) => ({ id, instanceId: record.instanceId })),
  );
  const outcomes = await Promise.all(held.map(({ id }) => ports.capacity.release(id)));
  const kindAt = (index: number): string | undefined => outcomes[index]?.kind;
  return {
    ids: new Set(held.filter((_, at) => kindAt(at) === 'accepted').map(({ id }) => id)),
    waiting: new Set(
      held.filter((_, at) => kindAt(at) === 'not-asked').map(({ instanceId }) => instanceId),
    ),
  };
}

/** The work with what was given back for it written down. */
function withoutPlace(run: Run, work: Work, ids: ReadonlySet<string>): Work {
  const { record } = work.step;
  if (record.incident === undefined) return work;
  const incident = withGivenBack(record.incident, ids, run.ports.clock.now());
  return { ...work, step: { ...work.step, record: { ...record, incident } } };
}

function isLeasedElsewhere({ ports, invocation, conflicts }: Run, { before }: Work): boolean {
  const { lease, instanceId } = before;
  const isHeld =
    lease !== undefined && lease.owner !== invocation.requestId && lease.until > ports.clock.now();
  if (isHeld) conflicts.add(instanceId);
  return isHeld;
}

/**
 * It is new and its turn to be looked at closely has not come: the first sweep of thousands must
 * not write thousands of records that hold but a name.
 */
function isOnlyNamed({ view, before, step: { record } }: Work): boolean {
  const isUnread = view?.state === 'running' && view.checks.system.status === 'unknown';
  return before.version === 0 && isUnread && sameRecord({ ...record, label: before.label }, before);
}

/** It ended and was not archived: the archive did not answer, or the Lambda died before. */
function isOver({ incident, outbox }: InstanceRecord): boolean {
  return incident?.resolved !== undefined && outbox.length === 0;
}

/**
 * Two invocations at once see the same groups, and each has but its share of EC2's rate: one
 * begins at the front and the other at the back, so that they seldom ask for the same.
 */
function inTurn<T>(groups: readonly T[], requestId: string): readonly T[] {
  return spread(requestId) < 0.5 ? groups : groups.toReversed();
}

/** A call waits for its turn up to two seconds, and EC2 takes up to two more. */
const CALL_MS = 2_000;
const LAST_CALL_MS = 5_000;
/** So many calls in one pass at most: the account's rate is for people too. */
const MOST_CALLS = 4;

/** The starts that are to be made now, in the calls in which EC2 is asked for them. */
function groupsOf(
  { invocation, places, ports }: Run,
  works: readonly Work[],
): readonly (readonly string[])[] {
  const startables = works
    .filter(({ step: { decision } }) => decision.kind === 'remediate')
    .map(({ view, step }): Startable => ({
      instanceId: step.record.instanceId,
      zone: view?.zone ?? '',
      instanceType: view?.instanceType ?? '',
      attempts: step.record.incident?.attempts ?? [],
      place: places.get(placeKey(view?.zone ?? '', view?.instanceType ?? '')),
    }));
  const left = invocation.deadline - ports.clock.now() - LAST_CALL_MS;
  const calls = Math.max(1, Math.min(MOST_CALLS, Math.floor(left / CALL_MS)));
  const groups = inTurn(startGroups(startables), invocation.requestId).slice(0, calls);
  return upTo(ports.ec2.startsLeft(), groups);
}

/** Of a thousand that wait only those have an intent recorded that our own rate lets start now. */
function upTo(
  count: number,
  groups: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  let left = count;
  return groups.flatMap((group) => {
    const members = group.slice(0, left);
    left -= members.length;
    return members.length === 0 ? [] : [members];
  });
}

function afterWrite(
  run: Run,
  { work, record }: { readonly work: Work; readonly record: InstanceRecord },
  answer: { readonly write: WriteOutcome; readonly outcomes: ReadonlyMap<string, StartOutcome> },
): readonly Held[] {
  const { telemetry, clock } = run.ports;
  const { instanceId } = record;
  const outcome = answer.outcomes.get(instanceId);
  const moved = movedBy(outcome);
  if (outcome !== undefined && outcome.kind !== 'accepted') telemetry.count('StartsRefused', 1);
  const settled =
    outcome === undefined
      ? record
      : settle(record, attemptOutcome(outcome, clock.now()), clock.now());
  logDecision(run, work, outcome?.kind);
  switch (answer.write) {
    case 'written':
      run.records.set(instanceId, record);
      run.unrecorded.delete(instanceId);
      return [{ work, record: settled, isBlind: false }];
    case 'conflict':
      telemetry.count('StoreConflicts', 1);
      run.conflicts.add(instanceId);
      if (moved) run.unrecorded.set(instanceId, settled);
      return [];
    case 'down':
      telemetry.count('StoreDown', 1);
      for (const id of [instanceId, ...(work.view?.volumeIds ?? [])]) run.unwritten.add(id);
      return moved ? [{ work, record: settled, isBlind: true }] : [];
  }
}

/** Only the invocation whose call moved it out of `stopped` tells: EC2 keeps that single. */
function movedBy(outcome: StartOutcome | undefined): boolean {
  return outcome?.kind === 'accepted' && outcome.wasStopped;
}

function attemptOutcome(outcome: StartOutcome, now: Instant): AttemptOutcome {
  return outcome.kind === 'accepted' ? { kind: 'accepted', at: now } : outcome;
}
