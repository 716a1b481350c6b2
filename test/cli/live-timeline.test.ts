import { createLiveTimeline } from '../../cli/live-timeline';
import type { TimelineLine } from '../../sim/drill-result';
import { collector } from './console';
import { zoneResult } from './drill-fixture';

function printed(lines: readonly TimelineLine[]): readonly string[] {
  const { terminal, out } = collector('/');
  const live = createLiveTimeline(terminal);
  lines.forEach(live.add);
  live.end();
  return out().split('\n');
}

const call = (at: number, text: string): TimelineLine => ({
  at,
  lane: 'watchdog',
  kind: 'call',
  text,
});

test('each line with its time and kind, in order', () => {
  expect(printed([call(0.5, 'DescribeInstances'), call(3_700, 'StartInstances')])).toEqual([
    '   0:00.5  call     DescribeInstances',
    '  1:01:40  call     StartInstances',
  ]);
});

test('two hundred servers that stop within a second are one line', () => {
  expect(printed(zoneResult(200).timeline)[0]).toBe(
    '   0:00.0  server   stops serving (and 199 more like it)',
  );
});

test('what repeats is left out after a while, and counted', () => {
  const lines = Array.from({ length: 10 }, (_, n) => call(n * 4, 'DescribeInstances'));
  expect(printed(lines)).toHaveLength(4);
  expect(printed(lines).at(-1)).toContain('(7 lines that repeat others are left out)');
});

test('an alert is never left out', () => {
  const lines = Array.from({ length: 20 }, (_, n) => ({
    ...call(n * 60, '[critical] no capacity'),
    lane: 'alerts' as const,
    kind: 'alert' as const,
  }));
  expect(printed(lines)).toHaveLength(20);
});
