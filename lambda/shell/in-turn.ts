import { settle } from '../core/attempt';
import type { Decision } from '../core/decision';
import type { Attempt, AttemptOutcome } from '../core/incident';
import type { InstanceView } from '../core/observation';
import { WORD_NOT_SEEN, ownStopTagValue, tagSays, wordAt } from '../core/own-stop';
import { readPause } from '../core/pause';
import { policyOf } from '../core/readiness';
import type { InstanceRecord } from '../core/record';
import { RESERVED_FOR, firstAskedAt, reservationsOf } from '../core/reservation';
import { isTakedown, stopsInstance } from '../core/remediation';
import { OWN_TAGS } from '../core/tags';
import { mayHaveHappened } from '../core/takedowns';
import { after } from '../core/time';
import { unreachable } from '../core/unreachable';
import type { ActOutcome, ReservationOutcome, WriteOutcome } from '../ports';
import { claimed, intentOf, logDecision } from './claim';
import type { Held } from './held';
import { noteLastAction } from './last-action';
import { hasTime, type Run, type Work } from './run';

/** The claim, the tag, the read and the call: so much time one act may take. */
const ACT_LENGTH_MS = 5_000;
/** The tag of an own stop that did not come about. */
const NO_STOP = 'none';

type Remediate = Extract<Decision, { kind: 'remediate' }>;

/** Whether a decision is carried out alone, after it was recorded: everything but a plain start. */
export function isInTurn({ step }: Work): boolean {
  const { decision } = step;
  return decision.kind === 'remediate' && decision.remediation !== 'start';
}

/**
 * Carries out, one after the other and the oldest incident first, what must be recorded before it
 * is done. A takedown is claimed together with one of the fleet's slots; the instance is told of
 * its own stop, and read again, right before the call.
 */
export async function actInTurn(run: Run, works: readonly Work[]): Promise<readonly Held[]> {
  const held: Held[] = [];
  for (const work of works.toSorted(oldestFirst)) {
    if (!hasTime(run, ACT_LENGTH_MS)) {
      // Nothing of it is recorded: its signals must come again.
      run.unwritten.add(work.step.record.instanceId);
      continue;
    }
    held.push(...(await actOnce(run, work)));
  }
  return held;
}

function oldestFirst(one: Work, other: Work): number {
  const at = ({ step }: Work): number => step.record.incident?.openedAt ?? 0;
  return at(one) - at(other);
}

async function actOnce(run: Run, work: Work): Promise<readonly Held[]> {
  const { decision } = work.step;
  const { view } = work;
  if (decision.kind !== 'remediate' || view === undefined) return [];
  const record = claimed(run, work, intentOf(run, work));
  const attempt = record.incident?.attempts.at(-1);
  if (attempt === undefined) return [];
  if (!(await isClaimed(run, record, decision))) return [];
  const outcome = await carryOut(run, { decision, attempt, view });
  const settled = settle(record, outcome, run.ports.clock.now());
  logDecision(run, work, outcome.kind);
  if (outcome.kind === 'accepted') await noteLastAction(run, settled);
  return [{ work, record: settled, isBlind: false }];
}

/** Records the intent; a takedown together with its slot, so that no two take the same one. */
async function isClaimed(run: Run, record: InstanceRecord, decision: Remediate): Promise<boolean> {
  const { store, telemetry } = run.ports;
  const { instanceId } = record;
  const needsSlot = isTakedown(decision.remediation);
  const written: WriteOutcome = needsSlot
    ? await store.claimTakedown(record, run.takedownVersion)
    : await store.write(record);
  if (written === 'written') {
    run.records.set(instanceId, record);
    if (needsSlot) run.takedownVersion += 1;
    return true;
  }
  telemetry.count(written === 'down' ? 'StoreDown' : 'StoreConflicts', 1);
  (written === 'down' ? run.unwritten : run.conflicts).add(instanceId);
  return false;
}

interface Act {
  readonly decision: Remediate;
  readonly attempt: Attempt;
  readonly view: InstanceView;
}

async function carryOut(run: Run, act: Act): Promise<AttemptOutcome> {
  const { ports } = run;
  const { instanceId } = act.view;
  const { remediation, detail } = act.decision;
  if (!isTakedown(remediation)) return place(run, act);
  const stops = stopsInstance(remediation);
  const obstacle = await prepare(run, act);
  const asked = obstacle ?? attemptOutcome(await request(run, act), run);
  // Whoever stops it later must not be taken for us. A word that is only late is waited for: until
  // it is old the record says that no stop of ours followed it.
  const isAwaited = asked.kind === 'wrong-state' && asked.code === WORD_NOT_SEEN;
  if (stops && !isAwaited && !mayHaveHappened({ ...act.attempt, outcome: asked })) {
    await ports.ec2.tag(instanceId, { [OWN_TAGS.ownStop]: NO_STOP });
  }
  if (asked.kind !== 'accepted') {
    ports.telemetry.log('warn', 'takedown not made', {
      instanceId,
      remediation,
      detail,
      outcome: asked,
    });
  }
  return asked;
}

