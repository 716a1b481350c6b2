import { describeCause } from '../lambda/core/alert/cause-text';
import type { Incident, WouldHave } from '../lambda/core/incident';
import type { Reason } from '../lambda/core/reasons';
import { isTakedown, type Remediation } from '../lambda/core/remediation';
import type { InstanceRecord } from '../lambda/core/record';
import { after, between, ms, seconds, type Duration, type Instant } from '../lambda/core/time';
import { bootIn, median } from './boots';
import type { ImpactWindow } from './model';
import { windowsOf } from './windows';

/** A record with the incident that is scored. */
export type Scored = InstanceRecord & { readonly incident: Incident };

/** How shadow mode did in one outage. */
export type Verdict =
  /** It would have served again sooner than it did. */
  | 'sooner'
  /** People or AWS were as quick. */
  | 'no-gain'
  /** The act would have done harm: against somebody's wish, or on what recovered by itself. */
  | 'wrong'
  /** Nothing would have been done, and it recovered by itself. */
  | 'waited'
  /** Nothing would have been done, as somebody wanted it. */
  | 'left-alone'
  /** It was down, and nothing would have been done but to call a person. */
  | 'missed'
  /** It is down still: nothing can be compared yet. */
  | 'open';

/** One outage of one instance, scored. */
export interface ScoredOutage {
  readonly incidentId: string;
  readonly instanceId: string;
  readonly name: string;
  readonly policy: string;
  readonly cause: string;
  readonly from: Instant;
  /** When it served again; undefined while it is down. */
  readonly to: Instant | undefined;
  readonly wouldHave: WouldHave | undefined;
  /** When it would have served, as estimated; undefined without an act. */
  readonly wouldServeAt: Instant | undefined;
  /** The estimate rests on a boot of this very outage, of others, or on an assumption. */
  readonly estimatedBy: 'own-boot' | 'other-boots' | 'assumption' | undefined;
  readonly verdict: Verdict;
  readonly why: string;
}

/** The score of shadow mode over some incidents. */
export interface Score {
  readonly outages: readonly ScoredOutage[];
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Acts that would have been made in outages that are over, and those of them that were wrong. */
  readonly acts: number;
  readonly wrongActs: number;
  /** Over the outages in which an act would have been made, rightly, and that are over. */
  readonly compared: number;
  readonly realDowntime: Duration;
  readonly wouldBeDowntime: Duration;
  readonly realMedian: Duration | undefined;
  readonly wouldBeMedian: Duration | undefined;
}

/** EC2's boot and the application's start, where no boot was measured. */
const ASSUMED_BOOT = seconds(90);
/** A guest that shuts down in order. */
const ASSUMED_STOP = seconds(60);
const ASSUMED_SERVICE_RESTART = seconds(30);
const ASSUMED_ADDRESS = seconds(5);

/**
 * Scores every outage of these records, oldest first: what shadow mode would have done against what
 * people and AWS then did. The records must be of incidents in which nothing was done (see
 * `isShadow`).
 */
export function scoreOf(records: readonly Scored[]): Score {
  const boots = records.flatMap((record) =>
    windowsOf(record, record.incident).flatMap((window) => bootIn(record.incident, window) ?? []),
  );
  const fleetBoot = median(boots);
  const outages = records
    .flatMap((record) =>
      windowsOf(record, record.incident).map((window) => outageOf({ record, window, fleetBoot })),
    )
    .sort((a, b) => a.from - b.from);
  return { outages, ...summaryOf(outages) };
}

/** Whether an incident was only watched: something would have been done, or nothing at all was. */
export function isShadow({ incident }: Scored, isObserved: boolean): boolean {
  const wasWatched = (incident.wouldHave ?? []).length > 0;
  return wasWatched || (isObserved && incident.attempts.length === 0);
}

interface Outage {
  readonly record: Scored;
  readonly window: ImpactWindow;
  readonly fleetBoot: Duration | undefined;
}

function outageOf(outage: Outage): ScoredOutage {
  const { record, window } = outage;
  const { incident, instanceId, label } = record;
  const wish = incident.wouldHave?.find((one) => isWithin(one.at, window));
  const estimate = wish === undefined ? undefined : estimateOf(wish, outage);
  return {
    incidentId: incident.id,
    instanceId,
    name: label.name,
    policy: label.policy,
    cause: describeCause(incident.cause),
    from: window.from,
    to: window.to,
    wouldHave: wish,
    wouldServeAt: estimate?.at,
    estimatedBy: estimate?.by,
    ...verdictOf(outage, wish, estimate?.at),
  };
}

const isWithin = (at: Instant, { from, to }: ImpactWindow): boolean =>
  at >= from && (to === undefined || at < to);

interface Estimate {
  readonly at: Instant;
  readonly by: NonNullable<ScoredOutage['estimatedBy']>;
}

function estimateOf(wish: WouldHave, { record, window, fleetBoot }: Outage): Estimate | undefined {
  const own = bootIn(record.incident, window);
  const takes = lengthOf(wish.remediation, own ?? fleetBoot ?? ASSUMED_BOOT);
  if (takes === undefined) return undefined;
  const requestAt = requestOf(wish, record.incident);
  const isAssumed = own === undefined && fleetBoot === undefined;
  const by = isAssumed ? 'assumption' : own === undefined ? 'other-boots' : 'own-boot';
  return { at: after(requestAt, takes), by };
}

