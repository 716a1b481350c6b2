import type { Severity } from '../lambda/core/alert/alert';
import type { Cause } from '../lambda/core/cause';
import type { Condition, Mandate, Proof, TimelineEntry } from '../lambda/core/incident';
import type { Checks } from '../lambda/core/observation';
import type { Reason } from '../lambda/core/reasons';
import type { Remediation } from '../lambda/core/remediation';
import type { Duration, Instant } from '../lambda/core/time';
import type { Lane, LineKind } from './line';

/** One thing that the record tells of, as a line of the report's timeline. */
export interface ReportEntry {
  readonly at: Instant;
  /** Absent where it is of several: a storm's message. */
  readonly instanceId?: string | undefined;
  readonly lane: Lane;
  readonly kind: LineKind;
  /** One printable line. */
  readonly text: string;
}

/** A time in which an instance did not serve, or was impaired, as measured. */
export interface ImpactWindow {
  /** It may have begun this much earlier: nobody looked between. Absent where that is unknown. */
  readonly uncertainty?: Duration | undefined;
  readonly from: Instant;
  /** Absent while it lasts. */
  readonly to?: Instant | undefined;
}

/** How long each step took, from the beginning of the impact; undefined is what did not happen. */
export interface ReportFigures {
  readonly detect?: Duration | undefined;
  readonly firstAlert?: Duration | undefined;
  readonly act?: Duration | undefined;
  readonly serve?: Duration | undefined;
  readonly recover?: Duration | undefined;
  /** All windows of impact together; undefined while one is open. */
  readonly impact?: Duration | undefined;
}

/** A remediation that was tried. */
export interface Act {
  readonly at: Instant;
  readonly remediation: Remediation;
  readonly taken: boolean;
  /** What AWS answered, in words. */
  readonly outcome: string;
}

/** What AWS Health said of the instance; its texts are printable lines. */
export interface HealthFact {
  readonly at: Instant;
  readonly code: string;
  readonly status: string;
  readonly description: string;
}

/** A message of the incident's thread, or of its storm's. */
export interface ReportAlert {
  readonly at: Instant;
  /** Several, where the message of a storm told of them together. */
  readonly instanceIds: readonly string[];
  readonly isStorms: boolean;
  readonly severity: Severity;
  readonly text: string;
}

/** One hook's work for one outage; its texts are printable lines. */
export interface ReportHook {
  readonly name: string;
  readonly key: string;
  readonly on: string;
  /** Which outage of the incident, from 1 on. */
  readonly outage: number;
  /** What it was to make up for; without an end where it was due while the server was down. */
  readonly window: ImpactWindow;
  readonly dueAt: Instant;
  /** How often it was sent. */
  readonly tries: number;
  /** When it was first taken. */
  readonly startedAt?: Instant | undefined;
  /** From then until it was done. */
  readonly took?: Duration | undefined;
  /** The record's word: done, failed, overdue … */
  readonly result: string;
  readonly text: string;
  readonly chatsRecovered?: number | undefined;
}

/** A decision with its reason, as often as it was made. */
export interface ReportDecision {
  readonly first: Instant;
  readonly last: Instant;
  readonly count: number;
  readonly decision: TimelineEntry['decision'];
  readonly reason: Reason;
}

/** One instance's part of the report: a lane. */
export interface InstanceReport {
  readonly instanceId: string;
  /** Its name tag as one short printable line. */
  readonly name: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly policy: string;
  readonly incidentId: string;
  readonly condition: Condition;
  readonly openedAt: Instant;
  readonly state: 'open' | 'serving' | 'resolved';
  /** Oldest first; the last one is the record's outage window. */
  readonly windows: readonly ImpactWindow[];
  /** In half a sentence, printable. */
  readonly trouble: string;
  /** The worst of the checks that failed when it was found. */
  readonly worst?: keyof Checks | undefined;
  readonly mandate: Mandate['kind'];
  readonly cause: Pick<Cause, 'kind' | 'detail' | 'confidence'> & {
    /** Printable lines, the strongest first. */
    readonly evidence: readonly string[];
    readonly principal?: string | undefined;
  };
  readonly health: readonly HealthFact[];
  readonly acts: readonly Act[];
  /** In shadow mode: what would have been done. */
  readonly wouldHave: readonly { readonly at: Instant; readonly text: string }[];
  readonly hooks: readonly ReportHook[];
  /** When a look first showed it running after an act of ours. */
  readonly runningAt?: Instant | undefined;
  readonly proof?: Proof | undefined;
  readonly served: readonly Instant[];
  readonly resolved?: { readonly at: Instant; readonly reason: Reason } | undefined;
  readonly decisions: readonly ReportDecision[];
  /** Who took the page in hand; printable. */
  readonly acknowledged?: { readonly at: Instant; readonly by: string } | undefined;
  readonly figures: ReportFigures;
}

/** What a corrective item is about; status-page drafts word it for customers by this. */
export type CorrectiveKind =
  | 'address'
  | 'capacity'
  | 'own-type'
  | 'late-alert'
  | 'late-detection'
  | 'readiness'
  | 'escalation'
  | 'unacknowledged'
  | 'ready-event'
  | 'cause'
  | 'repeated'
  | 'undelivered'
  | 'shadow-mode';

/** Something to do so that the next time is better, and the facts that ask for it. */
export interface CorrectiveItem {
  readonly kind: CorrectiveKind;
  readonly action: string;
  /** Each names its instance. */
  readonly facts: readonly string[];
}

/** All that a report tells, whatever it is written in. */
export interface IncidentReport {
  /** The incident's id, or the storm's. */
  readonly id: string;
  readonly kind: 'incident' | 'storm' | 'several';
  /** The last moment that the records tell of. */
  readonly asOf: Instant;
  /** The beginning of the impact: what figures and the picture count from. */
  readonly zero: Instant;
  readonly timeZone: string;
  readonly state: 'open' | 'serving' | 'resolved';
  readonly instances: readonly InstanceReport[];
  /** Oldest first. */
  readonly entries: readonly ReportEntry[];
  readonly alerts: readonly ReportAlert[];
  /** Of several from the first one's beginning: the first detection and alert, else the last. */
  readonly figures: ReportFigures;
  readonly corrective: readonly CorrectiveItem[];
  /** What the records do not hold, so that nobody takes silence for a fact. */
  readonly gaps: readonly string[];
}
