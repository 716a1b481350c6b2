import { groupLines, groupText } from '../../report/line-groups';
import { escapeText, markup, styleElement } from '../../report/markup';
import { placeLabels, type Mark } from '../../report/place-labels';
import { stretchesOf } from '../../report/serving-picture';
import { momentText, spanText } from '../../report/span-text';
import { tickText, ticksOf, timeScale } from '../../report/time-scale';
import type { TimelineLine } from '../../sim/drill-result';

test.each([
  [null, '–'],
  [0, '0 s'],
  [0.84, '0.8 s'],
  [59.94, '59.9 s'],
  [59.97, '1 min'],
  [61.2, '1 min 1 s'],
  [3_599.8, '1 h'],
  [46_980, '13 h 3 min'],
  [-4.2, '-4.2 s'],
])('a span of %s: %s', (seconds, text) => expect(spanText(seconds)).toBe(text));

test.each([
  [0, '0:00.0'],
  [-0.01, '0:00.0'],
  [-4.2, '-0:04.2'],
  [59.97, '1:00.0'],
  [751, '12:31.0'],
  [3_723, '1:02:03'],
])('the moment %s: %s', (seconds, text) => expect(momentText(seconds)).toBe(text));

describe('markup', () => {
  test('text is escaped, markup is not, nothing is nothing', () => {
    expect(
      markup`<p title="${'"'}">${'<&>'}${markup`<b>${1}</b>`}${undefined}${['a', '<']}</p>`.text,
    ).toBe('<p title="&quot;">&lt;&amp;&gt;<b>1</b>a&lt;</p>');
  });

  test('what cannot be printed, or turns a line around, is shown as such', () => {
    expect(escapeText('a\u0000b\u202ec\nd')).toBe('a\u{fffd}b\u{fffd}c\nd');
  });

  test('a style sheet cannot end its element', () => {
    expect(() => styleElement('</style>')).toThrow('holds no "<"');
  });
});

describe('groups of lines', () => {
  const line = (at: number, text: string): TimelineLine => ({ at, lane: 'aws', kind: 'aws', text });

  test('same second, same words, other instances: one', () => {
    const groups = groupLines([line(1.1, 'pod-1 stops'), line(1.9, 'pod-2 stops')]);
    expect(groups.map(groupText)).toEqual(['pod-1 stops (and 1 more like it)']);
  });

  test.each([
    ['another second', [line(1.1, 'pod-1 stops'), line(2.1, 'pod-2 stops')]],
    ['other words', [line(1.1, 'pod-1 stops'), line(1.2, 'pod-1 starts')]],
    ['another lane', [line(1.1, 'x'), { ...line(1.1, 'x'), lane: 'server' as const }]],
  ])('%s: two', (_name, lines) => expect(groupLines(lines)).toHaveLength(2));
});

describe('labels', () => {
  const mark = (x: number, label = 'label'): Mark => ({ x, label, title: label });
  const room = { right: 1_000, rows: 2 };

  test('side by side on one row, overlapping on two', () => {
    expect(placeLabels([mark(0), mark(500)], room).map(({ row }) => row)).toEqual([0, 0]);
    expect(placeLabels([mark(0), mark(10)], room).map(({ row }) => row)).toEqual([0, 1]);
  });

  test('no row has room for the label: the marker stands alone; nor for that: left out', () => {
    const long = 'x'.repeat(40);
    expect(
      placeLabels([mark(0, long), mark(100, long), mark(400)], { right: 1_000, rows: 1 }),
    ).toMatchObject([{ label: long }, { label: 'label' }]);
    expect(placeLabels([mark(200), mark(180, long)], { right: 1_000, rows: 1 })).toMatchObject([
      { label: 'label' },
      { label: '' },
    ]);
  });

  test('near the right end the label stands to the left', () => {
    expect(placeLabels([mark(990)], room)).toMatchObject([{ side: 'left' }]);
  });
});

describe('the axis', () => {
  test.each([
    [0, 72, [0, 10, 20, 30, 40, 50, 60, 70]],
    [-3, 12, [-2, 0, 2, 4, 6, 8, 10, 12]],
    [0, 46_980, [0, 7_200, 14_400, 21_600, 28_800, 36_000, 43_200]],
  ])('%s to %s s has round ticks', (from, to, ticks) =>
    expect(ticksOf({ from, to })).toEqual(ticks),
  );

  test.each([
    [0, 72, '0'],
    [30, 72, '30 s'],
    [300, 1_200, '5 min'],
    [7_200, 46_980, '2 h'],
  ])('%s s on an axis to %s s reads %s', (at, to, text) => expect(tickText(at, { to })).toBe(text));

  test('a moment beyond the ends lies at the end', () => {
    const { x } = timeScale({ from: 0, to: 10 }, { left: 100, right: 200 });
    expect([x(-5), x(5), x(99)]).toEqual([100, 150, 200]);
  });
});

test('the serving curve is cut to the axis, and holds before its first point', () => {
  const points = [
    { at: 0, serving: 0 },
    { at: 60, serving: 1 },
    { at: 900, serving: 0 },
  ];
  expect(stretchesOf(points, { from: -3, to: 70 })).toEqual([
    { from: -3, to: 60, serving: 0 },
    { from: 60, to: 70, serving: 1 },
  ]);
});
