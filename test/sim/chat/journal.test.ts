import { after, before, hours, instant, seconds } from '../../../lambda/core/time';
import { JournalModel } from '../../../sim/chat/journal';
import { createRandom } from '../../../sim/random';

const START = instant(Date.parse('2024-08-01T12:05:00Z'));
const at = (elapsedS: number): typeof START => after(START, seconds(elapsedS));

function journal(): JournalModel {
  const made = new JournalModel(START, {
    stream: createRandom(1).stream('test'),
    perMinute: 100,
  });
  made.add([1, 2, 2, 3].map((elapsedS, index) => ({ at: at(elapsedS), id: `m${index + 1}` })));
  return made;
}

describe('a window of the journal', () => {
  it.each([
    ['all', 0, 10, ['m1', 'm2', 'm3', 'm4']],
    ['from a time on, which belongs to it', 2, 10, ['m2', 'm3', 'm4']],
    ['up to a time, which does not', 0, 3, ['m1', 'm2', 'm3']],
    ['nothing', 4, 10, []],
  ])('holds %s', (_, from, to, ids) => {
    const { lines, older } = journal().window(at(from), at(to));
    expect(lines.map(({ id }) => id)).toEqual(ids);
    expect(older).toBe(0);
  });

  it('counts what is from before the run, by the minute', () => {
    const day = journal().window(before(START, hours(24)), START);
    expect(day.lines).toEqual([]);
    expect(day.older).toBeGreaterThan(24 * 60 * 98);
    expect(day.older).toBeLessThan(24 * 60 * 102);
    const hour = journal().window(before(START, hours(1)), at(10));
    expect(hour.lines).toHaveLength(4);
    expect(Math.abs(hour.older - 6_000)).toBeLessThan(600);
  });
});
