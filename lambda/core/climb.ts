import { nextAttemptAt } from './backoff';
import { awsRecoveryUntil } from './aws-recovery';
import { defer, escalate, type Decision, type Situation } from './decision';
import { drainFirst } from './drain';
import type { Incident } from './incident';
import type { LadderCondition, Rung } from './ladder';
import { openDrain } from './open-drain';
import type { RemediateReason } from './reasons';
import { TAKEDOWNS, isTakedown, stopsInstance } from './remediation';
import { isOutOfReach, outOfReachSince } from './service-reach';
import { firstObjection } from './start-guards';
import {
  conditionOf,
  rungBehind,
  strongestOf,
  takedownsOf,
  takedownsSeen,
  type TakedownAttempt,
} from './takedowns';
import { TAKEDOWN_GUARDS, preconditionOf } from './takedown-guards';
import { after, latest, type Instant } from './time';
import { failingSince } from './undated';
import { judgesApplication } from './verify';

/** A condition of something that runs, and since when it is so. */
export interface Ailment {
  readonly condition: Extract<
    LadderCondition,
    | 'system-impaired'
    | 'instance-impaired'
    | 'ebs-impaired'
    | 'application-impaired'
    | 'stop-scheduled'
    | 'reboot-scheduled'
  >;
  readonly since: Instant;
}

/** The worst first: what is wrong with the host explains what is wrong with the guest. */
const BY_CHECK = [
  ['system', 'system-impaired'],
  ['attachedEbs', 'ebs-impaired'],
  ['instance', 'instance-impaired'],
  ['application', 'application-impaired'],
] as const;

/** What ails it: the worst check that EC2 calls impaired, or the work that AWS has announced. */
export function ailmentOf(situation: Situation): Ailment | undefined {
  const { view, incident, policy } = situation;
  for (const [check, condition] of BY_CHECK) {
    const { status, impairedSince } = view.checks[check];
    if (status !== 'impaired') continue;
    // An application check of which the policy knows nothing is told, and not acted on.
    if (check === 'application' && !judgesApplication(policy)) continue;
    // That what is drained takes no chats is no ailment.
    if (check === 'application' && openDrain(incident) !== undefined) continue;
    return { condition, since: failingSince(incident, check, impairedSince) };
  }
  const { planned } = incident;
  const isDone = takedownsSeen(situation).length > 0;
  return planned === undefined || isDone
    ? undefined
    : { condition: planned.condition, since: incident.openedAt };
}

/** When the guest last began anew: its boot, or what we did to it since. */
function upSince({ view, incident }: Situation): Instant {
  const last = takedownsOf(incident).at(-1);
  return last === undefined || stopsInstance(last.remediation)
    ? view.launchTime
    : latest(view.launchTime, last.at);
}

/**
 * The next step on the ladder of what ails it, or undefined where nothing does. Whether the last
 * step failed is said by the checks that are read now, and only once it has had its time: a check
 * that has merely changed its name meanwhile (`initializing` after our reboot) is no failure.
 */
export function climb(situation: Situation): Decision | undefined {
  const { policy, now } = situation;
  const waiting = notHeardOf(situation);
  if (waiting !== undefined) return waiting;
  const seen = takedownsSeen(situation);
  const last = seen.at(-1);
  const behind = last === undefined ? undefined : rungBehind(policy, last);
  // It may serve by its own word already: the check that failed has its time all the same.
  const lands =
    last === undefined || behind === undefined ? undefined : landsAt(situation, last, behind);
  const ailment = ailmentOf(situation) ?? stillNotServing(situation, behind, lands);
  if (ailment === undefined) return undefined;
  if (lands !== undefined && now < lands) return defer('remediation-in-flight', lands);
  const ladder = policy.ladders[ailment.condition].filter((rung) => isUsable(situation, rung));
  const tried = strongestOf(seen);
  const rung = ladder.find(({ remediation }) => placeOf(remediation) > tried);
  const early = notYet(situation, ailment, rung);
  if (early !== undefined) return early;
  if (rung === undefined) return escalate(tried < 0 ? 'impaired' : 'ladder-exhausted');
  return insteadOfRestart(situation, ailment, { rung, ladder }) ?? taken(situation, ailment, rung);
}

/**
 * A service whose restart cannot be asked for within the rung's time is out of reach: its agent is
 * dead, or the policy's document or permission is. Then the server is rebooted where the ladder
 * says so, which restarts the service too; it is never stopped because Systems Manager is silent.
 */
function insteadOfRestart(
  situation: Situation,
  ailment: Ailment,
  { rung, ladder }: { readonly rung: Rung; readonly ladder: readonly Rung[] },
): Decision | undefined {
  const { incident, now } = situation;
  if (rung.remediation === 'stop-start' && isRestartUnheard(situation)) {
    return escalate('service-out-of-reach');
  }
  const since = outOfReachSince(incident);
  if (rung.remediation !== 'restart-service' || since === undefined) return undefined;
  if (now < after(since, rung.timeout)) return undefined;
  const reboot = ladder.find(({ remediation }) => remediation === 'reboot');
  if (reboot === undefined) return isTold(incident, since) ? undefined : outOfReach(incident);
  // What Systems Manager refused says nothing of what EC2 will say.
  const attempts = incident.attempts.filter((attempt) => !isOutOfReach(attempt));
  const fresh = { ...situation, incident: { ...incident, attempts } };
  const early = notYet(situation, ailment, reboot);
  return early ?? taken(fresh, ailment, { ...reboot, reason: 'instead-of-restart' });
}

