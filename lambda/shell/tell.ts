import type { PendingAlert } from '../core/alert/alert';
import { isInStorm, renderStorm, stormStep, type StormStep } from '../core/alert/storm';
import { renderAlert, type AlertText, type TextContext } from '../core/alert/text';
import type { InstanceRecord } from '../core/record';
import type { AlertMessage } from '../ports';
import type { Held } from './held';
import type { Run } from './run';

/** What the texts need of the deployment. */
export function textContext({ settings }: Pick<Run, 'settings'>): TextContext {
  const { timeZone, runbookUrl, policies, home } = settings;
  return { timeZone, runbookUrl, policies, region: home.region };
}

/**
 * Sends what is in the outboxes and answers the records without what SNS took. An alert stays in
 * its outbox until then, so that an incident cannot end unheard.
 */
export async function tell(run: Run, held: readonly Held[]): Promise<readonly InstanceRecord[]> {
  for (const { record } of held) run.records.set(record.instanceId, record);
  const storm = stormNow(run);
  const inStorm =
    storm.kind === 'none' ? [] : held.filter(({ record }) => isInStorm(record, storm.openedAt));
  const alone = held.filter((item) => !inStorm.includes(item));
  const members = inStorm.map(({ record }) => record);
  const [single, together] = await Promise.all([
    Promise.all(alone.map(({ record }) => tellOne(run, record))),
    storm.kind === 'tell' ? tellStorm(run, members, storm) : members,
  ]);
  return [...single, ...together];
}

/** How the storm, if there is one, is to be told at this moment; `newer` replace what is known. */
export function stormNow(run: Run, newer: readonly InstanceRecord[] = []): StormStep {
  const { fleet, folded, ports } = run;
  const seesAll = folded.sweep || folded.ticks.length > 0;
  const records = new Map(run.records);
  for (const record of newer) records.set(record.instanceId, record);
  return stormStep({ fleet, records: [...records.values()], seesAll, now: ports.clock.now() });
}

async function tellOne(run: Run, record: InstanceRecord): Promise<InstanceRecord> {
  // Side by side: while SNS hangs, what piled up must not use up the time of the run.
  const sent = await Promise.all(
    record.outbox.map((alert) => publish(run, messageOf(run, alert, record))),
  );
  if (!sent.includes(true)) return record;
  return { ...record, outbox: record.outbox.filter((_, index) => sent[index] !== true) };
}

/** The message that one alert becomes. */
export function messageOf(
  run: Pick<Run, 'settings' | 'ports'>,
  alert: PendingAlert,
  record: InstanceRecord,
): AlertMessage {
  return {
    ...textOf(run, alert, record),
    attributes: {
      severity: alert.severity,
      event: alert.kind,
      instanceId: record.instanceId,
      incidentId: alert.kind === 'notice' ? 'none' : (record.incident?.id ?? 'none'),
      policy: record.label.policy === '' ? 'none' : record.label.policy,
    },
  };
}

/** A text that cannot be made must not silence the page, nor those of other instances. */
function textOf(
  run: Pick<Run, 'settings' | 'ports'>,
  alert: PendingAlert,
  record: InstanceRecord,
): AlertText {
  try {
    return renderAlert(alert, record, textContext(run));
  } catch (error) {
    const { instanceId } = record;
    run.ports.telemetry.log('error', 'alert text failed', { instanceId, error });
    const subject = `${instanceId}: ${alert.kind} ${alert.reason ?? ''}`.trim();
    return { subject, email: `${subject}\nSee the log of the watchdog.\n`, sms: subject };
  }
}

async function tellStorm(
  run: Run,
  records: readonly InstanceRecord[],
  step: Extract<StormStep, { kind: 'tell' }>,
): Promise<readonly InstanceRecord[]> {
  const { ports } = run;
  const { storm: _over, ...fleet } = run.fleet;
  const next = { ...fleet, ...(step.storm && { storm: step.storm }), version: fleet.version + 1 };
  // The claim comes first: of two invocations only one tells, and the other's alerts wait.
  if ((await ports.store.writeFleet(next)) !== 'written') return records;
  run.fleet = next;
  const now = ports.clock.now();
  const { severity, ...text } = renderStorm(step, [...run.records.values()], {
    context: textContext(run),
    now,
  });
  const sent = await publish(run, {
    ...text,
    attributes: {
      severity,
      event: 'storm',
      instanceId: 'many',
      incidentId: step.id,
      policy: 'many',
    },
  });
  return sent ? records.map((record) => ({ ...record, outbox: [] })) : records;
}

/** Publishes and counts; false when SNS did not take it. */
export async function publish(
  { ports }: Pick<Run, 'ports'>,
  message: AlertMessage,
): Promise<boolean> {
  const sent = await ports.alerts.publish(message);
  ports.telemetry.count(sent ? 'AlertsSent' : 'AlertsFailed', 1);
  ports.telemetry.log(sent ? 'info' : 'error', sent ? 'alert sent' : 'alert not taken by SNS', {
    subject: message.subject,
    ...message.attributes,
  });
  return sent;
}
