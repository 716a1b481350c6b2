import type { PendingAlert } from '../core/alert/alert';
import { withSent } from '../core/journal';
import { renderSharedNotice, sharedNotices, type SharedNotice } from '../core/alert/shared-notice';
import { isInStorm, renderStorm, stormStep, type StormStep } from '../core/alert/storm';
import { renderAlert, type AlertText, type TextContext } from '../core/alert/text';
import type { InstanceRecord } from '../core/record';
import type { AlertMessage } from '../ports';
import { channelsOf, chatIn, noticeEvents, stormChannels, type StormTelling } from './channels';
import type { Held } from './held';
import type { Run } from './run';

/** What the texts need of the deployment. */
export function textContext({ settings }: Pick<Run, 'settings'>): TextContext {
  const { timeZone, runbookUrl, policies, home, logGroup } = settings;
  return { timeZone, runbookUrl, policies, logGroup, region: home.region };
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
    tellAlone(
      run,
      alone.map(({ record }) => record),
    ),
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

/** Each alert in a message of its own, but for a notice that is the same for many. */
async function tellAlone(
  run: Run,
  records: readonly InstanceRecord[],
): Promise<readonly InstanceRecord[]> {
  const shared = sharedNotices(records);
  const keys = new Set(shared.map(({ alert }) => alert.key));
  const sending = Promise.all(
    shared.map(async (notice) =>
      (await publish(run, sharedMessage(run, notice))) ? [] : [notice.alert.key],
    ),
  );
  return Promise.all(
    records.map(async (record) => {
      if (!record.outbox.some(({ key }) => keys.has(key))) return tellOne(run, record);
      const own = record.outbox.filter(({ key }) => !keys.has(key));
      const told = await tellOne(run, { ...record, outbox: own });
      const notTaken = new Set((await sending).flat());
      const waits = record.outbox.filter(({ key }) => notTaken.has(key));
      return { ...told, outbox: [...waits, ...told.outbox] };
    }),
  );
}

/** The message of a notice that is the same for many. */
function sharedMessage(run: Run, { alert, records }: SharedNotice): AlertMessage {
  return {
    ...renderSharedNotice({ alert, records }, textContext(run)),
    key: `many/${alert.key}/${alert.at}`,
    events: noticeEvents(
      run,
      records.map((record) => ({ record, notices: [alert] })),
    ),
    attributes: {
      severity: alert.severity,
      event: 'notice',
      instanceId: 'many',
      incidentId: 'none',
      policy: 'many',
    },
  };
}

async function tellOne(run: Run, record: InstanceRecord): Promise<InstanceRecord> {
  // Side by side: while SNS hangs, what piled up must not use up the time of the run.
  const sent = await Promise.all(
    record.outbox.map((alert) => publish(run, messageOf(run, alert, record))),
  );
  if (!sent.includes(true)) return record;
  const isTaken = (index: number): boolean => sent[index] === true;
  const taken = record.outbox.filter((_, index) => isTaken(index));
  const outbox = record.outbox.filter((_, index) => !isTaken(index));
  return noted(run, { ...record, outbox }, { taken, inStorm: false });
}

/** The record with what SNS took, for whoever reads how the incident went. */
function noted(
  { ports }: Run,
  record: InstanceRecord,
  { taken, inStorm }: { readonly taken: readonly PendingAlert[]; readonly inStorm: boolean },
): InstanceRecord {
  const ofIncident = taken.filter(({ kind }) => kind !== 'notice');
  if (record.incident === undefined) return record;
  const now = ports.clock.now();
  return { ...record, incident: withSent(record.incident, ofIncident, { now, inStorm }) };
}

/** The message that one alert becomes. */
export function messageOf(
  run: Pick<Run, 'settings' | 'ports'>,
  alert: PendingAlert,
  record: InstanceRecord,
): AlertMessage {
  const text = textOf(run, alert, record);
  return {
    ...text,
    ...channelsOf(run, alert, { record, text }),
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
  const { storm: before, ...fleet } = run.fleet;
  const next = { ...fleet, ...(step.storm && { storm: step.storm }), version: fleet.version + 1 };
  // The claim comes first: of two invocations only one tells, and the other's alerts wait.
  if ((await ports.store.writeFleet(next)) !== 'written') return records;
  run.fleet = next;
  const all = [...run.records.values()];
  const now = ports.clock.now();
  const sent = await publish(run, stormMessage(run, { step, records, before, all, now }));
  return sent
    ? records.map((record) =>
        noted(run, { ...record, outbox: [] }, { taken: record.outbox, inStorm: true }),
      )
    : records;
}

/** The message of a storm; `all` may be in it, and the alerts of `records` go out with it. */
export function stormMessage(
  world: Pick<Run, 'settings' | 'ports'>,
  { all, ...telling }: Omit<StormTelling, 'text'> & { readonly all: readonly InstanceRecord[] },
): AlertMessage {
  const { step, now } = telling;
  const text = renderStorm(step, all, { context: textContext(world), now });
  const { subject, email, sms, severity } = text;
  return {
    subject,
    email,
    sms,
    ...stormChannels(world, { ...telling, text }),
    attributes: {
      severity,
      event: 'storm',
      instanceId: 'many',
      incidentId: step.id,
      policy: 'many',
    },
  };
}

/** Publishes to every channel and counts; false when people do not have it. */
export async function publish(
  world: Pick<Run, 'ports' | 'settings'>,
  message: AlertMessage,
): Promise<boolean> {
  const { ports } = world;
  const sent = await ports.alerts.publish({ ...message, chat: chatIn(world, message) });
  ports.telemetry.count(sent ? 'AlertsSent' : 'AlertsFailed', 1);
  ports.telemetry.log(sent ? 'info' : 'error', sent ? 'alert sent' : 'alert not taken by SNS', {
    subject: message.subject,
    ...message.attributes,
  });
  return sent;
}
