import { oneLine } from '../one-line';
import type { FleetRecord, InstanceRecord, Note } from '../record';
import { after, earliest, hours, type Instant } from '../time';
import { ascii, clock, sentence } from './format';
import { atMost, listed } from './server-list';
import type { AlertText, TextContext } from './text';

/** What belongs together arrives within this, as when a fleet is enrolled. */
const COLLECTED_FOR = hours(1);
/** Digests are at least this far apart. */
const EVERY = hours(24);
/** An e-mail lists so many notices; the rest is a count. */
const LIST_LIMIT = 200;
const TEXT_LIMIT = 400;

const notesOf = ({ notes }: InstanceRecord): readonly Note[] => notes ?? [];

/** Whether it is time to send what needs nobody: at most once a day, an hour after the first. */
export function isDigestDue(
  { lastDigestAt }: Pick<FleetRecord, 'lastDigestAt'>,
  records: readonly InstanceRecord[],
  now: Instant,
): boolean {
  const [first, ...rest] = records.flatMap(notesOf).map(({ at }) => at);
  if (first === undefined || now < after(earliest(first, ...rest), COLLECTED_FOR)) return false;
  return lastDigestAt === undefined || now >= after(lastDigestAt, EVERY);
}

/** The digest: every notice that waits, by server; nobody has to do anything about them. */
export function renderDigest(records: readonly InstanceRecord[], context: TextContext): AlertText {
  const noted = records.filter((record) => notesOf(record).length > 0);
  const count = noted.flatMap(notesOf).length;
  const subject = ascii(
    `Digest: ${count} ${count === 1 ? 'notice' : 'notices'} of ${noted.length} ` +
      `${noted.length === 1 ? 'server' : 'servers'}, nothing to do`,
    99,
  );
  const lines = noted.flatMap((record) => linesOf(record, context.timeZone));
  const email = [
    'What was noticed and needs nobody, at most once a day:',
    '',
    ...atMost(lines, LIST_LIMIT),
    '',
    `Runbook  ${context.runbookUrl}#digest`,
  ].join('\n');
  return { subject, email: `${email}\n`, sms: ascii(sentence(subject), 160) };
}

function linesOf(record: InstanceRecord, timeZone: string): readonly string[] {
  const { label, instanceId } = record;
  const who = listed(label.name, instanceId);
  return notesOf(record).map(
    ({ at, text }) => `${who} ${clock(at, timeZone)}: ${oneLine(text, TEXT_LIMIT)}`,
  );
}

/** The record without the notices that a digest told. */
export function withoutNotes(record: InstanceRecord): InstanceRecord {
  const { notes: _told, ...rest } = record;
  return rest;
}
