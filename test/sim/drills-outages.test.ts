import { runDrill } from '../../sim/drills/index';
import { OUTAGE_DRILLS } from '../../sim/drills/outages';

/** Hundreds of servers for hours of virtual time: minutes of ours. */
jest.setTimeout(900_000);

describe.each(OUTAGE_DRILLS)('outage $name: $title', ({ name }) => {
  it('holds with seed 1', async () => {
    const { expectations, violations, passed, replay } = await runDrill(name, { seed: 1 });
    const broken = expectations.filter(({ held }) => !held).map(({ text }) => text);
    expect({ replay, broken, violations, passed }).toEqual({
      replay,
      broken: [],
      violations: [],
      passed: true,
    });
  });
});