/** A refusal was told as one, with what AWS said. */
function outOfReach({ attempts }: Incident): Decision | undefined {
  const last = attempts.findLast(isOutOfReach);
  return last?.outcome.kind === 'refused' ? undefined : escalate('service-out-of-reach');
}

function isTold({ escalated }: Incident, since: Instant): boolean {
  return escalated.some(({ reason, at }) => reason === 'service-out-of-reach' && at >= since);
}

/** All that was tried is a restart of which Systems Manager did not say that it took it. */
function isRestartUnheard(situation: Situation): boolean {
  const seen = takedownsSeen(situation);
  const isUnheard = ({ remediation, outcome }: TakedownAttempt): boolean =>
    remediation === 'restart-service' && outcome.kind === 'unavailable';
  return seen.length > 0 && seen.every(isUnheard);
}

const placeOf = (remediation: Rung['remediation']): number =>
  isTakedown(remediation) ? TAKEDOWNS.indexOf(remediation) : -1;

/** A service is restarted by a document; without one that rung is not there. */
function isUsable({ policy }: Situation, { remediation }: Rung): boolean {
  return remediation !== 'restart-service' || policy.restartDocument !== undefined;
}

/** A takedown that was just intended: whoever intended it may be about to carry it out. */
function notHeardOf({ incident, now }: Situation): Decision | undefined {
  const last = incident.attempts.at(-1);
  if (last === undefined || !isTakedown(last.remediation)) return undefined;
  if (last.outcome.kind !== 'intended') return undefined;
  const until = nextAttemptAt([last], incident.id);
  return until !== undefined && now < until ? defer('remediation-in-flight', until) : undefined;
}

/** When the takedown under way has had its time; a stop and start has it from the start on. */
function landsAt(
  { view }: Situation,
  { at, remediation }: TakedownAttempt,
  { timeout }: Rung,
): Instant {
  return after(stopsInstance(remediation) ? latest(at, view.launchTime) : at, timeout);
}

/** The checks pass, and yet the rung asked for a server that serves. */
function stillNotServing(
  { incident, now }: Situation,
  rung: Rung | undefined,
  lands: Instant | undefined,
): Ailment | undefined {
  const last = takedownsOf(incident).at(-1);
  if (rung?.check !== 'serving' || lands === undefined || now < lands) return undefined;
  if (last === undefined || incident.progress.kind === 'serving') return undefined;
  const condition = BY_CHECK.map(([, name]) => name).find((name) => name === conditionOf(last));
  return condition === undefined ? undefined : { condition, since: last.at };
}

/** What must pass before the rung's time has come. */
function notYet(
  situation: Situation,
  ailment: Ailment,
  rung: Rung | undefined,
): Decision | undefined {
  const { policy, now, view } = situation;
  const { system, instance } = view.checks;
  // That EC2 is fine must be known before the application is blamed (S13).
  if (system.status === 'unknown' || instance.status === 'unknown') {
    return defer('observation-missing');
  }
  const grace = after(upSince(situation), policy.startupGrace);
  if (isByChecks(ailment) && now < grace) return defer('startup-grace', grace);
  const recovery = ailment.condition === 'system-impaired' ? awsRecoveryUntil(situation) : 'no';
  // AWS tried and failed: it is our turn at once.
  if (recovery === 'failed') return undefined;
  const tolerated = after(ailment.since, rung?.toleration ?? policy.toleration);
  if (isByChecks(ailment) && now < tolerated) return defer('tolerated', tolerated);
  if (rung === undefined) return undefined;
  if (recovery === 'no' || now >= recovery) return undefined;
  // Whether AWS recovers it by itself is asked before it is waited for.
  if (situation.facts === undefined) return defer('takedown-unchecked');
  return defer('awaiting-aws-recovery', recovery);
}

function isByChecks({ condition }: Ailment): boolean {
  return condition !== 'stop-scheduled' && condition !== 'reboot-scheduled';
}

function taken(
  situation: Situation,
  ailment: Ailment,
  rung: Rung & { readonly reason?: RemediateReason },
): Decision {
  return (
    preconditionOf(situation, rung, ailment.condition) ??
    firstObjection(
      TAKEDOWN_GUARDS[rung.remediation === 'stop-start' ? 'stop' : 'stay'],
      situation,
    ) ??
    (isByChecks(ailment) ? undefined : drainFirst(situation)) ?? {
      kind: 'remediate',
      remediation: rung.remediation,
      reason: rung.reason ?? ailment.condition,
    }
  );
}
