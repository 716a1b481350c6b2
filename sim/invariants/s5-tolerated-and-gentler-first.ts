import type { LadderCondition, Rung } from '../../lambda/core/ladder';
import { isOpen } from '../../lambda/core/maintenance-window';
import type { Policy } from '../../lambda/core/policy';
import { OPERATOR_TAGS } from '../../lambda/core/tags';
import { seconds, type Instant } from '../../lambda/core/time';
import { factsOf, storedBy, type CheckName } from '../history';
import { takenFromRunning, type TakedownDeed } from './deeds';
import { isToBeMoved } from './announced';
import { impairedSince, momentsKnown } from './fleet-state';
import type { Invariant, Violation } from './invariant';
import { policyAt, tagsAt, type Life, type Story } from './story';

const CONDITIONS: Readonly<Record<CheckName, LadderCondition>> = {
  system: 'system-impaired',
  instance: 'instance-impaired',
  attachedEbs: 'ebs-impaired',
  application: 'application-impaired',
};
const CHECKS = Object.keys(CONDITIONS) as readonly CheckName[];
const REMEDIATIONS = {
  stop: 'stop-start',
  reboot: 'reboot',
  'restart-service': 'restart-service',
} as const;
/** EC2 dates the beginning of an impairment in whole seconds. */
const ROUNDED = seconds(1);

interface Case {
  readonly story: Story;
  readonly life: Life;
  readonly policy: Policy;
  readonly deed: TakedownDeed;
}

/** What is stronger does all that the gentler one does: a reboot restarts the service too. */
const strengthOf = (remediation: Rung['remediation']): number =>
  ['restart-service', 'reboot', 'stop-start'].indexOf(remediation);

const isKind = (deed: TakedownDeed, { remediation }: Rung): boolean =>
  REMEDIATIONS[deed.what] === remediation;

/** When its last incident before this was over. */
function incidentSince({ story, deed }: Case): Instant {
  const over = factsOf(story.facts, 'log').findLast(
    ({ at, message, fields }) =>
      at < deed.askedAt &&
      message === 'decision' &&
      fields['decision'] === 'resolve' &&
      fields['instanceId'] === deed.instanceId,
  );
  return over?.at ?? story.deployed.at;
}

/** A claim was kept of which its invocation never heard, so that nothing came of it. */
function isClaimUnheard(story: Story, { instanceId, askedAt }: TakedownDeed, since: Instant) {
  return story.requests.some(
    ({ call, effect, answer }) =>
      call.operation === 'TransactWriteItems' &&
      call.at >= since &&
      call.at < askedAt &&
      answer?.code !== 'ok' &&
      storedBy(effect).some(({ sk }) => sk === `instance#${instanceId}`),
  );
}

/**
 * A gentler rung, or a stronger one, was asked for in this incident; or it is on record though it
 * was not: somebody died, or was not told that it may be done.
 */
function wasTried({ story, deed }: Case, rung: Rung, since: Instant): boolean {
  return (
    takenFromRunning(story).some(
      (other) =>
        other.instanceId === deed.instanceId &&
        other.askedAt < deed.askedAt &&
        other.askedAt >= since &&
        strengthOf(REMEDIATIONS[other.what]) >= strengthOf(rung.remediation),
    ) ||
    diedWithin(story, since, deed.askedAt) ||
    isClaimUnheard(story, deed, since)
  );
}

const diedWithin = (story: Story, from: Instant, to: Instant): boolean =>
  factsOf(story.facts, 'ended').some(
    ({ at, outcome }) => outcome !== 'returned' && at >= from && at <= to,
  );

/** What speaks against this rung for a check that had failed by a moment. */
function objection(item: Case, check: CheckName, at: Instant): string | undefined {
  const { story, life, policy, deed } = item;
  const since = impairedSince(story, life, { check, at });
  if (since === undefined) return 'nothing had failed';
  const ladder = policy.ladders[CONDITIONS[check]];
  const place = ladder.findIndex((rung) => isKind(deed, rung));
  const rung = ladder[place];
  if (rung === undefined) return `the ladder of ${CONDITIONS[check]} does not list it`;
  const isEarly = deed.askedAt - since < rung.toleration - ROUNDED;
  if (isEarly && !saidAwsFailed(item, check, since)) return 'its toleration was not over';
  const untried = ladder
    .slice(0, place)
    .filter(({ remediation }) => remediation !== 'restart-service' || policy.restartDocument)
    .find((gentler) => !wasTried(item, gentler, incidentSince(item)));
  return untried === undefined ? undefined : `${untried.remediation} was not tried first`;
}

/** After AWS's own recovery has failed there is nothing to wait for: AWS Health tells of it. */
function saidAwsFailed({ story, deed }: Case, check: CheckName, since: Instant): boolean {
  return (
    check === 'system' &&
    factsOf(story.facts, 'event').some(
      ({ at, source, instanceIds }) =>
        source === 'aws.health' &&
        instanceIds.includes(deed.instanceId) &&
        at >= since - 600_000 &&
        at <= deed.askedAt,
    )
  );
}

/** Planned work tolerates nothing, and is done in its window unless an operator wants it now. */
function plannedBreach({ life, policy, deed }: Case): string | undefined {
  const { maintenanceWindow: window } = policy;
  const wish = tagsAt(life, deed.askedAt)[OPERATOR_TAGS.move];
  if (wish !== undefined) return wish === 'now' ? undefined : 'an operator does not want it';
  return window !== undefined && isOpen(window, deed.askedAt) ? undefined : 'outside its window';
}

/** Judged by what CloudWatch says of its application, of which the history holds nothing. */
const isJudgedElsewhere = ({ applicationAlarm, applicationMetric }: Policy): boolean =>
  applicationAlarm !== undefined || applicationMetric !== undefined;

/** A rung may ask for a server that serves: its checks pass, and it does not. */
const asksForServing = ({ ladders }: Policy): boolean =>
  Object.values(ladders).some((ladder) => ladder.some(({ check }) => check === 'serving'));

function breach(item: Case): string | undefined {
  const { story, life, policy, deed } = item;
  if (
    deed.what === 'restart-service' &&
    deed.doneAt !== undefined &&
    deed.document !== policy.restartDocument
  ) {
    return `it sent the document ${deed.document}`;
  }
  if (isJudgedElsewhere(policy) || asksForServing(policy)) return undefined;
  const objections = momentsKnown(story, deed).flatMap((at) =>
    CHECKS.map((check) => objection(item, check, at)),
  );
  if (objections.includes(undefined)) return undefined;
  if (isToBeMoved(story, life, deed.askedAt)) return plannedBreach(item);
  return objections.find((text) => text !== 'nothing had failed') ?? 'nothing had failed';
}

/** The invariant S5; its rule says what must hold. */
export const S5: Invariant = {
  id: 'S5',
  rule: 'Nothing that runs is taken down before its toleration and the gentler rungs that help.',
  exercised: (story) => takenFromRunning(story).length,
  check: (story) =>
    takenFromRunning(story).flatMap((deed): readonly Violation[] => {
      const { instanceId, askedAt: at, what } = deed;
      const life = story.lives.get(instanceId);
      const policy = life === undefined ? undefined : policyAt(story, life, at);
      if (life === undefined || policy === undefined) return [];
      const text = breach({ story, life, policy, deed });
      return text === undefined
        ? []
        : [{ invariant: 'S5', at, instanceId, text: `A ${what}, and ${text}` }];
    }),
};
