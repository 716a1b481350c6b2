import { instant, type Instant } from '../../lambda/core/time';
import { Timeline, type Pace } from '../../sim/time';

const START = instant(Date.parse('2024-08-01T12:00:00Z'));
const at = (seconds: number): Instant => instant(START + seconds * 1_000);

/** A clock that goes on when somebody waits for it, or to where a happening outside interrupts. */
function pace(outside: readonly (readonly [seconds: number, happens: () => void])[] = []) {
  let now: number = START;
  const waits: number[] = [];
  const left = [...outside];
  const real: Pace = {
    now: () => instant(now),
    until: async (moment) => {
      const next = left[0];
      waits.push((moment - START) / 1_000);
      if (next === undefined || at(next[0]) > moment) now = moment;
      else {
        left.shift();
        now = at(next[0]);
        next[1]();
      }
    },
  };
  return { real, waits, elapsedS: () => (now - START) / 1_000 };
}

describe('virtual time at a pace', () => {
  it('waits for the moment of each act, and for the limit', async () => {
    const timeline = new Timeline(START);
    const { real, waits, elapsedS } = pace();
    const seen: number[] = [];
    timeline.after(2_000, () => seen.push(elapsedS()));
    timeline.after(5_000, () => seen.push(elapsedS()));
    expect(await timeline.run(at(9), undefined, real)).toBe('idle');
    expect(seen).toEqual([2, 5]);
    expect(waits).toEqual([2, 5, 9]);
  });

  it('without one it waits for nothing', async () => {
    const timeline = new Timeline(START);
    const { elapsedS } = pace();
    timeline.after(2_000, () => undefined);
    await timeline.run(at(9));
    expect(elapsedS()).toBe(0);
  });

  it('takes up what happens outside before what is planned for later', async () => {
    const timeline = new Timeline(START);
    const seen: string[] = [];
    const note = (what: string) => () =>
      seen.push(`${what} at ${(timeline.now() - START) / 1_000}`);
    const { real } = pace([[3, () => timeline.at(at(3), note('outside'))]]);
    timeline.after(5_000, note('planned'));
    await timeline.run(at(9), undefined, real);
    expect(seen).toEqual(['outside at 3', 'planned at 5']);
  });

  it('takes it up also when nothing at all is planned', async () => {
    const timeline = new Timeline(START);
    let hasHappened = false;
    const { real } = pace([[4, () => timeline.at(at(4), () => (hasHappened = true))]]);
    expect(await timeline.run(at(9), () => hasHappened, real)).toBe('condition');
    expect(timeline.now()).toBe(at(4));
  });

  it('makes up at once for acts whose moment has passed', async () => {
    const timeline = new Timeline(START);
    const late: Pace = { now: () => at(60), until: async () => undefined };
    const seen: number[] = [];
    for (const second of [1, 2, 3]) {
      timeline.at(at(second), () => seen.push((timeline.now() - START) / 1_000));
    }
    await timeline.run(at(10), undefined, late);
    expect(seen).toEqual([1, 2, 3]);
  });
});
