import type { AlertKind, Severity } from './alert/alert';
import type { Cause } from './cause';
import type { HookRun } from './hook-run';
import type { Checks, PublicAddress } from './observation';
import type { OutageWindow } from './outage';
import type { EscalateReason, Reason, RemediateReason } from './reasons';
import type { Remediation } from './remediation';
import type { Instant } from './time';

/** What is wrong with the instance; `planned`: nothing yet, AWS announced work on its host. */
export type Condition = 'stopped' | 'impaired' | 'planned' | 'terminated';

/**
 * Whether the watchdog may act in this incident. `hands-off` is for good: a stop from before
 * enrolment or during a pause stays a person's, however long the incident lasts.
 */
export type Mandate =
  | { readonly kind: 'rescue' }
  | {
      readonly kind: 'hands-off';
      readonly reason:
        'stopped-before-enrolment' | 'stopped-while-paused' | 'impaired-before-enrolment';
    };

/** One execution of a remediation: the intent, and what came of it. */
export interface Attempt {
  readonly remediation: Remediation;
  readonly reason: RemediateReason;
  readonly at: Instant;
  readonly outcome: AttemptOutcome;
  /** What it was made with: the type of a start and of `change-type`, how a stop was forced. */
  readonly detail?: string | undefined;
}

/** Why AWS did not take a request. */
export type Refusal =
  /** No capacity for its type in its zone. */
  | { readonly kind: 'no-capacity'; readonly code: string }
  /** Throttled, a server error or a time-out: nothing is known, try again later. */
  | { readonly kind: 'unavailable'; readonly code: string }
  /** EC2 was not asked: our own share of its rate was used up. No attempt was made. */
  | { readonly kind: 'not-asked' }
  /** It was refused along with others in one call; which of them is at fault is not known. */
  | { readonly kind: 'batch-failed'; readonly code: string }
  /** Not in a state for it (IncorrectInstanceState): look again. */
  | { readonly kind: 'wrong-state'; readonly code: string }
  /** Permission, quota, configuration: trying again changes nothing. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** What came of an attempt; `intended` was not heard of since (the Lambda may have died). */
export type AttemptOutcome =
  | { readonly kind: 'intended' }
  | {
      readonly kind: 'accepted';
      readonly at: Instant;
      /** What AWS made for it: the id of a reservation. */
      readonly id?: string | undefined;
      /** When that was given back: nothing is left of it. */
      readonly givenBackAt?: Instant | undefined;
    }
  | Refusal;

/** What proved that the server serves. */
export type Proof = 'ready-event' | 'application-check' | 'status-checks';

/** How far the instance is on its way back. */
export type Progress =
  /** `since` is told apart from the outage's start only for a later stop of the same incident. */
  | { readonly kind: 'down'; readonly since?: Instant | undefined }
  /** Running (or about to); nothing proves yet that it serves. `launchTime` names the boot. */
  | { readonly kind: 'booting'; readonly launchTime: Instant; readonly since: Instant }
  /** Serving; `passes` distinct evaluations of every check so far, the last one seen then. */
  | {
      readonly kind: 'serving';
      readonly launchTime: Instant;
      readonly at: Instant;
      readonly proof: Proof;
      readonly passes: number;
      readonly lastPassAt?: Instant | undefined;
    };

/** A decision or a change that the record keeps, once each. */
export interface TimelineEntry {
  readonly at: Instant;
  readonly decision: 'ignore' | 'defer' | 'remediate' | 'escalate' | 'resolve';
  readonly reason: Reason;
}

/** Work on its host that AWS announced: why a running, healthy server is taken down. */
export interface PlannedWork {
  /** EC2's id of the announced event. */
  readonly eventId: string;
  readonly condition: 'stop-scheduled' | 'reboot-scheduled';
  /** Who wants it now: it waits for no window then. */
  readonly askedBy?: 'operator' | undefined;
}

/** The drain before a planned stop: the work of its policy's hooks of `before-stop`. */
export interface Drain {
  /** Which one of the incident, from 1 on: the number in the keys of its runs. */
  readonly number: number;
  readonly since: Instant;
  /** When and why its stop was called off: it proves nothing any more, and is undone. */
  readonly off?: { readonly at: Instant; readonly reason: Reason } | undefined;
}

