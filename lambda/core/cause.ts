import { callTexts, clean, clock, healthTexts, reasonText } from './cause-evidence';
import type { Evidence } from './evidence';
import { isGameDayCall, readGameDay } from './game-day';
import type { InstanceView } from './observation';
import type { Policy } from './policy';
import { dateOf } from './signals/date-text';
import type { Actor } from './signals/signal';
import { dueRetirement, stopFactsOf, type CallFact, type StopFacts } from './stop-facts';
import { CLOCK_SKEW, before, between, minutes, type Instant } from './time';
import { unreachable } from './unreachable';

/** Who or what took the instance down. */
export type CauseKind = 'aws' | 'api' | 'guest' | 'scheduler' | 'spot' | 'self' | 'unknown';

/** What narrows a kind; `unfinished`: a stop of our own that a start must follow. */
export type CauseDetail =
  'plain' | 'capacity' | 'suspect' | 'game-day' | 'configuration' | 'unfinished';

/** A verdict on the cause, with what speaks for it. */
export interface Cause {
  readonly kind: CauseKind;
  /** Narrows the kind where that changes what is done. */
  readonly detail: CauseDetail;
  readonly confidence: 'high' | 'medium' | 'low';
  /** Facts in plain words, the strongest first; each goes into the alert as it stands. */
  readonly evidence: readonly string[];
  /** Who asked for it, where CloudTrail says. */
  readonly actor?: Actor | undefined;
}

/** What a verdict is made from. */
export interface CauseInput {
  readonly view: Pick<
    InstanceView,
    'state' | 'stateReason' | 'transitionAt' | 'launchTime' | 'lifecycle' | 'tags'
  >;
  readonly evidence: readonly Evidence[];
  /** The last start of ours that EC2 accepted. */
  readonly startedByUsAt: Instant | undefined;
  /** When we asked for the very stop that it is in, if we did. */
  readonly stoppedByUsAt?: Instant | undefined;
  readonly policy: Pick<Policy, 'schedulers'>;
  readonly now: Instant;
}

/** A start that ends within this did not hold: EC2 is done with a launch in a minute or two. */
const SOON_AFTER_START = minutes(10);

/** Codes that EC2 documents as faults of the account's own configuration or quota. */
const CONFIGURATION_CODES: readonly string[] = [
  'Client.VolumeLimitExceeded',
  'Client.InvalidSnapshot.NotFound',
];
/** EC2 documents both as "during launch"; behind them is often a KMS grant or the image. */
const LAUNCH_CODES: readonly string[] = ['Server.InternalError', 'Client.InternalError'];

type Verdict = Pick<Cause, 'kind' | 'detail' | 'confidence'>;

const verdict = (
  kind: CauseKind,
  confidence: Cause['confidence'],
  detail: Cause['detail'] = 'plain',
): Verdict => ({ kind, detail, confidence });

/**
 * Says who or what took the instance down. By StateReason and its message, the state first, never
 * by StateTransitionReason, which says "User initiated" for AWS's own scheduled stop. "User" in a
 * code means a caller of the API. Pure and total: hostile texts come out as one printable line.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
 */
export function classify(input: CauseInput): Cause {
  const { view, evidence, now } = input;
  const facts = stopFactsOf(view, evidence, now);
  switch (view.state) {
    case 'stopping':
    case 'stopped':
      return stopCause(input, facts);
    case 'shutting-down':
    case 'terminated':
      return terminationCause(input, facts);
    case 'pending':
    case 'running':
      return {
        ...verdict('unknown', 'low'),
        evidence: [`EC2 reports the state ${view.state}`, ...healthTexts(facts, now)],
      };
    default:
      return unreachable(view.state);
  }
}

function stopCause(input: CauseInput, facts: StopFacts): Cause {
  const { view, now } = input;
  const code = view.stateReason?.code.trim() ?? '';
  const found = code === '' ? withoutReason(input, facts) : byCode(code, input, facts);
  const isBeside = code.startsWith('Server.') || input.stoppedByUsAt !== undefined;
  const isWish = isBeside && found.kind !== 'aws' && found.kind !== 'self';
  const caller = isWish ? facts.wish : callerOf(facts);
  const actor = found.kind === 'guest' || found.kind === 'spot' ? undefined : caller;
  return {
    ...found,
    evidence: [
      reasonText(view.stateReason),
      ...supportOf(found, input, facts),
      ...callTexts(facts, 'StopInstances', now),
      ...healthTexts(facts, now),
    ],
    ...(actor === undefined ? {} : { actor: actor.actor }),
  };
}

