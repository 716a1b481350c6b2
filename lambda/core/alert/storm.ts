import type { Incident } from '../incident';
import { oneLine } from '../one-line';
import type { FleetRecord, InstanceRecord, Storm } from '../record';
import { after, before, between, iso, minutes, ms, seconds, type Instant } from '../time';
import type { PendingAlert, Severity } from './alert';
import type { StormFacts } from './event';
import { ascii, clock, length, shortClock } from './format';
import { leftInShort } from './hook-alerts';
import { atMost } from './server-list';
import type { AlertText, TextContext } from './text';

/** So many incidents opened within STORM_WINDOW are told as one. */
const STORM_SIZE = 5;
const STORM_WINDOW = minutes(5);
/** What opens later than this is an incident of its own, however long the storm goes on. */
const STORM_LASTS = minutes(10);
/** After the first message the next follows soon, when the extent is known, then seldom. */
const FIRST_UPDATE = seconds(60);
const UPDATE = minutes(5);
/** A list in an e-mail has this many lines; the rest is counted. */
const LIST_LIMIT = 40;

/** What the storm's thread asks for now. */
export type StormStep =
  /** No storm: alerts go out one by one. */
  | { readonly kind: 'none' }
  /** Alerts wait for the next message of the storm. */
  | { readonly kind: 'wait'; readonly openedAt: Instant }
  /** One message for all; `storm` is undefined when it is the last one. */
  | {
      readonly kind: 'tell';
      readonly id: string;
      readonly openedAt: Instant;
      readonly storm: Storm | undefined;
    };

/** Whether an incident is users' trouble and not somebody's wish, and began with the storm. */
export function isInStorm({ incident }: InstanceRecord, openedAt: Instant): boolean {
  if (incident === undefined) return false;
  if (incident.cause.kind === 'api' || incident.cause.kind === 'scheduler') return false;
  // Moves that share a window begin together, and nobody suffers.
  if (incident.condition === 'planned') return false;
  const offset = between(openedAt, incident.openedAt);
  return offset > -STORM_WINDOW && offset < STORM_LASTS;
}

/** Whether an incident still keeps the storm going. */
function isOpen({ incident }: InstanceRecord): boolean {
  return incident?.resolved === undefined && incident?.progress.kind !== 'serving';
}

/** The fleet as a pass knows it. */
export interface StormView {
  readonly fleet: FleetRecord;
  readonly records: readonly InstanceRecord[];
  /** The pass looks at everything open, so that it can tell how the storm stands. */
  readonly seesAll: boolean;
  readonly now: Instant;
}

/**
 * Decides how the storm is told. One claim on the fleet's record (`storm` is written before the
 * message goes out) keeps the thread single.
 */
export function stormStep({ fleet, records, seesAll, now }: StormView): StormStep {
  const { storm } = fleet;
  if (storm === undefined) return beginning(records, now);
  // What goes down together while an old storm lingers on is a storm of its own.
  const later = records.filter((record) => !isInStorm(record, storm.openedAt));
  const another = beginning(later, now);
  if (another.kind === 'tell') return another;
  const members = records.filter((record) => isInStorm(record, storm.openedAt));
  const wait: StormStep = { kind: 'wait', openedAt: storm.openedAt };
  if (!seesAll) return wait;
  const tell = { kind: 'tell', id: storm.id, openedAt: storm.openedAt } as const;
  if (!members.some(isOpen)) return { ...tell, storm: undefined };
  const pending = members.some((record) => record.outbox.length > 0);
  if (now < tellAt(storm, members) || !pending) return wait;
  const next = { ...storm, nextTellAt: after(now, UPDATE), messages: storm.messages + 1 };
  return { ...tell, storm: next };
}

/**
 * When the next message is due. The first call for a person does not wait for the next update: it
 * comes at once after the storm's first message, and a minute after any other. Who is needed later
 * joins the list of the updates: somebody is at it by then.
 */
function tellAt({ nextTellAt }: Storm, members: readonly InstanceRecord[]): Instant {
  const isCalled = members.some(
    (record) => (record.incident?.escalated.length ?? 0) > 0 && pagesOf(record).length === 0,
  );
  const isFirstCall = !isCalled && members.some((record) => pagesOf(record).length > 0);
  return isFirstCall ? before(nextTellAt, ms(UPDATE - FIRST_UPDATE)) : nextTellAt;
}

/** The pages that wait. One that was overtaken calls nobody: what it was about serves again. */
function pagesOf({ outbox, incident }: InstanceRecord): readonly PendingAlert[] {
  const served = incident?.served.at(-1);
  return outbox.filter(
    ({ severity, at }) => severity === 'critical' && (served === undefined || at > served),
  );
}

