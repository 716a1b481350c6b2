import type { Incident } from '../lambda/core/incident';
import type { InstanceRecord } from '../lambda/core/record';
import { between, earliest, latest, ms, type Duration, type Instant } from '../lambda/core/time';
import { actText, isRescue, outcomeText } from './act-text';
import { correctiveItems } from './corrective';
import { alertsOf, stormEntries } from './alerts';
import { entriesOf } from './entries';
import { gapsOf } from './gaps';
import { figuresOf, leastOf, mostOf } from './figures';
import { hookRunsOf } from './hook-runs';
import type { Act, IncidentReport, InstanceReport, ReportDecision, ReportFigures } from './model';
import { remediationText, troubleText } from './known-word';
import { printable, printableName, printableWord } from './printable';
import { windowsOf } from './windows';

/** What a report needs beside the records. */
export interface ReportOptions {
  /** The incident's id, or the storm's. */
  readonly id: string;
  /** An IANA time zone, beside UTC. */
  readonly timeZone: string;
}

interface Open {
  readonly record: InstanceRecord;
  readonly incident: Incident;
}

/**
 * The report of one incident, or of the incidents of a storm, from their records: open or archived,
 * of this version or an older one. Pure: the same records give the same report.
 *
 * @throws RangeError when no record holds an incident.
 */
export function incidentReport(
  records: readonly InstanceRecord[],
  { id, timeZone }: ReportOptions,
): IncidentReport {
  const all: readonly Open[] = records
    .flatMap((record) =>
      record.incident === undefined ? [] : [{ record, incident: record.incident }],
    )
    .toSorted((one, other) => orderOf(one, other));
  const [first] = all;
  if (first === undefined) throw new RangeError(`No record of ${printable(id)} holds an incident`);
  const reports = all.map(({ record, incident }) => ({
    record,
    incident,
    report: instanceReport(record, incident),
  }));
  const instances = reports.map(({ report }) => report);
  const alerts = alertsOf(all);
  const entries = [
    ...all.flatMap(({ record, incident }) => entriesOf(record, incident)),
    ...stormEntries(alerts),
  ].toSorted((one, other) => one.at - other.at);
  return {
    id: printableName(id, first.incident.id),
    kind: id.startsWith('storm-') ? 'storm' : instances.length > 1 ? 'several' : 'incident',
    asOf: latest(first.incident.openedAt, ...entries.map(({ at }) => at)),
    zero: zeroOf(instances),
    timeZone,
    state: stateOf(instances),
    instances,
    entries,
    alerts,
    figures: overall(instances, zeroOf(instances)),
    corrective: correctiveItems(reports),
    gaps: gapsOf(
      all.map(({ incident }) => incident),
      instances,
    ),
  };
}

/** By time, and by name where they began together to the second. */
function orderOf(one: Open, other: Open): number {
  const late =
    Math.floor(one.incident.openedAt / 1_000) - Math.floor(other.incident.openedAt / 1_000);
  if (late !== 0) return late;
  return one.record.label.name.localeCompare(other.record.label.name, 'en', { numeric: true });
}

/** The first moment of the impact; where there was none, when the first incident was opened. */
function zeroOf(instances: readonly InstanceReport[]): Instant {
  const [first, ...rest] = instances.flatMap(({ windows }) => windows.map(({ from }) => from));
  if (first !== undefined) return earliest(first, ...rest);
  const [opened, ...others] = instances.map(({ openedAt }) => openedAt);
  if (opened === undefined) throw new RangeError('A report has an instance at least');
  return earliest(opened, ...others);
}

function stateOf(instances: readonly InstanceReport[]): IncidentReport['state'] {
  if (instances.some(({ state }) => state === 'open')) return 'open';
  return instances.every(({ state }) => state === 'resolved') ? 'resolved' : 'serving';
}

/** Of several the figures count from the first one's beginning; the impact is the longest one. */
function overall(instances: readonly InstanceReport[], zero: Instant): ReportFigures {
  const all = instances.flatMap(({ windows: [first], figures }) =>
    first === undefined ? [] : [fromZero(figures, between(zero, first.from))],
  );
  return {
    detect: leastOf(all.map(({ detect }) => detect)),
    firstAlert: leastOf(all.map(({ firstAlert }) => firstAlert)),
    act: mostOf(all.map(({ act }) => act)),
    serve: mostOf(all.map(({ serve }) => serve)),
    recover: mostOf(all.map(({ recover }) => recover)),
    impact: mostOf(all.map(({ impact }) => impact)),
  };
}

