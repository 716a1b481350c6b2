import { iso, type Duration, type Instant } from '../lambda/core/time';
import { titleOf } from './headline';
import { reasonText } from './known-word';
import type {
  ImpactWindow,
  IncidentReport,
  InstanceReport,
  ReportEntry,
  ReportFigures,
  ReportHook,
} from './model';
import { stampOf } from './moment-text';
import { printableWord } from './printable';

/** A moment for programs (`utc`, ISO 8601) and for people (`local`, in the report's zone). */
export interface JsonMoment {
  readonly utc: string;
  readonly local: string;
}

/** Seconds from the beginning of the impact; null is what did not happen, or is not known. */
export interface JsonFigures {
  readonly detectS: number | null;
  readonly firstAlertS: number | null;
  readonly actS: number | null;
  readonly serveS: number | null;
  readonly recoverS: number | null;
  /** All windows of impact together; of several instances the longest of them. */
  readonly impactS: number | null;
}

/**
 * What `watchdog report --format json` prints, documented in docs/reports.md. `version` grows when
 * a field changes its meaning or goes; new fields may come at any time. Every text is one printable
 * line of bounded length.
 */
export interface JsonReport {
  readonly version: 1;
  readonly id: string;
  readonly kind: IncidentReport['kind'];
  readonly state: IncidentReport['state'];
  readonly title: string;
  /** An IANA name. */
  readonly timeZone: string;
  /** The beginning of the impact. */
  readonly zero: JsonMoment;
  /** The last moment that the records tell of. */
  readonly asOf: JsonMoment;
  readonly figures: JsonFigures;
  readonly instances: readonly JsonInstance[];
  readonly timeline: readonly JsonEntry[];
  readonly alerts: readonly JsonAlert[];
  readonly corrective: readonly JsonCorrective[];
  readonly gaps: readonly string[];
}

/** One instance's incident. */
export interface JsonInstance {
  readonly instanceId: string;
  readonly name: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly policy: string;
  readonly incidentId: string;
  readonly condition: InstanceReport['condition'];
  readonly state: InstanceReport['state'];
  readonly openedAt: JsonMoment;
  readonly windows: readonly {
    readonly from: JsonMoment;
    readonly to: JsonMoment | null;
    /** It may have begun this much earlier. */
    readonly uncertaintyS: number | null;
  }[];
  readonly cause: {
    readonly kind: string;
    readonly detail: string;
    readonly confidence: string;
    readonly text: string;
    readonly evidence: readonly string[];
    readonly principal: string | null;
    /** AWS Health's words; empty where AWS has confirmed nothing. */
    readonly health: readonly {
      readonly at: JsonMoment;
      readonly code: string;
      readonly status: string;
      readonly description: string;
    }[];
  };
  readonly acts: readonly {
    readonly at: JsonMoment;
    readonly remediation: string;
    readonly taken: boolean;
    readonly outcome: string;
  }[];
  readonly wouldHave: readonly { readonly at: JsonMoment; readonly text: string }[];
  /** The work after the restart; empty without hooks. */
  readonly hooks: readonly JsonHook[];
  readonly decisions: readonly {
    readonly first: JsonMoment;
    readonly last: JsonMoment;
    readonly count: number;
    readonly decision: string;
    readonly reason: string;
    readonly text: string;
  }[];
  readonly proof: string | null;
  readonly acknowledged: { readonly at: JsonMoment; readonly by: string } | null;
  readonly resolved: { readonly at: JsonMoment; readonly reason: string } | null;
  readonly figures: JsonFigures;
}

/** One hook's work for one outage. */
export interface JsonHook {
  readonly name: string;
  readonly key: string;
  readonly on: string;
  readonly outage: number;
  readonly window: JsonInstance['windows'][number];
  readonly dueAt: JsonMoment;
  readonly tries: number;
  readonly startedAt: JsonMoment | null;
  readonly tookS: number | null;
  readonly result: string;
  readonly text: string;
  readonly chatsRecovered: number | null;
}

/** One line of the timeline. */
export interface JsonEntry {
  readonly at: JsonMoment;
  readonly fromZeroS: number;
  /** Null: of several, a storm's message. */
  readonly instanceId: string | null;
  readonly lane: ReportEntry['lane'];
  readonly kind: ReportEntry['kind'];
  readonly text: string;
}

/** A message that SNS took. */
export interface JsonAlert {
  readonly at: JsonMoment;
  readonly instanceIds: readonly string[];
  readonly severity: string;
  readonly text: string;
}

/** Something to do so that the next time is better. */
export interface JsonCorrective {
  readonly kind: string;
  readonly action: string;
  readonly facts: readonly string[];
}

