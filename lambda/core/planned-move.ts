import type { Cause } from './cause';
import type { Incident, PlannedWork } from './incident';
import { isOpenThroughout, nextOpening } from './maintenance-window';
import { addNotice, healthKey, isHealthOver, remember, type HealthFact } from './notices';
import type { InstanceView } from './observation';
import { hasTriedOwnType, mayReserve, ownTypeAgainAt, withOwnTypeTried } from './own-type';
import { planNotice, overNotice, stillAnnounced, vetoNotice } from './plan-notice';
import {
  OWN_TYPE,
  areEventsRead,
  isAnnouncement,
  isSameDay,
  movedKey,
  sourceOf,
  withTypeAsFound,
  worksOf,
  type Planning,
  type Work,
} from './planned-work';
import type { InstanceRecord, Plan } from './record';
import type { Situation } from './decision';
import { OPERATOR_TAGS } from './tags';
import { takedownsOf } from './takedowns';
import { after, before, between, days, hours, latest, type Duration, type Instant } from './time';
import { unreachable } from './unreachable';

/** Whether an operator wants a planned move now, or not at all. */
export function moveWish({ tags }: Pick<InstanceView, 'tags'>): 'now' | 'veto' | 'none' {
  const wish = tags[OPERATOR_TAGS.move]?.trim().toLowerCase();
  if (wish === undefined || wish === '') return 'none';
  // Whoever writes anything else wanted something; when in doubt nothing is moved.
  return wish === 'now' ? 'now' : 'veto';
}

/** People have this long to say no. */
const NOTICE = hours(1);
/** Nothing presses where it merely runs on another type: not in the night in which it got it. */
const OWN_TYPE_NOTICE = days(1);
/** The move is over before AWS begins. */
const MARGIN = hours(1);
/** Where AWS names no time: within the window of the next two weeks. */
const HORIZON = days(14);
/** As for a stop: an instance that nobody checked for longer is nobody's to take down. */
const ENROLMENT_HOLDS = hours(48);

/**
 * The move that AWS's announced work asks for: within the policy's window, after people had time
 * to say no, and done before AWS begins. Undefined when there is nothing to plan any more. A time
 * that was planned stays as long as it can be kept, whichever look asks.
 */
export function planOf(planning: Planning): Plan | undefined {
  const { view, record, now } = planning;
  if (view.state !== 'running' || record.enrolment.kind !== 'enrolled') return record.plan;
  const [work] = worksOf(planning);
  if (work === undefined) return undefined;
  const { eventId, condition } = work;
  const same = successorOf(planning, work);
  const announcedAt = same?.announcedAt ?? now;
  const deadline = work.startsAt ?? after(announcedAt, HORIZON);
  const at = timeOf(planning, { eventId, condition, deadline, announcedAt }, same?.at);
  return { eventId, condition, deadline, ...(at !== undefined && { at }), announcedAt };
}

/** The plan for this very work so far, also where AWS Health was first to tell of it. */
function successorOf({ record, policy, now }: Planning, work: Work): Plan | undefined {
  const { plan } = record;
  if (plan === undefined) return undefined;
  // Nobody presses for its own type: what came to nothing in two weeks is announced anew.
  const isStale = plan.eventId === OWN_TYPE && now >= plan.deadline;
  if (isStale && policy.maintenanceWindow !== undefined && canMove(policy, plan)) return undefined;
  if (plan.eventId === work.eventId) return plan;
  const isHeardTwice =
    [plan, work].some((one) => sourceOf(one) === 'health') &&
    [plan, work].every((one) => sourceOf(one) !== 'own-type');
  return isHeardTwice && isSameDay(plan.deadline, work.startsAt) ? plan : undefined;
}

/** When it is moved: as was told, unless that cannot be kept any more. */
function timeOf(
  { policy, record, now }: Planning,
  plan: Omit<Plan, 'at'>,
  told: Instant | undefined,
): Instant | undefined {
  const { maintenanceWindow } = policy;
  if (maintenanceWindow === undefined || !canMove(policy, plan)) return undefined;
  const until = before(plan.deadline, MARGIN);
  // It may be late within its window; once that has closed, it was missed.
  const isKept =
    told !== undefined &&
    told < until &&
    isOpenThroughout(maintenanceWindow, told, latest(told, now));
  if (isKept) return told;
  return nextOpening(
    maintenanceWindow,
    latest(after(plan.announcedAt, noticeOf(plan)), notBefore(plan, record) ?? now, now),
    until,
  );
}