/** What a text names beside the label: as it was when the incident opened. */
export interface AsFound {
  /** The checks that EC2 called impaired, the worst first. */
  readonly impaired: readonly (keyof Checks)[];
  readonly volumeIds: readonly string[];
  /** An Elastic IP of it: where it moves, the address can go along. */
  readonly elasticIp?: string | undefined;
}

/** A check that fails, and EC2 does not say since when: when it was first seen to. */
export interface Undated {
  readonly check: keyof Checks;
  readonly since: Instant;
}

/** The public address that users know, and without which it came back from a stop. */
export interface LostAddress extends PublicAddress {
  /** The one that it has instead. */
  readonly now?: string | undefined;
  /** When people were told. */
  readonly toldAt?: Instant | undefined;
}

/** What EC2 showed from a moment on; the record keeps what changed, once each. */
export interface Seen {
  /** When a look first showed it, not when it happened. */
  readonly at: Instant;
  readonly what: 'state' | keyof Checks;
  /** The state or the check's status, in EC2's words. */
  readonly now: string;
}

/** A message of its thread that SNS took. */
export interface Sent {
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly reason?: EscalateReason | undefined;
  /** When it was decided to send it. */
  readonly at: Instant;
  /** When SNS had taken it. */
  readonly sentAt: Instant;
  /** It went out with others, in the message of a storm. */
  readonly inStorm?: true | undefined;
}

/** A reason for which a person was called. */
export interface Escalated {
  readonly reason: EscalateReason;
  readonly at: Instant;
  /** How often the page was sent again, since nobody acknowledged it. */
  readonly repeats?: number | undefined;
}

/** In shadow mode: what would have been done. */
export interface WouldHave {
  readonly remediation: Remediation;
  readonly reason: RemediateReason;
  readonly at: Instant;
}

/** Somebody has the page in hand: it is not repeated. */
export interface Acknowledged {
  readonly at: Instant;
  /** As they wrote it on the tag; empty when they named nobody. */
  readonly by: string;
}

/** Whether it began to serve again after that moment. */
export function servedAfter({ served }: Pick<Incident, 'served'>, at: Instant): boolean {
  return served.some((time) => time > at);
}

/** One episode of one instance, from detection to its end. */
export interface Incident {
  /** `<name>-<yyyymmdd>-<hhmm>-<4 characters of the instance id>`. */
  readonly id: string;
  readonly openedAt: Instant;
  readonly condition: Condition;
  readonly cause: Cause;
  readonly mandate: Mandate;
  /** For the condition `planned`. */
  readonly planned?: PlannedWork | undefined;
  /** Absent in records of older versions. */
  readonly asFound?: AsFound | undefined;
  /** Present while it runs at another public address than before its stop, or at none. */
  readonly lostAddress?: LostAddress | undefined;
  /** Present while the worst check that fails is one without a date. */
  readonly undated?: Undated | undefined;
  readonly outage: OutageWindow;
  /** The LaunchTime of the boot that ended; a later one is a new boot. */
  readonly launchTimeBefore: Instant;
  readonly attempts: readonly Attempt[];
  readonly progress: Progress;
  /** When it began to serve again; more than once if it went down again meanwhile. */
  readonly served: readonly Instant[];
  /** What a person was told of, each once. */
  readonly escalated: readonly Escalated[];
  /** When CloudTrail's history was asked who stopped it. */
  readonly lookups: readonly Instant[];
  readonly timeline: readonly TimelineEntry[];
  /** Oldest first; bounded. Absent in records of older versions, as the three that follow. */
  readonly seen?: readonly Seen[] | undefined;
  /** Oldest first; bounded. */
  readonly sent?: readonly Sent[] | undefined;
  readonly wouldHave?: readonly WouldHave[] | undefined;
  readonly acknowledged?: Acknowledged | undefined;
  /** Oldest first; bounded. Absent where the policy has no hooks. */
  readonly hooks?: readonly HookRun[] | undefined;
  /** The last drain; absent where none was begun. */
  readonly drain?: Drain | undefined;
  readonly resolved?: { readonly at: Instant; readonly reason: Reason } | undefined;
}
