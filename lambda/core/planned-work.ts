import type { Situation } from './decision';
import { isHealthOver, type HealthFact } from './notices';
import type { InstanceView } from './observation';
import { oneLine } from './one-line';
import type { Policy } from './policy';
import type { InstanceRecord, Plan } from './record';
import { between, days, iso, type Instant } from './time';

/** What planning depends on. */
export interface Planning {
  readonly view: InstanceView;
  readonly record: InstanceRecord;
  readonly policy: Policy;
  readonly now: Instant;
}

/** A reason to take down a server that runs well, and by when. */
export interface Work {
  readonly eventId: string;
  readonly condition: Plan['condition'];
  /** When AWS begins by itself; undefined where nobody says. */
  readonly startsAt: Instant | undefined;
  /** Who wants what, as a sentence. */
  readonly what: string;
}

/** The plan that brings a server back to its own type; AWS has no part in it. */
export const OWN_TYPE = 'own-type';

/** What EC2 announces, as the condition whose ladder is climbed for it. */
const CONDITIONS: Readonly<Record<string, Plan['condition']>> = {
  'instance-stop': 'stop-scheduled',
  'instance-retirement': 'stop-scheduled',
  'system-maintenance': 'stop-scheduled',
  'instance-reboot': 'reboot-scheduled',
  'system-reboot': 'reboot-scheduled',
};

const TEXT_LIMIT = 160;

/** Who announced it, by the shape of its id. */
export function sourceOf({ eventId }: Pick<Plan, 'eventId'>): 'ec2' | 'health' | 'own-type' {
  if (eventId === OWN_TYPE) return 'own-type';
  return eventId.startsWith('arn:') ? 'health' : 'ec2';
}

/** Scheduled events come with the checks; an empty list that was not read says nothing (S13). */
export function areEventsRead({ checks }: Pick<InstanceView, 'checks'>): boolean {
  return checks.system.status !== 'unknown';
}

/** The key under which it is remembered that a server was moved for some work. */
export const movedKey = (eventId: string): string => `moved:${eventId}`;

/**
 * What is to be planned for, the earliest first: AWS's announcements that are ahead and for which
 * it was not moved yet, as EC2 shows them, or AWS Health where EC2 shows none for that day. Where
 * there are none, the way back to its own type.
 */
export function worksOf(planning: Planning): readonly Work[] {
  const { record, now } = planning;
  const fromEc2 = ec2Works(planning);
  const fromHealth = healthWorks(planning).filter(
    (work) => !fromEc2.some((other) => isSameDay(work.startsAt, other.startsAt)),
  );
  const ahead = [...fromEc2, ...fromHealth]
    .filter(({ startsAt }) => startsAt === undefined || now < startsAt)
    .filter(({ eventId }) => !record.told.includes(movedKey(eventId)))
    .toSorted((one, other) => startOf(one) - startOf(other));
  return ahead.length > 0 ? ahead : ownTypeWork(planning);
}

const startOf = ({ startsAt }: Work): number => startsAt ?? Number.MAX_SAFE_INTEGER;

/** EC2 and AWS Health do not give the same minute for the same work. */
export function isSameDay(one: Instant | undefined, other: Instant | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  return Math.abs(between(one, other)) <= days(1);
}

function ec2Works({ view, record }: Planning): readonly Work[] {
  if (!areEventsRead(view)) return known(record.plan, 'ec2');
  return view.scheduledEvents.flatMap(({ id, code, notBefore, description }) => {
    const condition = CONDITIONS[code];
    const what = `EC2 announces ${code}${whenOf(notBefore)}: ${description}`;
    return condition === undefined
      ? []
      : [{ eventId: id, condition, startsAt: notBefore, what: sentence(what) }];
  });
}

/** `2024-08-02 02:00 UTC`: days may lie between. */
export const dayAndTime = (at: Instant): string => `${iso(at).slice(0, 16).replace('T', ' ')} UTC`;

const whenOf = (at: Instant | undefined): string =>
  at === undefined ? '' : ` for ${dayAndTime(at)}`;

const sentence = (text: string): string => oneLine(text, TEXT_LIMIT).replace(/[:.\s]*$/, '.');

/** What a plan was made for, where its source is silent at this moment. */
function known(plan: Plan | undefined, source: 'ec2' | 'health'): readonly Work[] {
  if (plan === undefined || sourceOf(plan) !== source) return [];
  const { eventId, condition, deadline } = plan;
  const what = `AWS announces work on its host for ${dayAndTime(deadline)}.`;
  return [{ eventId, condition, startsAt: deadline, what }];
}

/** Whether AWS Health tells of work on a host that lies ahead. */
export function isAnnouncement({ topic }: HealthFact): boolean {
  return topic === 'retirement-scheduled' || topic === 'maintenance-scheduled';
}

function healthWorks({ view, record }: Planning): readonly Work[] {
  const facts = record.evidence.filter((fact) => fact.kind === 'health').filter(isAnnouncement);
  // Evidence is bounded: what was pushed out of it is not over.
  const unheard = known(record.plan, 'health').filter(
    ({ eventId }) => !facts.some(({ eventArn }) => eventArn === eventId),
  );
  // A boot since AWS's last word: it was moved, and AWS Health says so hours later.
  const ahead = facts.filter((fact) => !isHealthOver(fact) && fact.at >= view.launchTime);
  return [
    ...ahead.map(({ eventArn, code, startsAt, description }): Work => {
      const what = `AWS Health announces ${code}${whenOf(startsAt)}: ${description}`;
      const condition = /REBOOT/i.test(code) ? 'reboot-scheduled' : 'stop-scheduled';
      return { eventId: eventArn, condition, startsAt, what: sentence(what) };
    }),
    ...unheard,
  ];
}

/** Its own type is restored at a quiet hour of its own, not while something is open. */
function ownTypeWork({ view, record }: Planning): readonly Work[] {
  const { ownType, incident } = record;
  if (ownType === undefined || view.instanceType === ownType) return [];
  const isOurs = incident === undefined || incident.planned?.eventId === OWN_TYPE;
  const what = `It runs on ${view.instanceType} for want of capacity; its own type is ${ownType}.`;
  return isOurs
    ? [{ eventId: OWN_TYPE, condition: 'stop-scheduled', startsAt: undefined, what }]
    : [];
}

/**
 * The record without the type to go back to, once it runs on that, or on one that the policy does
 * not list: then a person chose it, and nobody takes it back from them.
 */
export function withTypeAsFound({ record, view, policy }: Planning): InstanceRecord {
  const { ownType, ...rest } = record;
  if (ownType === undefined || record.incident !== undefined || view.state !== 'running') {
    return record;
  }
  const isStandIn =
    view.instanceType !== ownType && policy.alternateTypes.includes(view.instanceType);
  return isStandIn ? record : rest;
}

/** When AWS begins with the work that an incident was opened for, as far as it says so now. */
export function workBegins({
  incident: { planned },
  view,
  evidence,
}: Pick<Situation, 'incident' | 'view' | 'evidence'>): Instant | undefined {
  if (planned === undefined) return undefined;
  const { eventId } = planned;
  const health = evidence
    .filter((fact) => fact.kind === 'health')
    .findLast(({ eventArn }) => eventArn === eventId);
  return view.scheduledEvents.find(({ id }) => id === eventId)?.notBefore ?? health?.startsAt;
}
