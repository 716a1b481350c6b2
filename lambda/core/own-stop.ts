import type { Attempt, Incident } from './incident';
import type { InstanceView } from './observation';
import type { InstanceRecord } from './record';
import { OWN_TAGS } from './tags';
import { stopsInstance } from './remediation';
import { mayHaveHappened, ownStopsOf } from './takedowns';
import {
  CLOCK_SKEW,
  after,
  before,
  iso,
  latest,
  minutes,
  parseInstant,
  seconds,
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
  const own = incident === undefined ? undefined : ownStopOf(view, incident);
  const tag = ownStopByTag(view)?.at;
  // EC2 refused the stop that the tag announces: whoever stopped it, it was not us.
  const refused = incident?.attempts.some(
    (attempt) =>
      stopsInstance(attempt.remediation) && attempt.at === tag && !mayHaveHappened(attempt),
  );
  const tagged = refused === true ? undefined : tag;
  if (own === undefined) return tagged;
  return tagged === undefined ? own.at : latest(own.at, tagged);
}

/**
 * The request of ours by which it went down: of several for the same boot the one that EC2's date
 * fits, since EC2 dates the first that it took. One of which nothing more was heard, and which none
 * followed, needs the word on the instance: no stop is asked for before that was read back, and
 * whoever stops it after a Lambda that died earlier must not be taken for us (S7).
 */
function ownStopOf(view: InstanceView, incident: Incident): Attempt | undefined {
  const asked = ownStopsOf(incident, view.launchTime);
  const isGiven = (attempt: Attempt): boolean => {
    if (attempt.outcome.kind !== 'intended' || attempt !== asked.at(-1)) return true;
    const word = lastOwnStop(view)?.at;
    return word !== undefined && word >= wordAt(incident, attempt.at);
  };
  return asked
    .filter(mayHaveHappened)
    .findLast(
      (attempt) =>
        isStopOf(view, attempt.at, attempt.remediation === 'force-stop') && isGiven(attempt),
    );
}

/** The stop was not asked for: EC2 did not show the word that had just been written. */
export const WORD_NOT_SEEN = 'OwnStopTagNotSeen';
/** A word holds for the stop that follows it within this: together with a run, CALLED_WITHIN. */
const WORD_HOLDS = seconds(40);

/**
 * The moment that the word of a stop names which is asked for now. EC2's answers may lag behind by
 * half a minute and more: a word that was written and not seen yet is waited for, and not replaced
 * by another one that is not seen either.
 */
export function wordAt({ attempts }: Incident, now: Instant): Instant {
  const isUnseen = ({ remediation, outcome }: Attempt): boolean =>
    stopsInstance(remediation) && outcome.kind === 'wrong-state' && outcome.code === WORD_NOT_SEEN;
  const earlier = attempts.filter(({ at }) => at < now);
  const unseen = earlier.slice(earlier.findLastIndex((attempt) => !isUnseen(attempt)) + 1);
  return [...unseen.map(({ at }) => at), now].reduce((word, at) =>
    at < after(word, WORD_HOLDS) ? word : at,
  );
}

/** Whether the tag as it was read back says what was written (S28): only then it is stopped. */
export function tagSays(view: InstanceView, value: string): boolean {
  return view.tags[OWN_TAGS.ownStop] === value;
}
