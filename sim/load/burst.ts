import type { World } from '../world';
import { chatFleet } from '../drills/servers';
import {
  allRescued,
  fewDescribes,
  messagesIn,
  recoveredCount,
  startCalls,
  startsIssuedS,
} from './figures';
import { atMost, type Load } from './load';

/** As real fleets have them: EC2's capacity is per zone and type. */
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const TYPES = ['m6i.large', 'm6i.xlarge', 'c6i.large', 'r6i.large'];
/** With the three zones fifteen groups; five and three have no common divisor. */
const FIVE_TYPES = [...TYPES, 'm7i.large'];

/** AWS stops all within a second; EC2 takes them from `stopping` to `stopped` in 20 s. */
function stopsAll(world: World, ids: readonly string[], zeroS: number): void {
  ids.forEach((id, index) => {
    const at = zeroS + index / ids.length;
    world.at(at, () => void world.aws.hostFailure(id, { stoppingS: 20 }));
  });
}

const BURST: Load = {
  name: 'burst',
  title: '200 servers stopped within a second, each event doubled, all shuffled',
  fleet: chatFleet(200, ['us-east-1b'], TYPES),
  lastsS: 2_400,
  story(world, ids, zeroS) {
    const span = { fromS: zeroS, toS: zeroS + 120 };
    world.faults.duplicateEvents(2, { ...span, withinS: 3 });
    world.faults.delayEvents(() => true, { ...span, leastS: 0, mostS: 3 });
    stopsAll(world, ids, zeroS);
  },
  isOver: (story) => recoveredCount(story) >= 200,
  goals: (played) => [
    atMost(15, ['first stop to last start on the wire', startsIssuedS(played.story), 's']),
    ...allRescued(200, played),
    fewDescribes(played),
    atMost(10, ['messages to people', messagesIn(played.story).length]),
  ],
};

const STARTS: Load = {
  name: 'starts',
  title: '200 servers of fifteen groups by zone and type, stopped within a second',
  fleet: chatFleet(200, ZONES, FIVE_TYPES),
  lastsS: 2_400,
  story: stopsAll,
  isOver: (story) => recoveredCount(story) >= 200,
  goals: (played) => [
    atMost(15, ['first stop to last start on the wire', startsIssuedS(played.story), 's']),
    atMost(15, ['calls of StartInstances', startCalls(played.story).length]),
    ...allRescued(200, played),
    fewDescribes(played),
  ],
};

/**
 * Half of EC2's bucket of started instances is 500 at once and 1 a second: 8.5 min for 1,000. Its
 * two environments share that without asking each other, a half each, and in a storm one of them
 * does most of the work: 500 at once and 1 each two seconds is what holds in any case.
 */
const startedWithinS = (count: number): number => (count <= 200 ? 15 : 1_000);

const atOnce = (count: number): Load => ({
  name: `at-once-${count}`,
  title: `${count} incidents at once`,
  fleet: chatFleet(count, ZONES, TYPES),
  lastsS: 5_400,
  story: stopsAll,
  isOver: (story) => recoveredCount(story) >= count,
  goals: (played) => [
    atMost(startedWithinS(count), [
      'first stop to last start on the wire',
      startsIssuedS(played.story),
      's',
    ]),
    ...allRescued(count, played),
    fewDescribes(played),
    atMost(count < 5 ? 3 * count : 30, ['messages to people', messagesIn(played.story).length]),
  ],
});

/** Everything that goes down at once, and how many incidents there are then. */
export const BURST_LOADS: readonly Load[] = [BURST, STARTS, ...[1, 10, 50, 200, 1_000].map(atOnce)];
