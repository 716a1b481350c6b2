import type { Evidence } from './evidence';
import type { Incident } from './incident';
import type { InstanceView } from './observation';
import type { Pause } from './pause';
import type { Place } from './places';
import type { Policy } from './policy';
import type {
  DeferReason,
  EscalateReason,
  IgnoreReason,
  RemediateReason,
  ResolveReason,
} from './reasons';
import type { Remediation } from './remediation';
import type { TakedownFacts } from './takedown-facts';
import type { Instant } from './time';

/** A remediation that a policy in shadow mode keeps from being made. */
export interface Intended {
  readonly remediation: Remediation;
  readonly reason: RemediateReason;
}

/** What to do about one instance now, and why. */
export type Decision =
  | { readonly kind: 'ignore'; readonly reason: IgnoreReason }
  | { readonly kind: 'defer'; readonly reason: DeferReason; readonly until?: Instant | undefined }
  | {
      readonly kind: 'remediate';
      readonly remediation: Remediation;
      readonly reason: RemediateReason;
      /** For `change-type` the type; for `force-stop` `skip-os-shutdown`, where that is meant. */
      readonly detail?: string | undefined;
    }
  | {
      readonly kind: 'escalate';
      readonly reason: EscalateReason;
      /** In shadow mode: what would be done instead. */
      readonly instead?: Intended | undefined;
    }
  | { readonly kind: 'resolve'; readonly reason: ResolveReason };

/** All that a decision depends on. */
export interface Situation {
  readonly view: InstanceView;
  readonly incident: Incident;
  readonly policy: Policy;
  readonly pause: Pause;
  /** Starts and reboots that EC2 accepted within the last day. */
  readonly starts: readonly Instant[];
  /** What signals told of this instance. */
  readonly evidence: readonly Evidence[];
  /** Its own type, while it is on another one. */
  readonly ownType: string | undefined;
  /** What must be known before it is taken down; undefined until somebody asked for it. */
  readonly facts: TakedownFacts | undefined;
  /** How EC2 answered starts of its type in its zone lately, also of others. */
  readonly place: Place | undefined;
  readonly now: Instant;
}

/** Nothing is done yet; the next look is due at `until` at the latest. */
export const defer = (reason: DeferReason, until?: Instant): Decision => ({
  kind: 'defer',
  reason,
  until,
});

/** A person is called. */
export const escalate = (reason: EscalateReason): Decision => ({ kind: 'escalate', reason });

/** Nothing is done, and nothing more is expected. */
export const ignore = (reason: IgnoreReason): Decision => ({ kind: 'ignore', reason });

/** It is started. */
export const start = (reason: RemediateReason): Decision => ({
  kind: 'remediate',
  remediation: 'start',
  reason,
});

/** What is to be done, or would be if the policy did not only observe. */
export function wishOf(decision: Decision): Intended | undefined {
  if (decision.kind === 'escalate') return decision.instead;
  return decision.kind === 'remediate' ? decision : undefined;
}