function fromZero(figures: ReportFigures, later: Duration): ReportFigures {
  const put = (figure: Duration | undefined): Duration | undefined =>
    figure === undefined ? undefined : ms(figure + later);
  const { detect, firstAlert, act, serve, recover, impact } = figures;
  return {
    detect: put(detect),
    firstAlert: put(firstAlert),
    act: put(act),
    serve: put(serve),
    recover: put(recover),
    impact,
  };
}

function instanceReport(record: InstanceRecord, incident: Incident): InstanceReport {
  const { label, instanceId } = record;
  const { cause, progress, resolved } = incident;
  const windows = windowsOf(record, incident);
  return {
    instanceId: printableWord(instanceId),
    name: printableName(label.name, instanceId),
    instanceType: printableWord(label.instanceType),
    zone: printableWord(label.zone),
    policy: printableWord(label.policy),
    incidentId: printableName(incident.id, instanceId),
    condition: incident.condition,
    openedAt: incident.openedAt,
    state: resolved !== undefined ? 'resolved' : progress.kind === 'serving' ? 'serving' : 'open',
    windows,
    trouble: troubleText(incident),
    worst: incident.asFound?.impaired[0],
    mandate: incident.mandate.kind,
    cause: {
      kind: cause.kind,
      detail: cause.detail,
      confidence: cause.confidence,
      evidence: evidenceOf(record, cause.evidence),
      principal: cause.actor === undefined ? undefined : printable(cause.actor.principal),
    },
    health: record.evidence.flatMap((fact) =>
      fact.kind === 'health'
        ? [
            {
              at: fact.at,
              code: printableWord(fact.code),
              status: printableWord(fact.status),
              description: printable(fact.description),
            },
          ]
        : [],
    ),
    acts: incident.attempts.map(actOf),
    wouldHave: (incident.wouldHave ?? []).map(({ at, remediation, reason }) => ({
      at,
      text: `${remediationText(remediation)} (${printableWord(reason)})`,
    })),
    hooks: hookRunsOf(incident),
    runningAt: runningAt(incident),
    proof: progress.kind === 'serving' ? progress.proof : undefined,
    served: incident.served,
    resolved,
    decisions: decisionsOf(incident),
    acknowledged:
      incident.acknowledged === undefined
        ? undefined
        : {
            at: incident.acknowledged.at,
            by: printableName(incident.acknowledged.by, 'somebody'),
          },
    figures: figuresOf(incident, windows),
  };
}

function runningAt({ attempts, seen = [] }: Incident): Instant | undefined {
  const act = attempts.find(isRescue);
  if (act === undefined) return undefined;
  return seen.find(({ at, what, now }) => what === 'state' && now === 'running' && at > act.at)?.at;
}

/** The verdict was made before AWS Health spoke: what it says of that is no longer so. */
function evidenceOf({ evidence }: InstanceRecord, lines: readonly string[]): readonly string[] {
  const hasSpoken = evidence.some(({ kind }) => kind === 'health');
  return lines
    .filter((line) => !(hasSpoken && line.startsWith('No AWS Health event')))
    .map(printable);
}

function actOf(attempt: Incident['attempts'][number]): Act {
  return {
    at: attempt.at,
    remediation: attempt.remediation,
    taken: attempt.outcome.kind === 'accepted',
    outcome: `${actText(attempt)}, ${outcomeText(attempt)}`,
  };
}

function decisionsOf({ timeline }: Incident): readonly ReportDecision[] {
  const groups = new Map<string, ReportDecision>();
  for (const { at, decision, reason } of timeline) {
    const key = `${decision} ${reason}`;
    const known = groups.get(key);
    const count = (known?.count ?? 0) + 1;
    groups.set(key, { first: known?.first ?? at, last: at, count, decision, reason });
  }
  return [...groups.values()];
}
