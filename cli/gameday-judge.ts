import { readGameDay } from '../lambda/core/game-day';
import type { Attempt, Incident } from '../lambda/core/incident';
import { OPERATOR_TAGS } from '../lambda/core/tags';
import { after, between, iso, type Duration, type Instant } from '../lambda/core/time';
import { unreachable } from '../lambda/core/unreachable';
import type { StartedExperiment } from './gameday-port';
import { GOALS, type Experiment } from './gameday-experiments';
import { momentText } from './status-time';

/** One goal of a game day, and whether it was met; `open`: its time is not over yet. */
export interface GoalCheck {
  readonly goal: string;
  readonly result: 'met' | 'missed' | 'open';
  /** In seconds; null where the goal has no time, or nothing was measured. */
  readonly limitS: number | null;
  readonly measuredS: number | null;
  /** What the record says of it. */
  readonly text: string;
}

/** How a game day went. */
export interface Judgement {
  readonly verdict: 'pass' | 'fail' | 'open';
  readonly checks: readonly GoalCheck[];
  /** What most likely explains a failure, the nearest first. */
  readonly why: readonly string[];
}

/** What is known of a game day. */
export interface GameDayFacts {
  readonly experiment: Experiment;
  readonly started: StartedExperiment;
  /** The first incident of the instance since then. */
  readonly incident: Incident | undefined;
  /** The instance's tags now; undefined when EC2 does not show it. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly now: Instant;
}

/** Judges a game day by its incident's record. Pure: the same facts give the same verdict. */
export function judgeGameDay(facts: GameDayFacts): Judgement {
  const checks = [ranThrough(facts), ...goalsOf(facts)];
  const verdict = checks.some(({ result }) => result === 'missed')
    ? 'fail'
    : checks.some(({ result }) => result === 'open')
      ? 'open'
      : 'pass';
  return { verdict, checks, why: verdict === 'fail' ? whyOf(facts) : [] };
}

function ranThrough({ started }: GameDayFacts): GoalCheck {
  const { state, stateText, id } = started;
  return {
    goal: 'the experiment ran to its end',
    result: state === 'completed' ? 'met' : state === 'under-way' ? 'open' : 'missed',
    limitS: null,
    measuredS: null,
    text: `${id} ${stateText}`,
  };
}

/** When the fault began, as FIS has it: the stop, or else whatever came first. */
function faultAt({ experiment, started }: GameDayFacts): Instant {
  const { actions } = started;
  const name = experiment.fault.kind === 'broken' ? undefined : 'stop';
  const action = name === undefined ? Object.values(actions)[0] : actions[name];
  return action?.from ?? started.startedAt;
}

function goalsOf(facts: GameDayFacts): readonly GoalCheck[] {
  const { fault } = facts.experiment;
  switch (fault.kind) {
    case 'stopped':
      return [toldOfStop(facts), startAsked(facts), ...backAgain(facts)];
    case 'stopped-and-failing':
      return [
        toldOfStop(facts),
        metFault(facts, fault.meets),
        startAfterFault(facts),
        ...backAgain(facts),
      ];
    case 'broken':
      return [noticed(facts), toldOfFault(facts), repaired(facts)];
    default:
      return unreachable(fault);
  }
}

interface Span {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly limit: Duration;
}

/** A goal with a time: from one moment to another within a limit. */
function timed(goal: string, { from, to, limit }: Span, { now }: GameDayFacts): GoalCheck {
  const limitS = limit / 1_000;
  const check = { goal, limitS, measuredS: null };
  if (from === undefined) {
    return { ...check, result: 'open', text: 'what it counts from has not happened' };
  }
  if (to === undefined) {
    const isOver = now > after(from, limit);
    return { ...check, result: isOver ? 'missed' : 'open', text: 'it has not happened' };
  }
  const measured = Math.max(0, between(from, to));
  const text = `at ${momentText(iso(to))}`;
  const result = measured <= limit ? 'met' : 'missed';
  return { ...check, result, measuredS: measured / 1_000, text };
}

const firstSent = (incident: Incident | undefined): Instant | undefined =>
  incident?.sent?.[0]?.sentAt;

const startsOf = (incident: Incident | undefined): readonly Attempt[] =>
  incident?.attempts.filter(({ remediation }) => remediation === 'start') ?? [];

/** When EC2 took a start. */
function acceptedAt(incident: Incident | undefined): Instant | undefined {
  for (const { outcome } of startsOf(incident)) {
    if (outcome.kind === 'accepted') return outcome.at;
  }
  return undefined;
}

function toldOfStop(facts: GameDayFacts): GoalCheck {
  const span = {
    from: facts.incident?.outage.firstKnownBad ?? faultAt(facts),
    to: firstSent(facts.incident),
    limit: GOALS.toldOfStop,
  };
  return timed('people are told of the stop', span, facts);
}

function startAsked(facts: GameDayFacts): GoalCheck {
  const from = facts.incident?.outage.firstKnownBad ?? faultAt(facts);
  const span = { from, to: startsOf(facts.incident)[0]?.at, limit: GOALS.startAsked };
  return timed('it is started, once CloudTrail has named the experiment', span, facts);
}

/** The fault reached the watchdog: otherwise the game day shows nothing of it. */
function metFault(facts: GameDayFacts, meets: Attempt['outcome']['kind']): GoalCheck {
  const failed = startsOf(facts.incident).filter(({ outcome }) => outcome.kind === meets);
  const count = failed.length;
  return {
    goal: `its starts meet the fault (${meets})`,
    result: count > 0 ? 'met' : facts.started.state === 'under-way' ? 'open' : 'missed',
    limitS: null,
    measuredS: null,
    text: count === 1 ? 'one start failed so' : `${count} starts failed so`,
  };
}

function startAfterFault(facts: GameDayFacts): GoalCheck {
  const span = {
    from: facts.started.actions['fail']?.to,
    to: acceptedAt(facts.incident),
    limit: GOALS.startAfterFault,
  };
  return timed('EC2 takes a start after the fault', span, facts);
}

const endedWell = (incident: Incident | undefined): Instant | undefined => {
  const resolved = incident?.resolved;
  const isWell = resolved?.reason === 'recovered' || resolved?.reason === 'cleared';
  return isWell ? resolved.at : undefined;
};

/** Closed in another way than well: nothing more will come. */
const endedBadly = (incident: Incident | undefined): boolean =>
  incident?.resolved !== undefined && endedWell(incident) === undefined;

function backAgain(facts: GameDayFacts): readonly GoalCheck[] {
  const { incident } = facts;
  const served = incident?.served[0];
  const back = [
    timed(
      'it serves again',
      { from: acceptedAt(incident), to: served, limit: GOALS.serving },
      facts,
    ),
    timed(
      'every check has passed, and the incident is closed',
      { from: served, to: endedWell(incident), limit: GOALS.recovered },
      facts,
    ),
    toldOfEnd(facts),
  ];
  return endedBadly(incident) || isHopeless(facts)
    ? back.map((check) => (check.result === 'open' ? { ...check, result: 'missed' } : check))
    : back;
}

/** The time for its start is over, and none was made: what would follow cannot. */
function isHopeless(facts: GameDayFacts): boolean {
  const begin =
    facts.experiment.fault.kind === 'stopped' ? startAsked(facts) : startAfterFault(facts);
  return begin.result === 'missed' && acceptedAt(facts.incident) === undefined;
}

/** People hear that it serves again, or that it is over. */
function toldOfEnd({ incident }: GameDayFacts): GoalCheck {
  const end = incident?.sent?.find(({ kind }) => kind === 'serving' || kind === 'closed');
  return {
    goal: 'people are told that it serves again',
    result: end === undefined ? 'open' : 'met',
    limitS: null,
    measuredS: null,
    text: end === undefined ? 'not yet' : `at ${momentText(iso(end.sentAt))}`,
  };
}

function noticed(facts: GameDayFacts): GoalCheck {
  const span = { from: faultAt(facts), to: facts.incident?.openedAt, limit: GOALS.noticed };
  return timed('the fault is noticed', span, facts);
}

function toldOfFault(facts: GameDayFacts): GoalCheck {
  const { incident } = facts;
  const span = { from: incident?.openedAt, to: firstSent(incident), limit: GOALS.toldOfFault };
  const check = timed('people are told of it', span, facts);
  const isLate = noticed(facts).result === 'missed' && incident === undefined;
  return isLate ? { ...check, result: 'missed' } : check;
}

function repaired(facts: GameDayFacts): GoalCheck {
  const span = { from: faultAt(facts), to: endedWell(facts.incident), limit: GOALS.repaired };
  const check = timed('every check has passed again, and the incident is closed', span, facts);
  return endedBadly(facts.incident) ? { ...check, result: 'missed' } : check;
}

/** What explains a failure, in the order in which one would look. */
function whyOf(facts: GameDayFacts): readonly string[] {
  const { experiment, started, incident } = facts;
  if (started.state === 'stopped') {
    return [`The experiment did not run to its end (${started.stateText}): repeat it.`];
  }
  if (incident === undefined) {
    return [
      experiment.fault.kind === 'broken'
        ? 'The watchdog noticed nothing: is a check of the application configured, and did the ' +
          'fault reach it? See the log of the experiment.'
        : 'The watchdog noticed no stop: is the instance still tagged, and does the sweep run?',
    ];
  }
  const honoured = incident.timeline.some(({ reason }) => reason === 'stopped-by-person');
  const isStarted = startsOf(incident).length > 0;
  if (experiment.fault.kind === 'broken' || !honoured || isStarted) return pagesOf(incident);
  return [
    "The watchdog took it for a person's stop (stopped-by-person) and left the server alone.",
    markText(facts),
    ...pagesOf(incident),
  ];
}

const pagesOf = ({ escalated }: Incident): readonly string[] =>
  escalated.map(({ reason, at }) => `A person was called at ${momentText(iso(at))}: ${reason}.`);

/** Why the mark of the game day did not count, as far as the tag tells. */
function markText(facts: GameDayFacts): string {
  const { tags, started } = facts;
  const text = tags?.[OPERATOR_TAGS.gameDay];
  if (text === undefined) return `It carries no mark: the tag ${OPERATOR_TAGS.gameDay} is gone.`;
  const mark = readGameDay(tags ?? {});
  if (mark === undefined) return `Its mark cannot be read: ${JSON.stringify(text)}.`;
  if (mark.until <= faultAt(facts)) {
    return `Its mark had expired at ${momentText(iso(mark.until))}.`;
  }
  if (mark.roleArn !== started.roleArn) {
    return `Its mark names ${mark.roleArn}, and the experiment acted as ${started.roleArn}.`;
  }
  return 'Its mark holds: CloudTrail has not named the caller, or named another one beside it.';
}
