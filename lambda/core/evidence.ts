import type {
  Actor,
  AlarmSignal,
  ApiCallSignal,
  HealthEntityStatus,
  HealthTopic,
  Signal,
} from './signals/signal';
import type { InstanceState } from './observation';
import { between, hours, latest, minutes, type Instant } from './time';
import { unreachable } from './unreachable';

/** A fact about one instance, kept from a signal for as long as it can explain something. */
export type Evidence =
  | { readonly kind: 'state-change'; readonly at: Instant; readonly state: InstanceState }
  | {
      readonly kind: 'api-call';
      readonly at: Instant;
      readonly call: ApiCallSignal['call'];
      readonly actor: Actor;
    }
  | {
      readonly kind: 'health';
      readonly at: Instant;
      readonly key: string;
      readonly eventArn: string;
      readonly code: string;
      readonly topic: HealthTopic;
      readonly status: 'open' | 'closed' | 'upcoming';
      readonly entityStatus: HealthEntityStatus;
      readonly startsAt?: Instant | undefined;
      readonly description: string;
    }
  | {
      readonly kind: 'alarm';
      readonly at: Instant;
      readonly alarmName: string;
      readonly state: AlarmSignal['state'];
    }
  | { readonly kind: 'ready'; readonly at: Instant };

/** How long a fact can explain something: a weekend's stop is understood on Monday morning. */
const KEEP_FOR = hours(48);
/** Enough for a bad day of one instance; the record must stay small (DynamoDB: 400 KB an item). */
const KEEP_COUNT = 20;
/** A sender may choose its event's time (PutEvents does): what claims to be later is not kept. */
const FUTURE_TOLERATED = minutes(5);

/** What is to be remembered of a signal; undefined for those that only ask for a look. */
export function evidenceOf(signal: Signal): Evidence | undefined {
  switch (signal.kind) {
    case 'state-change':
      return { kind: 'state-change', at: signal.at, state: signal.state };
    case 'api-call':
      return { kind: 'api-call', at: signal.at, call: signal.call, actor: signal.actor };
    case 'health':
      return {
        kind: 'health',
        // The envelope's time is that of the event's start in every update: it orders nothing.
        at: signal.updatedAt,
        key: signal.key,
        eventArn: signal.eventArn,
        code: signal.eventTypeCode,
        topic: signal.topic,
        status: signal.status,
        entityStatus: signal.entityStatus,
        ...(signal.startsAt === undefined ? {} : { startsAt: signal.startsAt }),
        description: signal.description,
      };
    case 'alarm':
      return {
        kind: 'alarm',
        at: signal.at,
        alarmName: signal.alarmName,
        state: signal.state,
      };
    case 'ready':
      return { kind: 'ready', at: signal.at };
    case 'hook':
    case 'sweep':
    case 'tick':
      return undefined;
    default:
      return unreachable(signal);
  }
}

/**
 * Joins what was known with what is new: each fact once, of an AWS Health event and of an alarm
 * the newest word only, nothing older than 48 hours (planned work: 48 hours past its start), at
 * most 20 facts, the newest last. The order and number of deliveries make no difference.
 */
export function mergeEvidence(
  known: readonly Evidence[],
  fresh: readonly Evidence[],
  now: Instant,
): readonly Evidence[] {
  const newest = new Map<string, Evidence>();
  for (const fact of [...known, ...fresh]) {
    if (!isCurrent(fact, now)) continue;
    const subject = subjectOf(fact);
    const other = newest.get(subject);
    if (other === undefined || compare(other, fact) < 0) newest.set(subject, fact);
  }
  return [...newest.values()].toSorted(compare).slice(-KEEP_COUNT);
}

/** A retirement is announced two weeks ahead and explains a stop on its day. */
function isCurrent(fact: Evidence, now: Instant): boolean {
  const until = fact.kind === 'health' ? latest(fact.at, fact.startsAt ?? fact.at) : fact.at;
  return between(until, now) <= KEEP_FOR && between(now, fact.at) <= FUTURE_TOLERATED;
}

/** What a fact is about; of the same subject only the newest word counts. */
function subjectOf(fact: Evidence): string {
  switch (fact.kind) {
    case 'state-change':
      return `state-change ${fact.at} ${fact.state}`;
    case 'api-call':
      return `api-call ${fact.at} ${fact.call} ${fact.actor.principal}`;
    case 'health':
      return `health ${fact.eventArn}`;
    case 'alarm':
      return `alarm ${fact.alarmName}`;
    case 'ready':
      return 'ready';
    default:
      return unreachable(fact);
  }
}

/** Of two updates with the same time the later stage is the newer one. */
const STAGES: readonly string[] = ['upcoming', 'open', 'closed'];

/** By time, stage, content: a total order, so that deliveries in any order end alike. */
function compare(one: Evidence, other: Evidence): number {
  if (one.at !== other.at) return one.at - other.at;
  const stage = (fact: Evidence): number =>
    fact.kind === 'health' ? STAGES.indexOf(fact.status) : -1;
  if (stage(one) !== stage(other)) return stage(one) - stage(other);
  // evidenceOf writes the keys in one order, and storage as JSON keeps it.
  const [left, right] = [JSON.stringify(one), JSON.stringify(other)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