function byCode(code: string, input: CauseInput, facts: StopFacts): Verdict {
  if (code.startsWith('Server.SpotInstance')) return verdict('spot', 'high');
  if (code.startsWith('Server.')) return byServerCode(code, input, facts);
  switch (code) {
    case 'Client.UserInitiatedShutdown':
    case 'Client.UserInitiatedHibernate':
      return apiStop(code, input, facts);
    case 'Client.InstanceInitiatedShutdown':
      return verdict('guest', 'high');
    case 'Client.InternalError':
      return isSoonAfterOurStart(code, input, facts)
        ? verdict('aws', 'medium', 'suspect')
        : verdict('unknown', 'medium', 'configuration');
    case 'Client.InstanceTerminated':
      // While an image was made of it, by whoever asked for the image.
      return verdict('api', 'medium');
    default:
      // The list is not declared closed: an unknown Client.* is not AWS's and not ours to undo.
      return CONFIGURATION_CODES.includes(code)
        ? verdict('unknown', 'high', 'configuration')
        : verdict('unknown', 'low');
  }
}

function byServerCode(code: string, input: CauseInput, facts: StopFacts): Verdict {
  // EC2's own sample pairs Server.InternalError with "Client.VolumeLimitExceeded: …".
  if (/\bClient\.\w/.test(input.view.stateReason?.message ?? '')) {
    return verdict('unknown', 'medium', 'configuration');
  }
  // Both wanted it stopped: what a person wanted is never undone (S7).
  if (facts.wish !== undefined) {
    return isScheduler(facts.wish.actor, input.policy)
      ? verdict('scheduler', 'medium')
      : verdict('api', 'medium');
  }
  if (code === 'Server.InsufficientInstanceCapacity') return verdict('aws', 'high', 'capacity');
  // EC2 alone may start an interrupted Spot instance again.
  if (input.view.lifecycle === 'spot') return verdict('spot', 'medium');
  if (code === 'Server.ScheduledStop') {
    return verdict('aws', facts.calls.length === 0 ? 'high' : 'medium');
  }
  const suspect = isSoonAfterOurStart(code, input, facts);
  return verdict('aws', 'medium', suspect ? 'suspect' : 'plain');
}

/**
 * Whether the boot that ended was one that we started, and ended at once. LaunchTime tells whose
 * boot it was: a describe may still show the stop from before our start.
 */
function isSoonAfterOurStart(code: string, input: CauseInput, facts: StopFacts): boolean {
  const { startedByUsAt, view, now } = input;
  if (startedByUsAt === undefined) return false;
  if (view.launchTime < before(startedByUsAt, CLOCK_SKEW)) return false;
  // Without the time of the stop, the code of a failed launch says that it ended at once.
  if (facts.downAt === undefined && LAUNCH_CODES.includes(code)) {
    return between(startedByUsAt, view.launchTime) <= SOON_AFTER_START;
  }
  return between(startedByUsAt, facts.downAt ?? now) <= SOON_AFTER_START;
}

/** A stop through the API: whose, as far as CloudTrail, the tags and the policy tell. */
function apiStop(code: string, input: CauseInput, facts: StopFacts): Verdict {
  const own = ownStop(input, facts);
  if (own !== undefined) return own;
  const caller = callerOf(facts);
  if (caller === undefined) {
    return schedulerNote(input, facts) === undefined
      ? verdict('api', 'high')
      : verdict('scheduler', 'medium');
  }
  const gameDay = readGameDay(input.view.tags);
  // Each call must be the experiment's: a person's stop beside it is never undone.
  if (
    code === 'Client.UserInitiatedShutdown' &&
    gameDay !== undefined &&
    facts.calls.every((call) => isGameDayCall(gameDay, call))
  ) {
    return verdict('api', 'high', 'game-day');
  }
  if (isScheduler(caller.actor, input.policy)) return verdict('scheduler', 'high');
  // The name of a role is a hint only (signals/actor.ts).
  return caller.actor.kind === 'watchdog' ? verdict('self', 'medium') : verdict('api', 'high');
}