function noticeOf(plan: Pick<Plan, 'eventId'>): Duration {
  return sourceOf(plan) === 'own-type' ? OWN_TYPE_NOTICE : NOTICE;
}

/** What came to nothing is not tried again the next night. */
function notBefore(
  plan: Pick<Plan, 'eventId'>,
  record: Pick<InstanceRecord, 'told'>,
): Instant | undefined {
  return sourceOf(plan) === 'own-type' ? ownTypeAgainAt(record) : undefined;
}

/** Whether the policy lists what it takes; a type is changed only where the way back is listed. */
function canMove(
  { ladders, alternateTypes }: Planning['policy'],
  plan: Pick<Plan, 'eventId' | 'condition'>,
): boolean {
  if (ladders[plan.condition].length === 0) return false;
  if (sourceOf(plan) !== 'own-type') return true;
  const mayChange = ladders['no-capacity'].some(({ remediation }) => remediation === 'change-type');
  return mayChange && alternateTypes.length > 0 && mayReserve({ ladders });
}

/** The record with the plan as it stands now, and what people must hear of it. */
export function planned(planning: Planning): InstanceRecord {
  const record = withTypeAsFound(planning);
  const current = withoutDone({ ...planning, record });
  const plan = planOf({ ...planning, record: current });
  const noted = stillThere(planning, withPlan(current, plan));
  return plan === undefined
    ? withoutPlan({ ...planning, record: current }, noted)
    : announced({ ...planning, record: current }, noted, plan);
}

function withPlan(record: InstanceRecord, plan: Plan | undefined): InstanceRecord {
  if (plan !== undefined) {
    const isSame = JSON.stringify(plan) === JSON.stringify(record.plan);
    return isSame ? record : { ...record, plan };
  }
  if (record.plan === undefined) return record;
  const { plan: _over, ...rest } = record;
  return rest;
}

/**
 * Once it was moved, by us or by anybody, the work is done, though EC2 and AWS Health may announce
 * it for a while yet: nobody is moved twice for the same.
 */
function withoutDone({ record, view }: Planning): InstanceRecord {
  const { plan, incident } = record;
  if (plan === undefined) return record;
  const { eventId, announcedAt } = plan;
  if (eventId === OWN_TYPE && hasTriedOwnType(incident) && incident !== undefined) {
    const isNext = announcedAt > incident.openedAt;
    return withOwnTypeTried(isNext ? record : withPlan(record, undefined), incident.openedAt);
  }
  const byUs = incident?.planned?.eventId === eventId && takedownsOf(incident).length > 0;
  if (!byUs && view.launchTime <= announcedAt) return record;
  const rest = withPlan(record, undefined);
  return eventId === OWN_TYPE ? rest : remember(rest, movedKey(eventId));
}

/** What EC2 still announces an hour after the move is a person's. */
function stillThere({ view, now }: Planning, record: InstanceRecord): InstanceRecord {
  if (view.state !== 'running' || record.incident !== undefined) return record;
  if (now < after(latest(view.launchTime, ...record.starts), NOTICE)) return record;
  return view.scheduledEvents
    .filter(({ id }) => record.told.includes(movedKey(id)))
    .reduce((told, event) => addNotice(told, stillAnnounced(event), now), record);
}

/** People were told of a move that will not come: they are told that, too. */
function withoutPlan({ record, now }: Planning, noted: InstanceRecord): InstanceRecord {
  const { plan, incident } = record;
  const isNews = plan !== undefined && plan.eventId !== OWN_TYPE && now < plan.deadline;
  return isNews && incident === undefined ? addNotice(noted, overNotice(plan), now) : noted;
}

/** Told once for each work and each time to which it is planned. */
function announced(planning: Planning, noted: InstanceRecord, plan: Plan): InstanceRecord {
  const { record, view, now } = planning;
  // An incident that is open for it tells by itself how it goes.
  if (record.incident?.planned?.eventId === plan.eventId) return noted;
  const work = worksOf(planning).find(({ eventId }) => eventId === plan.eventId);
  const heard = alsoTold(noted, plan);
  // What is down already is not planned any more; its incident tells how it goes.
  if (view.state !== 'running') return heard;
  if (moveWish(view) === 'veto') return addNotice(heard, vetoNotice(plan, work), now);
  const notice = planNotice(plan, { ...planning, work, canMove: canMove(planning.policy, plan) });
  const isOldNews =
    record.plan !== undefined && record.plan.eventId !== plan.eventId && record.plan.at === plan.at;
  // AWS Health's announcement and EC2's of the same work: people know all of it already.
  const isHeardTwice = isOldNews && record.plan.announcedAt === plan.announcedAt;
  if (!isHeardTwice || heard.told.includes(notice.key)) return addNotice(heard, notice, now);
  return remember(heard, notice.key);
}

