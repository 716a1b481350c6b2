import type { StateReason } from './observation';
import { oneLine } from './one-line';
import type { CallFact, StopFacts } from './stop-facts';
import { iso, type Instant } from './time';

/** A code of EC2 is short; tags, messages and principals are whatever somebody wrote. */
const CODE_LIMIT = 80;
const MESSAGE_LIMIT = 160;
/** The alert names the newest; the record has all. */
const MOST_CALLS = 3;
const MOST_HEALTH = 2;

/** Text of unknown origin, fit for an alert. */
export const clean = (text: string): string => oneLine(text, MESSAGE_LIMIT);

/** `12:09:58 UTC`, with the date in front when it was another day. */
export function clock(at: Instant, now: Instant): string {
  const [date = '', time = ''] = iso(at).split('T');
  const ofDay = `${time.slice(0, 8)} UTC`;
  return iso(now).startsWith(date) ? ofDay : `${date} ${ofDay}`;
}

/** EC2's own words on the change of state; its message often repeats the code in front. */
export function reasonText(reason: StateReason | undefined): string {
  const code = oneLine(reason?.code ?? '', CODE_LIMIT);
  if (reason === undefined || code === '') return 'EC2 gives no reason';
  const message = clean(reason.message);
  const bare = message.startsWith(`${code}:`) ? message.slice(code.length + 1).trim() : message;
  return bare === '' ? `EC2 reports ${code}` : `EC2 reports ${code} (${bare})`;
}

function callText({ call, actor, at }: CallFact, now: Instant): string {
  return `CloudTrail: ${call} by ${clean(actor.principal)} at ${clock(at, now)}`;
}

/** What CloudTrail says about this stop, or that it says nothing so far. */
export function callTexts(
  facts: StopFacts,
  call: CallFact['call'],
  now: Instant,
): readonly string[] {
  const late = facts.wish === undefined ? [] : [facts.wish];
  const shown = facts.calls.length === 0 ? late : facts.calls.slice(0, MOST_CALLS);
  return shown.length === 0
    ? [`No ${call} call seen so far`]
    : shown.map((fact) => callText(fact, now));
}

/** What AWS Health says, or that it says nothing so far. */
export function healthTexts({ health }: StopFacts, now: Instant): readonly string[] {
  if (health.length === 0) return ['No AWS Health event so far'];
  return health.slice(0, MOST_HEALTH).map(({ code, status, startsAt }) => {
    const since = startsAt === undefined ? '' : clock(startsAt, now);
    const when = { upcoming: ` for ${since}`, open: ` since ${since}`, closed: '' }[status];
    return `AWS Health: ${oneLine(code, CODE_LIMIT)}, ${status}${since === '' ? '' : when}`;
  });
}