/**
 * The last look before an act: the instance carries the word of its own stop (S28), is still what
 * it was when this was decided, and nobody has paused it meanwhile (S25).
 */
async function prepare(
  run: Run,
  { decision, attempt, view }: Act,
): Promise<AttemptOutcome | undefined> {
  const { ec2 } = run.ports;
  const { instanceId } = view;
  const incident = run.records.get(instanceId)?.incident;
  const givenAt = incident === undefined ? attempt.at : wordAt(incident, attempt.at);
  const word = ownStopTagValue(givenAt, instanceId, incident?.id ?? '');
  const stops = stopsInstance(decision.remediation);
  const isGiven = !stops || givenAt < attempt.at;
  if (!isGiven && !(await ec2.tag(instanceId, { [OWN_TAGS.ownStop]: word }))) {
    return { kind: 'wrong-state', code: 'OwnStopTagNotWritten' };
  }
  const look = await ec2.look({
    kind: 'some',
    instanceIds: [instanceId],
    volumeIds: [],
    down: false,
  });
  const seen =
    look.kind === 'seen' ? look.views.find((one) => one.instanceId === instanceId) : undefined;
  if (seen === undefined) return { kind: 'wrong-state', code: 'NotSeenAgain' };
  if (stops && !tagSays(seen, word)) return { kind: 'wrong-state', code: WORD_NOT_SEEN };
  const isSame = seen.state === view.state && seen.launchTime === view.launchTime;
  const isOurs =
    policyOf(seen, run.settings.policies)?.name === policyOf(view, run.settings.policies)?.name;
  if (!isSame || !isOurs) return { kind: 'wrong-state', code: 'ChangedMeanwhile' };
  const isPaused = readPause(seen.tags, run.ports.clock.now()).kind !== 'none';
  return isPaused ? { kind: 'wrong-state', code: 'PausedMeanwhile' } : undefined;
}

async function request(run: Run, { decision, view }: Act): Promise<ActOutcome> {
  const { ec2, service } = run.ports;
  const { instanceId } = view;
  const { remediation, detail } = decision;
  run.ports.telemetry.count('TakedownsRequested', 1);
  switch (remediation) {
    case 'restart-service': {
      const document = policyOf(view, run.settings.policies)?.restartDocument;
      if (document === undefined) return { kind: 'not-asked' };
      return service.restart(instanceId, document);
    }
    case 'reboot':
      return ec2.reboot(instanceId);
    case 'stop-start':
      return ec2.stop(instanceId, 'graceful');
    case 'force-stop':
      return ec2.stop(instanceId, detail === 'skip-os-shutdown' ? 'skip-os-shutdown' : 'force');
    case 'start':
    case 'change-type':
    case 'reserve-capacity':
    case 'associate-address':
      throw new Error(`${remediation} takes nothing down`);
    default:
      return unreachable(remediation);
  }
}

/** A place for it, or the address that it lost. None of it takes anything from what runs. */
async function place(run: Run, { decision, attempt, view }: Act): Promise<AttemptOutcome> {
  const { capacity, addresses } = run.ports;
  const { instanceId, zone, instanceType } = view;
  if (decision.remediation === 'change-type') {
    const type = decision.detail ?? instanceType;
    return attemptOutcome(await capacity.changeType(instanceId, type), run);
  }
  if (decision.remediation === 'associate-address') {
    const publicIp = decision.detail ?? '';
    return attemptOutcome(await addresses.associate(instanceId, publicIp), run);
  }
  const incident = run.records.get(instanceId)?.incident;
  const askedAt = incident === undefined ? attempt.at : firstAskedAt(incident, attempt.at);
  // One place is enough: what is left of an earlier one would only be paid for.
  for (const id of incident === undefined ? [] : reservationsOf(incident)) {
    await capacity.release(id);
  }
  const outcome = await capacity.reserve({
    instanceId,
    instanceType: decision.detail ?? instanceType,
    zone,
    platform: view.hardware?.platform ?? '',
    tenancy: view.tenancy,
    until: after(askedAt, RESERVED_FOR),
    token: `${instanceId}-${askedAt}`,
  });
  return attemptOutcome(outcome, run);
}

function attemptOutcome(outcome: ActOutcome | ReservationOutcome, { ports }: Run): AttemptOutcome {
  if (outcome.kind !== 'accepted') return outcome;
  const id = 'reservationId' in outcome ? outcome.reservationId : undefined;
  return { kind: 'accepted', at: ports.clock.now(), ...(id !== undefined && { id }) };
}