const secondsOf = (duration: Duration | undefined): number | null =>
  duration === undefined ? null : Math.round(duration) / 1_000;

function figuresOf(figures: ReportFigures): JsonFigures {
  return {
    detectS: secondsOf(figures.detect),
    firstAlertS: secondsOf(figures.firstAlert),
    actS: secondsOf(figures.act),
    serveS: secondsOf(figures.serve),
    recoverS: secondsOf(figures.recover),
    impactS: secondsOf(figures.impact),
  };
}

type Clock = (at: Instant) => JsonMoment;

/** The report as plain values, in the order that the documentation has. */
export function jsonReport(report: IncidentReport): JsonReport {
  const { id, kind, state, timeZone, zero, asOf, figures, instances, entries, gaps } = report;
  const clock: Clock = (at) => {
    const { utc, local } = stampOf(at, timeZone);
    return { utc: iso(at), local: local ?? `${utc} UTC` };
  };
  return {
    version: 1,
    id,
    kind,
    state,
    title: titleOf(report),
    timeZone,
    zero: clock(zero),
    asOf: clock(asOf),
    figures: figuresOf(figures),
    instances: instances.map((one) => instanceOf(one, clock)),
    timeline: entries.map(({ at, instanceId, lane, kind: what, text }) => ({
      at: clock(at),
      fromZeroS: Math.round(at - zero) / 1_000,
      instanceId: instanceId === undefined ? null : printableWord(instanceId),
      lane,
      kind: what,
      text,
    })),
    alerts: report.alerts.map(({ at, instanceIds, severity, text }) => ({
      at: clock(at),
      instanceIds: instanceIds.map(printableWord),
      severity: printableWord(severity),
      text,
    })),
    corrective: report.corrective.map(({ kind: what, action, facts }) => ({
      kind: what,
      action,
      facts,
    })),
    gaps,
  };
}

function instanceOf(one: InstanceReport, clock: Clock): JsonInstance {
  const { acknowledged, resolved, proof } = one;
  return {
    instanceId: one.instanceId,
    name: one.name,
    instanceType: one.instanceType,
    zone: one.zone,
    policy: one.policy,
    incidentId: one.incidentId,
    condition: one.condition,
    state: one.state,
    openedAt: clock(one.openedAt),
    windows: one.windows.map((window) => windowOf(window, clock)),
    cause: causeOf(one, clock),
    acts: one.acts.map(({ at, remediation, taken, outcome }) => ({
      at: clock(at),
      remediation: printableWord(remediation),
      taken,
      outcome,
    })),
    wouldHave: one.wouldHave.map(({ at, text }) => ({ at: clock(at), text })),
    hooks: one.hooks.map((hook) => hookOf(hook, clock)),
    decisions: one.decisions.map(({ first, last, count, decision, reason }) => ({
      first: clock(first),
      last: clock(last),
      count,
      decision: printableWord(decision),
      reason: printableWord(reason),
      text: reasonText(reason),
    })),
    proof: proof === undefined ? null : printableWord(proof),
    acknowledged:
      acknowledged === undefined ? null : { at: clock(acknowledged.at), by: acknowledged.by },
    resolved:
      resolved === undefined
        ? null
        : { at: clock(resolved.at), reason: printableWord(resolved.reason) },
    figures: figuresOf(one.figures),
  };
}

const windowOf = (
  { from, to, uncertainty }: ImpactWindow,
  clock: Clock,
): JsonInstance['windows'][number] => ({
  from: clock(from),
  to: to === undefined ? null : clock(to),
  uncertaintyS: secondsOf(uncertainty),
});

function hookOf(hook: ReportHook, clock: Clock): JsonHook {
  const { name, key, on, outage, tries, result, text } = hook;
  return {
    name,
    key,
    on,
    outage,
    window: windowOf(hook.window, clock),
    dueAt: clock(hook.dueAt),
    tries,
    startedAt: hook.startedAt === undefined ? null : clock(hook.startedAt),
    tookS: secondsOf(hook.took),
    result,
    text,
    chatsRecovered: hook.chatsRecovered ?? null,
  };
}

function causeOf({ trouble, cause, health }: InstanceReport, clock: Clock): JsonInstance['cause'] {
  return {
    kind: printableWord(cause.kind),
    detail: printableWord(cause.detail),
    confidence: printableWord(cause.confidence),
    text: trouble,
    evidence: cause.evidence,
    principal: cause.principal ?? null,
    health: health.map(({ at, code, status, description }) => ({
      at: clock(at),
      code,
      status,
      description,
    })),
  };
}
