import { intend, settle } from '../core/attempt';
import { spread } from '../core/backoff';
import { isInStorm } from '../core/alert/storm';
import type { AttemptOutcome } from '../core/incident';
import type { InstanceRecord, Lease } from '../core/record';
import { startGroups, type Startable } from '../core/start-groups';
import { after, seconds } from '../core/time';
import type { StartOutcome, WriteOutcome } from '../ports';
import type { Held } from './held';
import { sameRecord, type Run, type Work } from './run';
import { startAll } from './start';
import { stormNow } from './tell';

/** Longer than the function can run, so that a lease ends only after its holder did. */
const LEASE_LENGTH = seconds(30);

/**
 * Carries out what was decided: starts go out together with the intents that record them, since
 * a plain start is idempotent; everything else waits for its record. An instance whose record
 * another invocation changed meanwhile is left to that one.
 */
export async function act(run: Run, works: readonly Work[]): Promise<readonly Held[]> {
  const ours = works.filter((work) => !isLeasedElsewhere(run, work));
  const intended = ours.map((work) => ({ work, record: intentOf(run, work) }));
  // As it stands after these: the last member that serves brings the last message for all.
  const storm = stormNow(
    run,
    intended.map(({ record }) => record),
  );
  // What waits for the storm's next message need not be claimed again and again until then.
  const mayTell = (record: InstanceRecord): boolean =>
    record.outbox.length > 0 && !(storm.kind === 'wait' && isInStorm(record, storm.openedAt));
  const changed = intended
    .filter(
      ({ work, record }) => !sameRecord(record, work.before) || mayTell(record) || isOver(record),
    )
    .map(({ work, record }) => ({ work, record: claimed(run, work, record) }));
  const [outcomes, writes] = await Promise.all([
    startAll(
      run.ports,
      groupsOf(
        run,
        changed.map(({ work }) => work),
      ),
    ),
    Promise.all(changed.map(({ record }) => run.ports.store.write(record))),
  ]);
  return changed.flatMap((item, index) =>
    afterWrite(run, item, { write: writes[index] ?? 'down', outcomes }),
  );
}

function isLeasedElsewhere({ ports, invocation, conflicts }: Run, { before }: Work): boolean {
  const { lease, instanceId } = before;
  const isHeld =
    lease !== undefined && lease.owner !== invocation.requestId && lease.until > ports.clock.now();
  if (isHeld) conflicts.add(instanceId);
  return isHeld;
}

/** It ended and was not archived: the archive did not answer, or the Lambda died before. */
function isOver({ incident, outbox }: InstanceRecord): boolean {
  return incident?.resolved !== undefined && outbox.length === 0;
}

function intentOf({ ports }: Run, { step }: Work): InstanceRecord {
  const { decision, record } = step;
  return decision.kind === 'remediate'
    ? intend(record, decision.reason, ports.clock.now())
    : record;
}

/** The next version of a record; with a lease when effects follow that must not be doubled. */
function claimed(
  { ports, invocation }: Run,
  { before }: Work,
  record: InstanceRecord,
): InstanceRecord {
  const hasEffects = record.outbox.length > 0 || hasIntent(record);
  const lease: Lease = {
    owner: invocation.requestId,
    token: (before.lease?.token ?? 0) + 1,
    until: hasEffects ? after(ports.clock.now(), LEASE_LENGTH) : ports.clock.now(),
  };
  return { ...record, lease, version: before.version + 1 };
}

function hasIntent({ incident }: InstanceRecord): boolean {
  return incident?.attempts.at(-1)?.outcome.kind === 'intended';
}

/**
 * Two invocations at once see the same groups, and each has but its share of EC2's rate: one
 * begins at the front and the other at the back, so that they seldom ask for the same.
 */
function inTurn<T>(groups: readonly T[], requestId: string): readonly T[] {
  return spread(requestId) < 0.5 ? groups : groups.toReversed();
}

/** The starts that were decided, in the calls in which EC2 is asked for them. */
function groupsOf({ invocation }: Run, works: readonly Work[]): readonly (readonly string[])[] {
  const startables = works
    .filter(({ step }) => step.decision.kind === 'remediate')
    .map(({ view, step }): Startable => ({
      instanceId: step.record.instanceId,
      zone: view?.zone ?? '',
      instanceType: view?.instanceType ?? '',
      attempts: step.record.incident?.attempts ?? [],
    }));
  return inTurn(startGroups(startables), invocation.requestId);
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
  logDecision(run, work, outcome);
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

function attemptOutcome(outcome: StartOutcome, now: Parameters<typeof after>[0]): AttemptOutcome {
  return outcome.kind === 'accepted' ? { kind: 'accepted', at: now } : outcome;
}

function logDecision({ ports }: Run, { step }: Work, outcome: StartOutcome | undefined): void {
  const { decision, isNew, record } = step;
  if (!isNew && decision.kind !== 'remediate') return;
  ports.telemetry.log('info', 'decision', {
    instanceId: record.instanceId,
    incidentId: record.incident?.id,
    decision: decision.kind,
    remediation: decision.kind === 'remediate' ? decision.remediation : undefined,
    reason: decision.reason,
    cause: record.incident?.cause.kind,
    outcome: outcome?.kind,
  });
}
