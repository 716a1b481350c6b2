import { describeCause, describeTrouble } from '../lambda/core/alert/cause-text';
import { expectationOf } from '../lambda/core/alert/expectation';
import { isEnded } from '../lambda/core/hook-run';
import type { Attempt, Incident } from '../lambda/core/incident';
import { nameOf, type InstanceView } from '../lambda/core/observation';
import { POLICY_DEFAULTS, type Policy } from '../lambda/core/policy';
import { describeReason } from '../lambda/core/reasons';
import { OPERATOR_TAGS } from '../lambda/core/tags';
import { iso, type Instant } from '../lambda/core/time';
import type { Deployed } from './account-stack';
import type { AttentionKind, HookStatus, IncidentStatus } from './status-form';
import { clockText } from './status-time';
import type { FleetRead, IncidentRecord } from './table-reads';

/** What was read of the account, side by side. */
export interface StatusInput {
  readonly region: string;
  readonly table: string;
  readonly now: Instant;
  readonly fleet: FleetRead;
  readonly views: readonly InstanceView[];
  readonly deployed: Deployed;
  /** The zone in which people read the times of expectations. */
  readonly timeZone: string;
}

/** Whether an incident is there and not over. */
export function isOpen(incident: Incident | undefined): incident is Incident {
  return incident !== undefined && incident.resolved === undefined;
}

/** The records in which an incident is open. */
export function openRecords({ fleet }: StatusInput): readonly IncidentRecord[] {
  return [...fleet.records.values()].filter((record): record is IncidentRecord =>
    isOpen(record.incident),
  );
}

const WORST: readonly AttentionKind[] = ['needs-person', 'handled', 'on-purpose'];

/** What needs a person first, then the oldest. */
export const worstFirst = (a: IncidentStatus, b: IncidentStatus): number =>
  WORST.indexOf(a.attention) - WORST.indexOf(b.attention) || a.since.localeCompare(b.since, 'en');

/** Whether a person must do something about it. */
export function attentionOf(incident: Incident): AttentionKind {
  const last = incident.timeline.at(-1);
  const isWanted = incident.cause.kind === 'api' || incident.cause.kind === 'scheduler';
  if (last?.decision === 'ignore' && isWanted) return 'on-purpose';
  // It serves, and who uses its old address does not reach it.
  if (incident.lostAddress?.toldAt !== undefined) return 'needs-person';
  const isUp = incident.progress.kind === 'serving';
  return incident.escalated.length > 0 && !isUp ? 'needs-person' : 'handled';
}

/** One open incident in the documented form. */
export function incidentOf(record: IncidentRecord, input: StatusInput): IncidentStatus {
  const { incident, instanceId, label } = record;
  const view = input.views.find((one) => one.instanceId === instanceId);
  const last = incident.timeline.at(-1);
  const { cause, condition } = incident;
  return {
    id: incident.id,
    instanceId,
    name: view === undefined ? label.name : nameOf(view),
    instanceType: label.instanceType,
    zone: label.zone,
    policy: label.policy,
    ec2State: view?.state ?? null,
    condition,
    attention: attentionOf(incident),
    openedAt: iso(incident.openedAt),
    since: iso(incident.outage.firstKnownBad),
    cause: {
      kind: cause.kind,
      confidence: cause.confidence,
      text: condition === 'planned' ? describeCause(cause) : describeTrouble(incident),
      evidence: cause.evidence,
    },
    progress: incident.progress.kind,
    decision:
      last === undefined
        ? null
        : {
            kind: last.decision,
            reason: last.reason,
            text: describeReason(last.reason),
            at: iso(last.at),
          },
    expect: expectOf(record, input),
    attempts: incident.attempts.map(attemptOf),
    escalations: incident.escalated.map(({ reason, at }) => ({
      reason,
      text: describeReason(reason),
      at: iso(at),
    })),
    wouldHave: (incident.wouldHave ?? []).map(({ remediation, reason, at }) => ({
      remediation,
      reason,
      at: iso(at),
    })),
    hooks: hooksOf(incident),
    acknowledged: acknowledgedOf(incident, view),
  };
}

function hooksOf({ hooks = [] }: Incident): readonly HookStatus[] {
  const last = new Map(hooks.map((run) => [run.name, run]));
  return [...last.values()].map((run) => ({
    name: run.name,
    state: run.state.kind,
    isOpen: !isEnded(run),
    tries: run.tries,
    deadline: iso(run.deadlineAt),
  }));
}

/** What AWS answered: codes only, its messages are in the record. */
function attemptOf({ remediation, at, outcome }: Attempt): IncidentStatus['attempts'][number] {
  const code = 'code' in outcome ? outcome.code : null;
  const message = outcome.kind === 'refused' ? outcome.message : null;
  return { remediation, at: iso(at), outcome: outcome.kind, code, message };
}

function expectOf(record: IncidentRecord, { deployed, timeZone }: StatusInput): string | null {
  const { incident, label } = record;
  const policies = deployed.policies ?? new Map<string, Policy>();
  const attention = attentionOf(incident);
  if (attention === 'on-purpose') return 'nothing: started by a person, it is verified.';
  if (attention === 'needs-person') return null;
  const { progress } = incident;
  const working = hooksOf(incident).filter((hook) => hook.isOpen);
  if (incident.timeline.at(-1)?.reason === 'hooks-at-work' && working.length > 0) {
    const until = working.map(({ deadline }) => deadline).toSorted();
    return `over when its hooks ended; people are told by ${clockText(until.at(-1) ?? '')} if not.`;
  }
  if (progress.kind !== 'serving') return expectationOf(record, { timeZone, policies }).expect;
  const wanted = (policies.get(label.policy) ?? POLICY_DEFAULTS).recoveredAfter;
  return `over when every check passed ${wanted} times; ${progress.passes} so far.`;
}

/** The watchdog's record, or the tag that it has not seen yet. */
function acknowledgedOf(
  incident: Incident,
  view: InstanceView | undefined,
): IncidentStatus['acknowledged'] {
  if (incident.acknowledged !== undefined) {
    return { by: incident.acknowledged.by, at: iso(incident.acknowledged.at) };
  }
  const [id, ...who] = (view?.tags[OPERATOR_TAGS.acknowledged]?.trim() ?? '').split(/\s+/);
  return id === incident.id ? { by: who.join(' '), at: null } : null;
}
