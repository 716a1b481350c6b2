import { intend } from '../core/attempt';
import type { InstanceRecord, Lease } from '../core/record';
import { after, seconds } from '../core/time';
import type { Run, Work } from './run';

/** Longer than the function can run, so that a lease ends only after its holder did. */
const LEASE_LENGTH = seconds(30);

/** The record with what is about to be done, where something is. */
export function intentOf({ ports }: Run, { step, view }: Work): InstanceRecord {
  const { decision, record } = step;
  if (decision.kind !== 'remediate') return record;
  const { remediation, reason } = decision;
  const isForType = remediation === 'start' || remediation === 'reserve-capacity';
  const detail = decision.detail ?? (isForType ? view?.instanceType : undefined);
  return intend(
    record,
    { remediation, reason, ...(detail !== undefined && { detail }) },
    ports.clock.now(),
  );
}

/** The next version of a record; with a lease when effects follow that must not be doubled. */
export function claimed(
  { ports, invocation }: Run,
  { before, step }: Work,
  record: InstanceRecord,
): InstanceRecord {
  const hasEffects = record.outbox.length > 0 || hasIntent(record) || (step.hooks ?? []).length > 0;
  const lease: Lease = {
    owner: invocation.requestId,
    token: (before.lease?.token ?? 0) + 1,
    until: hasEffects ? after(ports.clock.now(), LEASE_LENGTH) : ports.clock.now(),
  };
  return { ...record, lease, version: before.version + 1 };
}

function hasIntent({ incident }: InstanceRecord): boolean {
  return incident?.attempts.at(-1)?.outcome.kind === 'intended';
}

/** One line for each decision that is new, and for each act. */
export function logDecision({ ports }: Run, { step }: Work, outcome: string | undefined): void {
  const { decision, isNew, record } = step;
  if (!isNew && decision.kind !== 'remediate') return;
  ports.telemetry.log('info', 'decision', {
    instanceId: record.instanceId,
    incidentId: record.incident?.id,
    decision: decision.kind,
    remediation: decision.kind === 'remediate' ? decision.remediation : undefined,
    reason: decision.reason,
    cause: record.incident?.cause.kind,
    outcome,
  });
}