function beginning(records: readonly InstanceRecord[], now: Instant): StormStep {
  const members = records.filter((record) => isInStorm(record, now));
  const pending = members.some((record) => record.outbox.length > 0);
  if (members.length < STORM_SIZE || !pending) return { kind: 'none' };
  const id = `storm-${iso(now).slice(0, 16).replace(/[-:]/g, '').replace('T', '-')}`;
  const storm = { id, openedAt: now, nextTellAt: after(now, FIRST_UPDATE), messages: 1 };
  return { kind: 'tell', id, openedAt: now, storm };
}

/** A storm's message, and the figures in it. */
export interface StormText extends AlertText {
  readonly severity: Severity;
  readonly facts: Pick<StormFacts, 'counts' | 'needPerson' | 'zones'>;
}

/** The storm's message: the shared facts, the counts, and a list that fits. */
export function renderStorm(
  { id, openedAt, storm }: Extract<StormStep, { kind: 'tell' }>,
  records: readonly InstanceRecord[],
  { context, now }: { readonly context: TextContext; readonly now: Instant },
): StormText {
  const members = records.filter((record) => isInStorm(record, openedAt));
  const calls = members.filter(needsPerson);
  const serving = members.filter((record) => record.incident?.progress.kind === 'serving');
  const zones = [...new Set(members.map((record) => record.label.zone))].sort();
  const severity = calls.length > 0 ? 'critical' : storm === undefined ? 'info' : 'warning';
  const where = zones.slice(0, 3).join(', ');
  const people = `${calls.length} need a person`;
  const state = `${members.length} instances, ${serving.length} serving, ${people}`;
  const subject = ascii(`${calls.length > 0 ? 'ACT: ' : ''}Storm in ${where}: ${state}`, 99);
  const started = members.filter(wasStarted).length;
  const impaired = members.filter((record) => record.incident?.condition === 'impaired').length;
  const down = members.length - impaired;
  const lines = [
    `${extentOf(down, impaired)} in ${zones.join(', ')}.`,
    `State    ${serving.length} serving again, ${started} starts requested, ${people}.`,
    storm === undefined
      ? 'Next     nothing more: this storm is over.'
      : `Next     an update by ${clock(storm.nextTellAt, context.timeZone)}, or when all serve.`,
    calls.length > 0
      ? 'You      act on those marked ACT; the others are being handled.'
      : 'You      nothing to do.',
    `Incident ${id}`,
    `Runbook  ${context.runbookUrl}#storm`,
    '',
    ...memberLines([...calls, ...members.filter((record) => !needsPerson(record))], now),
  ];
  const sms = ascii(`${subject}. ${calls.length > 0 ? 'See the e-mail.' : 'Nothing to do.'}`, 160);
  const counts = { instances: members.length, serving: serving.length };
  const facts = { counts, needPerson: calls.length, zones };
  return { subject, email: `${lines.join('\n')}\n`, sms, severity, facts };
}

function wasStarted({ incident }: InstanceRecord): boolean {
  return incident?.attempts.some(({ remediation }) => remediation === 'start') === true;
}

function extentOf(down: number, impaired: number): string {
  if (impaired === 0) return `${down} managed instances went down together`;
  const run = `${impaired} managed instances are impaired while they run`;
  return down === 0 ? run : `${down} managed instances went down and ${run}`;
}

function needsPerson(record: InstanceRecord): boolean {
  const { incident } = record;
  // It serves, and who uses its old address does not reach it.
  if (incident?.lostAddress?.toldAt !== undefined) return true;
  const isCalledFor =
    (incident?.escalated.length ?? 0) > 0 && incident?.progress.kind !== 'serving';
  return pagesOf(record).length > 0 || isCalledFor;
}

function memberLines(members: readonly InstanceRecord[], now: Instant): readonly string[] {
  return atMost(
    members.map((record) => memberLine(record, now)),
    LIST_LIMIT,
  );
}

function memberLine(record: InstanceRecord, now: Instant): string {
  const { incident, label, instanceId } = record;
  // Indented: a name must not pass for a line of its own.
  const mark = needsPerson(record) ? '  ACT ' : '  ';
  const name = oneLine(label.name, 40);
  if (incident === undefined) return `${mark}${name} ${instanceId}`;
  const since = shortClock(incident.outage.firstKnownBad);
  const reason = incident.timeline.at(-1)?.reason ?? '';
  const lasted = length(between(incident.outage.firstKnownBad, now));
  const state =
    incident.progress.kind === 'serving'
      ? `serving after ${length(between(incident.outage.firstKnownBad, incident.progress.at))}`
      : `${lasting(incident)} for ${lasted}, ${reason}`;
  const where = elsewhere(incident);
  const left = leftInShort(incident);
  return `${mark}${name} ${instanceId} ${label.zone} since ${since}: ${state}${where}${left}`;
}

function elsewhere({ lostAddress }: Incident): string {
  return lostAddress === undefined ? '' : `, no longer at ${lostAddress.publicIp}`;
}

function lasting({ condition, progress }: Incident): string {
  return condition === 'impaired' && progress.kind !== 'down' ? 'impaired' : 'down';
}
