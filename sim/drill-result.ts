import type { AlertKind, Severity } from '../lambda/core/alert/alert';
import type { TimelineEntry } from '../lambda/core/incident';
import type { Reason } from '../lambda/core/reasons';
import type { InstanceRecord } from '../lambda/core/record';
import type { Remediation } from '../lambda/core/remediation';
import type { ChatFigures } from './chat/figures';
import type { Line, ServingPoint, Track } from '../report/line';

/** A named scenario of the simulated account. */
export interface Drill {
  /** Kebab-case, unique: what is typed on the command line. */
  readonly name: string;
  /** A few words, for a heading. */
  readonly title: string;
  /** What happens and what is expected, in a sentence or two. */
  readonly description: string;
  /** The drill that shows the opposite: where the same is not done, or is. */
  readonly twin: string;
}

/** One thing that happened, for people. */
export interface TimelineLine extends Line {
  /** Absent where it is about none, or about many. */
  readonly instanceId?: string | undefined;
}

/** A message that people got; `at` in seconds from the moment the server stopped serving. */
export interface DrillAlert {
  readonly at: number;
  readonly kind: AlertKind | 'storm';
  readonly severity: Severity;
  readonly subject: string;
}

/** The same message as each protocol shows it. */
export interface DrillMessage extends DrillAlert {
  readonly email: string;
  readonly sms: string;
}

/** A decision of the watchdog, once each time that it changed. */
export interface DrillDecision {
  readonly at: number;
  readonly instanceId: string;
  readonly decision: TimelineEntry['decision'];
  /** Only `remediate` has one. */
  readonly remediation: Remediation | null;
  readonly reason: Reason;
}

/** Something that the drill itself expects of its outcome. */
export interface Expectation {
  readonly text: string;
  readonly held: boolean;
}

/**
 * What `drill --json` prints. Seconds count from the moment the server stopped serving (the first
 * of them, in a drill of many); null where it did not happen.
 */
export interface DrillSummary {
  readonly drill: string;
  readonly seed: number;
  /** The drill's own expectations and all invariants held. */
  readonly passed: boolean;
  /** EC2 reached `stopped`. */
  readonly stoppedS: number | null;
  readonly detectedS: number | null;
  readonly firstAlertS: number | null;
  readonly startIssuedS: number | null;
  readonly servingS: number | null;
  readonly recoveredS: number | null;
  readonly resolvedS: number | null;
  readonly alerts: readonly DrillAlert[];
  readonly decisions: readonly DrillDecision[];
  /** How often each operation of AWS was called. */
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly roundTripsToStart: number | null;
  /** What became of the chats; null in a drill without chats. */
  readonly chats: ChatFigures | null;
  /** Invariants that did not hold, each in a sentence. */
  readonly violations: readonly string[];
  /** The command that plays this very run again. */
  readonly replay: string;
}

/** All that a drill brought: the summary, and what the report shows beside it. */
export interface DrillResult extends DrillSummary {
  readonly title: string;
  readonly description: string;
  /** Second 0 of the drill, in ISO 8601. */
  readonly startedAt: string;
  /** When the simulation ended, in seconds. */
  readonly endedS: number;
  /** How many instances took part. */
  readonly instances: number;
  /** In the order of time; complete, also what is too small to be printed. */
  readonly timeline: readonly TimelineLine[];
  /** A step curve, in the order of time. */
  readonly serving: readonly ServingPoint[];
  /** The same for each instance by itself: ground truth, not what the watchdog measured. */
  readonly tracks: readonly Track[];
  /** What the simulated table holds of incidents at the end: those that closed, then the open. */
  readonly records: readonly InstanceRecord[];
  readonly expectations: readonly Expectation[];
  /** The same alerts in full, in the same order. */
  readonly messages: readonly DrillMessage[];
}

/** The summary alone, its fields in their documented order: the contract of `drill --json`. */
export function toJson(result: DrillResult): DrillSummary {
  return {
    drill: result.drill,
    seed: result.seed,
    passed: result.passed,
    stoppedS: result.stoppedS,
    detectedS: result.detectedS,
    firstAlertS: result.firstAlertS,
    startIssuedS: result.startIssuedS,
    servingS: result.servingS,
    recoveredS: result.recoveredS,
    resolvedS: result.resolvedS,
    alerts: result.alerts.map(({ at, kind, severity, subject }) => ({
      at,
      kind,
      severity,
      subject,
    })),
    decisions: result.decisions.map(({ at, instanceId, decision, remediation, reason }) => ({
      at,
      instanceId,
      decision,
      remediation,
      reason,
    })),
    apiCalls: result.apiCalls,
    roundTripsToStart: result.roundTripsToStart,
    chats: result.chats,
    violations: result.violations,
    replay: result.replay,
  };
}