/**
 * A stop that we asked for. Somebody else's call for the same stop makes it theirs: whoever calls
 * it wants it stopped.
 */
function ownStop(input: CauseInput, { wish }: StopFacts): Verdict | undefined {
  if (input.stoppedByUsAt === undefined) return undefined;
  if (wish === undefined) return verdict('self', 'high', 'unfinished');
  return isScheduler(wish.actor, input.policy)
    ? verdict('scheduler', 'medium')
    : verdict('api', 'medium');
}

/** Who counts as the caller: a person or program before the watchdog itself, then the newest. */
function callerOf({ calls }: StopFacts): CallFact | undefined {
  return calls.find(({ actor }) => actor.kind !== 'watchdog') ?? calls[0];
}

function isScheduler(actor: Actor, policy: Pick<Policy, 'schedulers'>): boolean {
  const principal = actor.principal.toLowerCase();
  return (
    actor.kind === 'scheduler' ||
    policy.schedulers.some((part) => principal.includes(part.toLowerCase()))
  );
}

/** How far Instance Scheduler's own note of its last stop may lie from the stop. */
const NOTE_WINDOW = minutes(15);

/** Instance Scheduler's note that it stopped the instance in this boot, if there is one. */
function schedulerNote({ view }: CauseInput, { downAt }: StopFacts): string | undefined {
  const note = Object.hasOwn(view.tags, 'IS-LastAction') ? view.tags['IS-LastAction'] : undefined;
  // `Stopped (2023-06-12 15:00:00 UTC)`; the tag stands until its next action.
  const at = dateOf(/^stopped \(([^)]*)\)/i.exec(note ?? '')?.[1]);
  if (at === undefined || at < view.launchTime) return undefined;
  return downAt === undefined || Math.abs(between(downAt, at)) <= NOTE_WINDOW ? note : undefined;
}

/** No code at all: only what others say. */
function withoutReason(input: CauseInput, facts: StopFacts): Verdict {
  const own = ownStop(input, facts);
  if (own !== undefined) return own;
  const caller = callerOf(facts);
  if (caller !== undefined) {
    if (isScheduler(caller.actor, input.policy)) return verdict('scheduler', 'medium');
    return caller.actor.kind === 'watchdog' ? verdict('self', 'medium') : verdict('api', 'medium');
  }
  if (input.view.lifecycle === 'spot') return verdict('spot', 'low');
  return dueRetirement(facts, input.now) === undefined
    ? verdict('unknown', 'low')
    : verdict('aws', 'medium');
}

/** Facts beyond EC2's reason that carried the verdict. */
function supportOf(found: Verdict, input: CauseInput, facts: StopFacts): readonly string[] {
  const { startedByUsAt, now } = input;
  if (found.detail === 'suspect' && startedByUsAt !== undefined) {
    return [`It did not hold: the watchdog's start was accepted at ${clock(startedByUsAt, now)}`];
  }
  const note = found.kind === 'scheduler' ? schedulerNote(input, facts) : undefined;
  return note === undefined ? [] : [`Instance Scheduler's tag IS-LastAction: ${clean(note)}`];
}

/** A terminated instance carries stop codes too, so they name the side and nothing more. */
function terminationCause(input: CauseInput, facts: StopFacts): Cause {
  const { view, now } = input;
  const code = view.stateReason?.code.trim() ?? '';
  const caller = callerOf(facts);
  const found =
    caller === undefined ? verdict(terminationKind(code), 'medium') : verdict('api', 'high');
  return {
    ...found,
    evidence: [
      `${reasonText(view.stateReason)}, the state is ${view.state}`,
      ...callTexts(facts, 'TerminateInstances', now),
      ...healthTexts(facts, now),
    ],
    ...(caller === undefined ? {} : { actor: caller.actor }),
  };
}

function terminationKind(code: string): CauseKind {
  if (code.startsWith('Server.SpotInstance')) return 'spot';
  if (code.startsWith('Server.')) return 'aws';
  if (code === 'Client.InstanceInitiatedShutdown') return 'guest';
  return code.startsWith('Client.UserInitiated') || code === 'Client.InstanceTerminated'
    ? 'api'
    : 'unknown';
}
