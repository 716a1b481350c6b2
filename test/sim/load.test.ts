import { LOADS, playLoad } from '../../sim/load/index';
import { atLeast, atMost, exactly, type Load } from '../../sim/load/load';

/** The cheap ones; the others take minutes, and are played by the command only. */
const CHEAP = ['at-once-1', 'at-once-10', 'no-dynamodb-3h'];

const loadOf = (name: string): Load => {
  const found = LOADS.find((load) => load.name === name);
  if (found === undefined) throw new Error(`No load is called ${name}`);
  return found;
};

describe.each(CHEAP)('the load %s', (name) => {
  it('is borne: every goal and every invariant is held', async () => {
    const { goals, violations, passed } = await playLoad(loadOf(name), { seed: 1 });
    const missed = goals.filter(({ held }) => !held);
    expect({ missed, violations, passed }).toEqual({ missed: [], violations: [], passed: true });
  });
});

describe('a load that is not borne', () => {
  it('misses its goals, where EC2 takes no start', async () => {
    const load = loadOf('at-once-10');
    const story: Load['story'] = (world, ids, zeroS) => {
      world.faults.capacityOut({ fromS: zeroS, toS: zeroS + 86_400 });
      load.story(world, ids, zeroS);
    };
    const played = await playLoad({ ...load, story, lastsS: 300 }, { seed: 1 });
    expect(played.passed).toBe(false);
    const missed = played.goals.filter(({ held }) => !held).map(({ figure }) => figure);
    expect(missed).toContain('servers started');
    expect(missed).toContain('servers recovered');
  });

  it('is not borne either where an invariant is broken, though every goal is held', async () => {
    const load = loadOf('at-once-1');
    const story: Load['story'] = (world, ids, zeroS) => {
      load.story(world, ids, zeroS);
      world.at(zeroS, () => world.history.add({ kind: 'failure', text: 'not simulated' }));
    };
    const played = await playLoad({ ...load, story }, { seed: 1 });
    expect(played.goals.every(({ held }) => held)).toBe(true);
    expect(played.violations).toEqual(['SIM: not simulated']);
    expect(played.passed).toBe(false);
  });
});

describe('a goal', () => {
  it.each([
    ['at most, and is', atMost(5, ['f', 5]), true],
    ['at most, and is more', atMost(5, ['f', 5.001]), false],
    ['at least, and is', atLeast(5, ['f', 5]), true],
    ['at least, and is less', atLeast(5, ['f', 4]), false],
    ['exactly, and is', exactly(5, ['f', 5]), true],
    ['exactly, and is not', exactly(5, ['f', 6]), false],
    ['at most, of what did not happen', atMost(5, ['f', null]), false],
  ])('%s', (_what, goal, held) => {
    expect(goal.held).toBe(held);
  });
});

it('has a name of its own for each load', () => {
  const names = LOADS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
