import { DRILLS, runDrill } from '../../sim/drills/index';
import { OUTAGE_DRILLS } from '../../sim/drills/outages';
import { drillSpread } from '../../sim/drills/spread';

/** Three days of virtual time are a quarter of a minute of ours, on a busy machine many. */
jest.setTimeout(600_000);

/** Seeds that every drill is played with here; `npm run drill -- NAME --seeds N` plays more. */
const SEEDS = [1, 2, 3];
/** Those that last for half a day or longer of virtual time have one: they take seconds each. */
const LONG_S = 6 * 3_600;

/** Those with hundreds of servers for hours have a file of their own. */
const QUICK = DRILLS.filter((drill) => !OUTAGE_DRILLS.includes(drill));

describe.each(QUICK)('drill $name: $title', ({ name, limitS }) => {
  it.each(limitS > LONG_S ? [1] : SEEDS)('holds with seed %i', async (seed) => {
    const { expectations, violations, passed, replay } = await runDrill(name, { seed });
    const broken = expectations.filter(({ held }) => !held).map(({ text }) => text);
    expect({ replay, broken, violations, passed }).toEqual({
      replay,
      broken: [],
      violations: [],
      passed: true,
    });
  });
});

describe('a drill', () => {
  it('gives the same figures for the same seed, and others for another', async () => {
    const [one, again, other] = [
      await runDrill('pod-23', { seed: 11 }),
      await runDrill('pod-23', { seed: 11 }),
      await runDrill('pod-23', { seed: 12 }),
    ];
    expect(JSON.stringify(again)).toBe(JSON.stringify(one));
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(one));
  });

  it('is refused when no drill has its name', async () => {
    await expect(runDrill('pod-24', { seed: 1 })).rejects.toThrow('No drill is called "pod-24".');
  });
});

describe('the origin incident over 50 seeds', () => {
  it('keeps its goals at the median and at the 99th percentile', async () => {
    const spread = await drillSpread('pod-23', { from: 1, seeds: 50 });
    const figure = (name: string) => spread.figures.find((one) => one.figure === name);
    expect(spread.failed).toEqual([]);
    expect(figure('start on the wire after `stopped`')?.median).toBeLessThanOrEqual(2);
    expect(figure('start on the wire after `stopped`')?.p99).toBeLessThanOrEqual(5);
    expect(figure('first alert after detection')?.most).toBeLessThanOrEqual(15);
    expect(figure('round trips to the start')?.most).toBe(2);
    expect(figure('messages')?.most).toBe(2);
    expect(figure('backfill begins after serving')?.most).toBeLessThanOrEqual(5);
    expect(figure('messages lost or doubled')?.most).toBe(0);
  });
});

describe('the list of drills', () => {
  it('names for each the drill that shows the opposite', () => {
    const names = DRILLS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, twin } of DRILLS) {
      expect(names).toContain(twin);
      expect(twin).not.toBe(name);
    }
  });
});
