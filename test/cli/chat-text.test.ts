import { chatLines } from '../../cli/chat-text';
import { chatFigures } from './chat-fixture';

const text = (over: Parameters<typeof chatFigures>[0] = {}): string =>
  chatLines(chatFigures(over)).join('\n');

describe('what became of the chats', () => {
  it('stands beside the schedule and 2024', () => {
    expect(text()).toMatch(/this drill +hourly backfill +1 August 2024/);
    expect(text()).toMatch(/Chats open at the failure +97 +dropped/);
    expect(text()).toMatch(/In the workspace at the end +all, each once$/m);
    expect(text()).toMatch(/Agents out of step +none +30, 2 stay +shown ONLINE, were OFFLINE/);
    expect(text()).toMatch(/Backfill begins, after serving +2\.3 s +48 min 58 s$/m);
    expect(text()).toMatch(/Messages read for it +433 +310,187$/m);
  });

  it.each([
    [{ lost: 3, present: 2_050 }, /3 lost, 0 doubled/],
    [{ doubled: 2 }, /0 lost, 2 doubled/],
    [{ mismatches: 30, mismatchesGoneS: 2.6 }, /30, gone after 2\.6 s/],
    [{ mismatches: 30, mismatchesGoneS: null }, /30, not all mended/],
    [{ backfillStartS: null, backfillEndS: null }, /Backfill begins, after serving +– /],
  ])('never sounds better than it was: %j', (over, expected) => {
    expect(text(over)).toMatch(expected);
    expect(text()).not.toMatch(expected);
  });

  it('leaves out what was not played', () => {
    const line = (over: Parameters<typeof chatFigures>[0]): string | undefined =>
      chatLines(chatFigures(over)).find((one) => one.includes('Agents out of step'));
    expect(line({ hourly: { startS: 1, endS: 2, scanned: 3 } })).not.toContain('30');
    expect(line({})).toContain('30');
  });

  it('stays within a terminal of 100 columns', () => {
    expect(Math.max(...chatLines(chatFigures()).map(({ length }) => length))).toBeLessThan(101);
  });
});