/** It is wanted as soon as it is stopping, and EC2 takes a start once it is stopped. */
function requestOf({ at, remediation }: WouldHave, { seen = [] }: Incident): Instant {
  if (remediation !== 'start' && remediation !== 'change-type') return at;
  const next = seen.find((entry) => entry.what === 'state' && entry.at > at);
  const before = seen.findLast((entry) => entry.what === 'state' && entry.at <= at);
  const isStopping = before?.now === 'stopping' && next?.now === 'stopped';
  return isStopping ? next.at : at;
}

/** How long an act takes until the server serves; undefined: it brings nothing back by itself. */
function lengthOf(remediation: Remediation, boot: Duration): Duration | undefined {
  switch (remediation) {
    case 'start':
    case 'reboot':
    case 'change-type':
      return boot;
    case 'stop-start':
    case 'force-stop':
      return ms(ASSUMED_STOP + boot);
    case 'restart-service':
      return ASSUMED_SERVICE_RESTART;
    case 'associate-address':
      return ASSUMED_ADDRESS;
    case 'reserve-capacity':
      return undefined;
  }
}

type Judged = Pick<ScoredOutage, 'verdict' | 'why'>;

function verdictOf(
  outage: Outage,
  wish: WouldHave | undefined,
  wouldServeAt: Instant | undefined,
): Judged {
  const { incident } = outage.record;
  if (wish === undefined) return withoutAct(outage);
  if (isWanted(incident)) {
    const why = `${describeCause(incident.cause)}: ${wish.remediation} would have undone that`;
    return { verdict: 'wrong', why };
  }
  const { to } = outage.window;
  if (to === undefined) return stillDown(incident, wish);
  if (isTakedown(wish.remediation) && wouldServeAt !== undefined && to <= wouldServeAt) {
    const why = `${wish.remediation} would have taken down what served again before it was done`;
    return { verdict: 'wrong', why };
  }
  return wouldServeAt !== undefined && wouldServeAt < to
    ? { verdict: 'sooner', why: `${wish.remediation} would have brought it back sooner` }
    : { verdict: 'no-gain', why: 'it served again no later than it would have' };
}

/** Somebody stopped it through the API, and it was no game day. */
function isWanted({ cause, condition }: Incident): boolean {
  const isByWish = cause.kind === 'api' || cause.kind === 'scheduler';
  return condition === 'stopped' && isByWish && cause.detail !== 'game-day';
}

function stillDown({ condition, resolved }: Incident, { remediation }: WouldHave): Judged {
  if (condition === 'terminated') {
    return { verdict: 'open', why: `it was terminated: what ${remediation} was worth is unknown` };
  }
  const why = resolved === undefined ? 'it is down still' : `it ended as ${resolved.reason}`;
  return { verdict: 'open', why };
}

function withoutAct({ record, window }: Outage): Judged {
  const { incident } = record;
  if (isWanted(incident)) return { verdict: 'left-alone', why: describeCause(incident.cause) };
  if (incident.mandate.kind === 'hands-off') {
    return { verdict: 'left-alone', why: incident.mandate.reason };
  }
  if (window.to === undefined) return { verdict: 'open', why: 'it is down still, nothing was due' };
  const isCleared = incident.resolved?.reason === 'cleared';
  if (isCleared && bootIn(incident, window) === undefined) {
    return { verdict: 'waited', why: 'it recovered by itself in the same boot' };
  }
  const called: Reason | undefined = incident.escalated.at(-1)?.reason;
  const last = incident.timeline.findLast(({ decision }) => decision !== 'resolve')?.reason;
  const why =
    called === undefined
      ? `nothing would have been done (${last ?? 'no decision'})`
      : `only a person would have been called (${called})`;
  return { verdict: 'missed', why };
}

function summaryOf(outages: readonly ScoredOutage[]): Omit<Score, 'outages'> {
  const count = (verdict: Verdict): number =>
    outages.filter((one) => one.verdict === verdict).length;
  const compared = outages.filter(({ verdict }) => verdict === 'sooner' || verdict === 'no-gain');
  const real = compared.flatMap(({ from, to }) => (to === undefined ? [] : [between(from, to)]));
  // Where somebody was quicker the watchdog would have found it up: its downtime is the real one.
  const would = compared.flatMap(({ from, to, wouldServeAt }) =>
    to === undefined ? [] : [between(from, earlier(to, wouldServeAt))],
  );
  return {
    verdicts: {
      sooner: count('sooner'),
      'no-gain': count('no-gain'),
      wrong: count('wrong'),
      waited: count('waited'),
      'left-alone': count('left-alone'),
      missed: count('missed'),
      open: count('open'),
    },
    acts: compared.length + count('wrong'),
    wrongActs: count('wrong'),
    compared: compared.length,
    realDowntime: sum(real),
    wouldBeDowntime: sum(would),
    realMedian: median(real),
    wouldBeMedian: median(would),
  };
}

const earlier = (one: Instant, other: Instant | undefined): Instant =>
  other !== undefined && other < one ? other : one;

const sum = (lengths: readonly Duration[]): Duration =>
  ms(lengths.reduce((total, one) => total + one, 0));
