import type { PendingAlert } from '../core/alert/alert';
import type { ReadinessGap } from '../core/alert/readiness-text';
import { renderReadiness } from '../core/alert/readiness-text';
import { findingNotice, remember } from '../core/notices';
import type { InstanceView } from '../core/observation';
import type { Policy } from '../core/policy';
import { addressOf, isAddressNews } from '../core/public-address';
import {
  blocksRescue,
  describeFinding,
  findingsOf,
  lacksApplicationCheck,
  outOfScope,
  policyOf,
  readyTagValue,
  type Finding,
  type RescueFacts,
} from '../core/readiness';
import type { InstanceRecord } from '../core/record';
import { OWN_TAGS } from '../core/tags';
import { before, between, hours, type Instant } from '../core/time';
import { evaluate, servingProof } from '../core/verify';
import { noticeEvents, type Noticed } from './channels';
import type { Run } from './run';
import { publish } from './tell';

/** Readiness is checked this often. */
const CHECK_INTERVAL = hours(24);
/** So many instances a sweep: each costs a CreateTags call, and half the bucket is not ours. */
const PER_SWEEP = 20;

/**
 * Enrols instances that are seen serving for the first time, and checks daily what a rescue would
 * need. What is missing is told in one message, and shown on each instance in `watchdog:ready`.
 */
export async function enrol(run: Run, views: readonly InstanceView[]): Promise<void> {
  const due = views.filter((view) => isDue(run, view)).slice(0, PER_SWEEP);
  if (due.length === 0) return;
  const facts = await run.ports.ec2.rescueFacts(due);
  const gaps = await Promise.all(
    due.map((view) => enrolOne(run, view, facts.get(view.instanceId))),
  );
  const fresh = gaps.filter((gap) => gap.findings.length > 0);
  if (fresh.length === 0) return;
  const { severity, ...text } = renderReadiness(fresh, run.settings.runbookUrl);
  const sent = await publish(run, {
    ...text,
    events: noticeEvents(run, noticedIn(run, fresh)),
    attributes: {
      severity,
      event: 'notice',
      instanceId: fresh.length === 1 ? (fresh[0]?.instanceId ?? 'many') : 'many',
      incidentId: 'none',
      policy: 'many',
    },
  });
  if (!sent) await Promise.all(fresh.map((gap) => checkAgain(run, gap)));
}

function noticedIn({ records, ports }: Run, gaps: readonly ReadinessGap[]): readonly Noticed[] {
  const at = ports.clock.now();
  return gaps.flatMap(({ instanceId, findings }): readonly Noticed[] => {
    const record = records.get(instanceId);
    if (record === undefined) return [];
    const notices = findings.map((finding): PendingAlert => ({
      key: keyOf(finding),
      kind: 'notice',
      severity: blocksRescue(finding) ? 'warning' : 'info',
      at,
      text: describeFinding(finding),
    }));
    return [{ record, notices }];
  });
}

/** SNS did not take the message: the next sweep checks again, and tells then. */
async function checkAgain(run: Run, { instanceId, findings }: ReadinessGap): Promise<void> {
  const record = run.records.get(instanceId);
  if (record?.enrolment.kind !== 'enrolled') return;
  const untold = findings.map(keyOf);
  const checkedAt = before(run.ports.clock.now(), CHECK_INTERVAL);
  const written: InstanceRecord = {
    ...record,
    told: record.told.filter((key) => !untold.includes(key)),
    enrolment: { ...record.enrolment, checkedAt },
    version: record.version + 1,
  };
  if ((await run.ports.store.write(written)) === 'written') run.records.set(instanceId, written);
}

/** Records the check and writes the tag; answers what was found and not told before. */
async function enrolOne(
  run: Run,
  view: InstanceView,
  facts: RescueFacts | undefined,
): Promise<ReadinessGap> {
  const { ports, settings, records } = run;
  const { instanceId } = view;
  const record = records.get(instanceId);
  const nothing = { instanceId, name: record?.label.name ?? instanceId, findings: [] };
  if (record === undefined || facts === undefined) return nothing;
  const now = ports.clock.now();
  const policy = policyOf(view, settings.policies);
  const isUnproved = policy !== undefined && lacksApplicationCheck(view, policy);
  const findings: readonly Finding[] = [
    ...findingsOf(view, facts, settings.kmsKeyArns),
    ...(isUnproved ? [{ kind: 'application-check-missing' } as const] : []),
  ];
  const isNew = (finding: Finding): boolean => !record.told.includes(keyOf(finding));
  const since = record.enrolment.kind === 'enrolled' ? record.enrolment.at : now;
  const told = findings
    .filter(isNew)
    .reduce((next, finding) => remember(next, keyOf(finding)), record);
  const written: InstanceRecord = {
    ...withAddress(told, view),
    enrolment: { kind: 'enrolled', at: since, checkedAt: now, findings },
    version: record.version + 1,
  };
  if ((await ports.store.write(written)) !== 'written') return nothing;
  records.set(instanceId, written);
  await ports.ec2.tag(instanceId, { [OWN_TAGS.ready]: readyTagValue(instanceId, findings, now) });
  return { ...nothing, findings: findings.filter(isNew) };
}

/** The address that its users know: not the one with which it came back from an open incident. */
function withAddress(record: InstanceRecord, view: InstanceView): InstanceRecord {
  if (record.incident !== undefined) return record;
  const { address: _before, ...rest } = record;
  const address = addressOf(view);
  return address === undefined ? rest : { ...rest, address };
}

function keyOf(finding: Finding): string {
  return findingNotice(finding, []).key;
}

function isDue(run: Run, view: InstanceView): boolean {
  const { settings, ports, records } = run;
  const policy = policyOf(view, settings.policies);
  const record = records.get(view.instanceId);
  if (policy === undefined || record === undefined || outOfScope(view) !== undefined) return false;
  if (run.conflicts.has(view.instanceId)) return false;
  // One that is impaired for days must stay enrolled, or nobody starts it when AWS stops it.
  const { incident } = record;
  if (incident !== undefined && incident.condition !== 'impaired') return false;
  if (view.state !== 'running') return false;
  const due = isCheckDue(record, ports.clock.now()) || isAddressNews(record, view);
  return due && isServing(view, record, policy);
}

function isCheckDue({ enrolment }: InstanceRecord, now: Instant): boolean {
  return enrolment.kind === 'unseen' || between(enrolment.checkedAt, now) >= CHECK_INTERVAL;
}

/** For the first time it must be seen serving; afterwards a check is due whatever it shows. */
function isServing(view: InstanceView, record: InstanceRecord, policy: Policy): boolean {
  if (record.enrolment.kind === 'enrolled') return true;
  // A check that EC2 does not make must not keep it unenrolled for ever, unheard.
  const made = lacksApplicationCheck(view, policy)
    ? { ...policy, applicationCheck: undefined }
    : policy;
  const allOk = evaluate(view.checks, made) === 'ok';
  return allOk || servingProof(view, record.evidence, policy) !== undefined;
}