/** What AWS Health says of the same work needs no message of its own. */
function alsoTold(record: InstanceRecord, plan: Plan): InstanceRecord {
  if (sourceOf(plan) === 'own-type') return record;
  return record.evidence
    .filter((fact) => fact.kind === 'health')
    .filter((fact) => isAnnouncement(fact) && isOf(fact, plan))
    .map(healthKey)
    .filter((key) => !record.told.includes(key))
    .reduce(remember, record);
}

function isOf({ eventArn, startsAt }: HealthFact, { eventId, deadline }: Plan): boolean {
  return eventArn === eventId || (startsAt !== undefined && isSameDay(startsAt, deadline));
}

/** The key under which an operator's `now` is known to have been carried out. */
const NOW_USED = 'move-now-used';

/**
 * Whether an operator wants it moved now. One tag is one move: left on the instance it says nothing
 * of what AWS announces later, until it was taken off once.
 */
export function isWantedNow({ told }: InstanceRecord, view: InstanceView): boolean {
  return moveWish(view) === 'now' && !told.includes(NOW_USED);
}

/** The record with what became of an operator's `now`, in the incident that is open. */
export function withNowUsed(
  record: InstanceRecord,
  view: InstanceView,
  incident: Incident | undefined,
): InstanceRecord {
  const isUsed = record.told.includes(NOW_USED);
  if (moveWish(view) !== 'now') {
    return isUsed ? { ...record, told: record.told.filter((key) => key !== NOW_USED) } : record;
  }
  const isCarriedOut = incident?.planned?.askedBy === 'operator';
  return isCarriedOut && !isUsed ? remember(record, NOW_USED) : record;
}

/** The incident of a planned move with an operator's wish to have it now. */
export function withWish(incident: Incident, record: InstanceRecord, view: InstanceView): Incident {
  const { planned: work } = incident;
  if (work === undefined || work.askedBy !== undefined) return incident;
  return isWantedNow(record, view)
    ? { ...incident, planned: { ...work, askedBy: 'operator' } }
    : incident;
}

/** Whether the planned move is to be made now. An operator may bring it forward, or say no. */
export function isMoveDue({ record, view, policy, now }: Planning): boolean {
  const { plan, enrolment } = record;
  if (plan === undefined || view.state !== 'running') return false;
  if (now >= plan.deadline && sourceOf(plan) !== 'own-type') return false;
  if (enrolment.kind !== 'enrolled') return false;
  if (between(enrolment.checkedAt, now) >= ENROLMENT_HOLDS || !canMove(policy, plan)) return false;
  // What EC2 announced it must announce now: it may have been called off.
  const isShown = view.scheduledEvents.some(({ id }) => id === plan.eventId);
  if (sourceOf(plan) === 'ec2' && !(areEventsRead(view) && isShown)) return false;
  const wish = moveWish(view);
  if (wish === 'veto' || now < (notBefore(plan, record) ?? now)) return false;
  return isWantedNow(record, view) || (plan.at !== undefined && now >= plan.at);
}

/** The work that an incident is opened for, from its plan. */
export function plannedWork({ eventId, condition }: Plan): PlannedWork {
  return { eventId, condition };
}

/** Why it is moved, as the cause of its incident. */
export function plannedCause(planning: Planning): Cause {
  const { plan } = planning.record;
  const work = worksOf(planning).find(({ eventId }) => eventId === plan?.eventId);
  const isOwnType = plan?.eventId === OWN_TYPE;
  return {
    kind: isOwnType ? 'self' : 'aws',
    detail: 'plain',
    confidence: 'high',
    evidence: [(work?.what ?? 'AWS announced work on its host.').replace(/\.$/, '')],
  };
}

/** Whether the work that an incident was opened for is no longer asked for. */
export function isWorkGone(
  planned: PlannedWork,
  { view, evidence, ownType }: Pick<Situation, 'view' | 'evidence' | 'ownType'>,
): boolean {
  const source = sourceOf(planned);
  switch (source) {
    case 'ec2':
      return !view.scheduledEvents.some((event) => event.id === planned.eventId);
    case 'health':
      return evidence.some(
        (fact) => fact.kind === 'health' && fact.eventArn === planned.eventId && isHealthOver(fact),
      );
    case 'own-type':
      return ownType === undefined || view.instanceType === ownType;
    default:
      return unreachable(source);
  }
}
