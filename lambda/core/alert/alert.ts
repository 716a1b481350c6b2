import type { EscalateReason, Reason } from '../reasons';
import type { Instant } from '../time';

/** `critical`: a person must act now. `warning`: users feel it, the watchdog acts. `info`: rest. */
export type Severity = 'critical' | 'warning' | 'info';

/** What an alert tells; each is one message of its incident's thread, or a notice of its own. */
export type AlertKind = 'opened' | 'changed' | 'needs-person' | 'serving' | 'closed' | 'notice';

/** An alert that is decided and not yet taken by SNS. The text is made when it is sent. */
export interface PendingAlert {
  /** Unique within the record; a second one with the same key is the same alert. */
  readonly key: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly at: Instant;
  /** For `needs-person`: why. */
  readonly reason?: EscalateReason | undefined;
  /** For `notice`: the reason that it comes to, and whose section of the runbook helps. */
  readonly about?: Reason | undefined;
  /** Which repetition of its page it is, counted from 1. */
  readonly repeat?: number | undefined;
  /** For `notice` and `changed`: the sentence to tell; for `needs-person`: the pause in words. */
  readonly text?: string | undefined;
}
