import type { ServingPoint, Track } from './line';
import { markup, type Markup } from './markup';
import { capital } from './names-text';
import { downBar, upBar, type Box } from './shapes';
import { spanText } from './span-text';
import { round, type TimeScale } from './time-scale';

/** A part of the timeline's picture and how high it is. */
export interface Piece {
  readonly markup: Markup;
  readonly height: number;
}

/** Where a piece stands in the picture. */
export interface Place {
  readonly scale: TimeScale;
  readonly top: number;
}

const BAR = 26;
const CURVE = 120;
/** A bar narrower than this has no room for a word. */
const ROOM = 62;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly serving: number;
}

/** The step curve cut to the axis: what serves from when to when. */
export function stretchesOf(
  points: readonly ServingPoint[],
  { from, to }: Pick<TimeScale, 'from' | 'to'>,
): readonly Stretch[] {
  return points
    .map(({ at, serving }, index) => ({
      // Before the first point it was as at the first point.
      from: index === 0 ? from : Math.max(from, at),
      to: Math.min(to, points[index + 1]?.at ?? to),
      serving,
    }))
    .filter((stretch) => stretch.to > stretch.from);
}

/** Whether one instance serves: a bar with a word on each stretch that has room for it. */
export function servingBar({ points, trouble }: Track, { scale, top }: Place): Piece {
  const bars = stretchesOf(points, scale).map((one) => bar(one, trouble, { scale, top }));
  return { markup: markup`${bars}`, height: BAR };
}

function bar({ from, to, serving }: Stretch, trouble: string, { scale, top }: Place): Markup {
  const isUp = serving > 0;
  const x = scale.x(from);
  const box: Box = { x, y: top, width: round(scale.x(to) - x), height: BAR };
  const length = spanText(to - from);
  const label = isUp ? 'serving' : `${trouble}, ${length}`;
  const text =
    box.width < (isUp ? ROOM : 2 * ROOM)
      ? undefined
      : markup`<text class="on-bar" x="${x + 10}" y="${top + 17}">${label}</text>`;
  return markup`<g><title>${isUp ? 'Serving' : `${capital(trouble)} for ${length}`}</title>
${isUp ? upBar(box) : downBar(box, 'hatch')}${text}</g>`;
}

/** How many of many serve: the area under the curve serves, the hatched one above it does not. */
export function servingCurve(
  points: readonly ServingPoint[],
  instances: number,
  { scale, top }: Place,
): Piece {
  const stretches = stretchesOf(points, scale);
  const y = (count: number): number => round(top + CURVE - (count / instances) * CURVE);
  const steps = stretches
    .map(({ from, to, serving }) => `L${scale.x(from)} ${y(serving)}L${scale.x(to)} ${y(serving)}`)
    .join('');
  const x = scale.left;
  const area = `M${x} ${y(0)}${steps}L${scale.right} ${y(0)}Z`;
  const least = Math.min(instances, ...stretches.map(({ serving }) => serving));
  return {
    markup: markup`<g><title>How many of ${instances} instances serve; at least ${least}</title>
${downBar({ x, y: top, width: scale.right - x, height: CURVE }, 'hatch')}
<path class="up" d="${area}"/>
<text class="tick" x="${x - 8}" y="${top + 10}" text-anchor="end">${instances}</text>
<text class="tick" x="${x - 8}" y="${top + CURVE}" text-anchor="end">0</text></g>`,
    height: CURVE,
  };
}
