import { actsOf } from '../drills/acts';
import { chatFleet } from '../drills/servers';
import { factsOf, type Fact } from '../history';
import { after, between, seconds, type Instant } from '../../lambda/core/time';
import { fewDescribes, messagesIn, recoveredCount, startCalls, starts, stops } from './figures';
import { atLeast, atMost, exactly, secondsFrom, type Load, type PlayedLoad } from './load';

const HOUR_S = 3_600;
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** As in us-east-1 on 20 October 2025: no room anywhere for half a day. */
const NO_CAPACITY_H = 12;

/** Seconds from a moment of the story to the last first start after it. */
function lastStartS(played: PlayedLoad, fromS: number): number | null {
  const from = { at: after(played.zero, seconds(fromS)) };
  return secondsFrom(from, lastOf(starts(played.story)));
}

function lastOf(acts: readonly { readonly at: number }[]): { readonly at: Instant } | undefined {
  const last = acts.at(-1);
  return last === undefined ? undefined : { at: last.at as Instant };
}

/** The longest that nothing was tried, in minutes, between two moments of the story. */
function longestPauseMin(played: PlayedLoad, fromS: number, toS: number): number {
  const [from, to] = [fromS, toS].map((at) => after(played.zero, seconds(at)));
  const times = startCalls(played.story)
    .map(({ at }) => at)
    .filter((at) => at >= (from ?? 0) && at <= (to ?? 0));
  const pauses = times.map((at, index) => between(times[index - 1] ?? at, at) / 60_000);
  return pauses.reduce((most, pause) => Math.max(most, pause), 0);
}

const NO_CAPACITY: Load = {
  name: 'no-capacity-12h',
  title: 'AWS stops ten servers and has no capacity for twelve hours',
  fleet: chatFleet(10, ZONES),
  lastsS: (NO_CAPACITY_H + 2) * HOUR_S,
  story(world, ids, zeroS) {
    world.faults.capacityOut({ fromS: zeroS, toS: zeroS + NO_CAPACITY_H * HOUR_S });
    for (const id of ids) {
      world.at(zeroS + 60, () => void world.aws.hostFailure(id, { stoppingS: 20 }));
    }
  },
  isOver: (story) => recoveredCount(story) >= 10,
  goals: (played) => [
    atMost(10, [
      'the longest time without a try',
      longestPauseMin(played, 120, NO_CAPACITY_H * HOUR_S),
      'min',
    ]),
    atMost(600, ['capacity back to last start', lastStartS(played, NO_CAPACITY_H * HOUR_S), 's']),
    exactly(10, ['servers recovered', recoveredCount(played.story)]),
    atMost(10 * (NO_CAPACITY_H + 4), ['messages to people', messagesIn(played.story).length]),
    fewDescribes(played),
  ],
};

/** DynamoDB was away for 2 h 52 min that day. */
const NO_TABLE_H = 3;

/** The longest from a stop to the first start of the same server, in seconds. */
function slowestRescueS({ story }: PlayedLoad): number | null {
  const waits = stops(story).map((stop) =>
    secondsFrom(
      stop,
      startCalls(story).find(
        ({ at, instanceIds }) => at >= stop.at && instanceIds.includes(stop.instanceId),
      ),
    ),
  );
  return waits.includes(null) ? null : Math.max(...waits.map((wait) => wait ?? 0));
}

/** What the watchdog took down, not counting plain starts. */
const takedowns = (story: readonly Fact[]) => actsOf(story).filter(({ what }) => what !== 'start');

const NO_TABLE: Load = {
  name: 'no-dynamodb-3h',
  title: 'DynamoDB does not answer for three hours; AWS stops ten servers meanwhile',
  fleet: chatFleet(20, ZONES),
  lastsS: (NO_TABLE_H + 1) * HOUR_S,
  story(world, ids, zeroS) {
    world.faults.serviceDown('dynamodb', { fromS: zeroS, toS: zeroS + NO_TABLE_H * HOUR_S });
    ids.slice(0, 10).forEach((id, index) => {
      const at = zeroS + 300 + index * 900;
      world.at(at, () => void world.aws.hostFailure(id, { stoppingS: 20 }));
    });
    // One that runs and is impaired: without its record nobody may take it down.
    for (const id of ids.slice(10, 11)) {
      world.at(zeroS + 600, () => world.aws.impair(id, 'system', true));
      world.at(zeroS + 2 * HOUR_S, () => world.aws.impair(id, 'system', false));
    }
  },
  goals: (played) => [
    atMost(5, ['stop to start, the slowest of ten', slowestRescueS(played), 's']),
    exactly(10, ['starts', starts(played.story).length]),
    exactly(0, ['takedowns', takedowns(played.story).length]),
    atLeast(10, ['messages to people', messagesIn(played.story).length]),
    atMost(60, ['messages to people', messagesIn(played.story).length]),
    fewDescribes(played),
  ],
};

const LATE_H = 24;

const LATE_EVENT: Load = {
  name: 'event-24h-late',
  title: 'The event of a stop comes 24 hours late',
  fleet: chatFleet(3, ZONES),
  lastsS: (LATE_H + 2) * HOUR_S,
  story(world, ids, zeroS) {
    const [first = ''] = ids;
    world.faults.delayEvents(({ detailType }) => detailType.startsWith('EC2 Instance State'), {
      fromS: zeroS,
      toS: zeroS + 900,
      leastS: LATE_H * HOUR_S,
      mostS: LATE_H * HOUR_S + 60,
    });
    world.at(zeroS + 60, () => void world.aws.hostFailure(first, { stoppingS: 20 }));
  },
  goals(played) {
    const late = after(played.zero, seconds(LATE_H * HOUR_S));
    const afterwards = played.story.filter(({ at }) => at >= late);
    const events = factsOf(afterwards, 'delivered').filter(({ source }) => source === 'aws.ec2');
    return [
      atLeast(2, ['late events that arrived', events.length]),
      atMost(125, ['stop to start, found by the sweep', slowestRescueS(played), 's']),
      exactly(0, ['acts after the late event', actsOf(afterwards).length]),
      exactly(0, ['messages after the late event', messagesIn(afterwards).length]),
    ];
  },
};

/** Hours and a day: what public outages have shown. */
export const LONG_HAUL_LOADS: readonly Load[] = [NO_CAPACITY, NO_TABLE, LATE_EVENT];
