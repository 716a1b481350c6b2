import type { InstanceView } from './observation';
import type { InstanceRecord } from './record';
import { OWN_TAGS } from './tags';
import { stopsInstance } from './remediation';
import { mayHaveHappened, ownStopOf } from './takedowns';
import {
  CLOCK_SKEW,
  after,
  before,
  iso,
  latest,
  minutes,
  parseInstant,
  type Instant,
} from './time';

/**
 * EC2 reports a stop of our own as `Client.UserInitiatedShutdown`, the code of a stop that must
 * never be undone. So what we stop carries a tag that says so before the stop, and the start that
 * must follow is made by whoever sees it: another invocation, one without the incident table, one
 * during a pause (S28).
 */
export function ownStopTagValue(at: Instant, instanceId: string, incidentId: string): string {
  return `${iso(at)} ${instanceId} ${incidentId}`;
}

/** A stop of our own, as the instance itself remembers it. */
export interface OwnStop {
  readonly at: Instant;
  readonly incidentId: string;
}

/** As incidentId makes them: whoever may write tags may write this one. */
const INCIDENT_ID = /^[a-z0-9-]{1,80}$/;

/**
 * What the tag says, if it is whole and speaks of this very instance ("launch more like this"
 * copies tags); of the last stop of our own, which may be history.
 */
export function lastOwnStop({ tags, instanceId }: InstanceView): OwnStop | undefined {
  const [when = '', id, incidentId = '', ...rest] = (tags[OWN_TAGS.ownStop] ?? '').split(' ');
  const at = parseInstant(when);
  if (at === undefined || id !== instanceId || rest.length > 0) return undefined;
  return INCIDENT_ID.test(incidentId) ? { at, incidentId } : undefined;
}

/** The function runs 15 s: between its word and its stop lies no more, and EC2 dates in seconds. */
const CALLED_WITHIN = minutes(1);

/**
 * Whether a stop is the one that we asked for at a moment: of the boot that ran then, by a caller
 * of the API as EC2 sees it, and dated within the minute after.
 */
function isStopOf(view: InstanceView, askedAt: Instant, isForced = false): boolean {
  if (view.state !== 'stopping' && view.state !== 'stopped') return false;
  if (askedAt < before(view.launchTime, CLOCK_SKEW)) return false;
  const code = view.stateReason?.code.trim() ?? '';
  if (code !== '' && code !== 'Client.UserInitiatedShutdown') return false;
  const { transitionAt } = view;
  if (transitionAt === undefined) return true;
  // What we force was stopping already, and EC2 may keep the date of that.
  const isLate = isForced || transitionAt >= before(askedAt, CLOCK_SKEW);
  return isLate && transitionAt <= after(askedAt, CALLED_WITHIN);
}

/** The stop of our own that the instance is in, by its tag alone. */
export function ownStopByTag(view: InstanceView): OwnStop | undefined {
  const told = lastOwnStop(view);
  return told !== undefined && isStopOf(view, told.at) ? told : undefined;
}

/** When we asked for the stop that the instance is in, by the record or by the tag. */
export function stoppedByUsAt(view: InstanceView, record: InstanceRecord): Instant | undefined {
  const { incident } = record;
  const own = incident === undefined ? undefined : ownStopOf(incident, view.launchTime);
  const tag = ownStopByTag(view)?.at;
  // EC2 refused the stop that the tag announces: whoever stopped it, it was not us.
  const refused = incident?.attempts.some(
    (attempt) =>
      stopsInstance(attempt.remediation) && attempt.at === tag && !mayHaveHappened(attempt),
  );
  const tagged = refused === true ? undefined : tag;
  if (own === undefined || !isStopOf(view, own.at, own.remediation === 'force-stop')) return tagged;
  return tagged === undefined ? own.at : latest(own.at, tagged);
}

/** Whether the tag as it was read back says what was written (S28): only then it is stopped. */
export function tagSays(view: InstanceView, value: string): boolean {
  return view.tags[OWN_TAGS.ownStop] === value;
}
