import type { DrillResult, Lane, TimelineLine } from '../drill-result';
import { groupLines, groupText, patternOf, type LineGroup } from './line-groups';
import { markup, type Markup } from './markup';
import { LABEL_GAP, placeLabels, type Mark, type Placed } from './place-labels';
import { servingPiece, type Piece } from './serving-picture';
import { hatching } from './shapes';
import { momentText, spanText } from './span-text';
import { tickText, ticksOf, timeScale, type TimeScale } from './time-scale';

const WIDTH = 1_080;
const LEFT = 118;
const RIGHT = WIDTH - 14;
const AXIS = 30;
const ROW = 20;
const ROWS = 7;
const PADDING = 10;
/** Longer labels are cut; the table beside the picture has them whole. */
const LABEL = 64;

/** The lanes with their heading, from top to bottom. */
export const LANES: readonly { readonly lane: Lane; readonly name: string }[] = [
  { lane: 'aws', name: 'AWS, EC2' },
  { lane: 'events', name: 'Events' },
  { lane: 'watchdog', name: 'Watchdog' },
  { lane: 'alerts', name: 'Alerts' },
  { lane: 'server', name: 'Server' },
];

/**
 * The part of the drill that is drawn: until it serves again and a little longer, for the minutes
 * of checks after that would press the seconds that matter into a corner.
 */
export function drawnRange(result: DrillResult): { readonly from: number; readonly to: number } {
  const known = [result.startIssuedS, result.firstAlertS, result.servingS, result.stoppedS];
  const moments = known.filter((at) => at !== null);
  const decisive = result.servingS ?? Math.max(...result.alerts.map(({ at }) => at), ...moments, 1);
  const full = result.instances > 1 ? lastChange(result) : 0;
  const to = Math.min(Math.max(decisive, full, 5) * 1.18, Math.max(result.endedS, 5));
  return { from: -to * 0.05, to };
}

function lastChange({ serving, instances }: DrillResult): number {
  return serving.find(({ at, serving: count }) => at > 0 && count === instances)?.at ?? 0;
}

/** What is drawn first where room is short. */
const WEIGHT: Readonly<Record<TimelineLine['kind'], number>> = {
  aws: 0,
  alert: 0,
  server: 0,
  decision: 0,
  call: 1,
  event: 1,
  lambda: 2,
};

/** What lies in the drawn part of a lane, the weightiest first. */
function drawnGroups(result: DrillResult, lane: Lane, scale: TimeScale): readonly LineGroup[] {
  return groupLines(result.timeline.filter((line) => line.lane === lane))
    .filter(({ first }) => first.at >= scale.from && first.at <= scale.to)
    .toSorted((one, other) => weightOf(one) - weightOf(other));
}

/** Status checks change by the dozen around each boot: the changes of state go before them. */
function weightOf({ first }: LineGroup): number {
  return WEIGHT[first.kind] + (first.text.includes('status check') ? 1 : 0);
}

/** A mark for each; what says the same again gets no label of its own, but for alerts. */
function marksOf(groups: readonly LineGroup[], scale: TimeScale): readonly Mark[] {
  const seen = new Set<string>();
  const marks = groups.map((group) => {
    const { first } = group;
    const pattern = patternOf(first);
    const isRepeated = seen.has(pattern) && first.kind !== 'alert';
    seen.add(pattern);
    const title = `${momentText(first.at)}  ${groupText(group)}`;
    const label = isRepeated ? '' : cut(`${momentText(first.at)}  ${shortText(groupText(group))}`);
    return { x: scale.x(first.at), label, title };
  });
  return marks.toSorted((one, other) => Number(one.label === '') - Number(other.label === ''));
}

/** Names without what only a search needs: ARNs as their last part, one server without its id. */
function shortText(text: string): string {
  return text
    .replace(/\barn:[^\s]*[/:]([^\s/:]+)/g, '$1')
    .replace(/\bi-[0-9a-f]{8,17}\b/g, 'the server')
    .replace('EC2 Instance State-change Notification', 'state change');
}

const cut = (text: string): string =>
  [...text].length <= LABEL ? text : `${[...text].slice(0, LABEL - 1).join('')}…`;

function marker(lane: Lane, x: number, y: number): Markup {
  switch (lane) {
    case 'aws':
      return markup`<rect class="mark aws" x="${x - 4.5}" y="${y - 4.5}" width="9" height="9"/>`;
    case 'events':
      return markup`<path class="mark events" d="M${x} ${y - 6}l6 6l-6 6l-6 -6z"/>`;
    case 'watchdog':
      return markup`<circle class="mark watchdog" cx="${x}" cy="${y}" r="5"/>`;
    case 'alerts':
      return markup`<path class="mark alerts" d="M${x} ${y - 6}l6 11h-12z"/>`;
    case 'server':
      return markup`<circle class="mark server" cx="${x}" cy="${y}" r="5"/>`;
  }
}

function labelled(lane: Lane, { x, label, title, row, side }: Placed, top: number): Markup {
  const y = top + PADDING + row * ROW + ROW / 2;
  const at = side === 'right' ? x + LABEL_GAP : x - LABEL_GAP;
  const anchor = side === 'right' ? 'start' : 'end';
  const text =
    label === ''
      ? undefined
      : markup`<text class="label" x="${at}" y="${y + 4}" text-anchor="${anchor}">${label}</text>`;
  return markup`<g><title>${title}</title>${marker(lane, x, y)}${text}</g>`;
}

function lanePiece(result: DrillResult, lane: Lane, by: { scale: TimeScale; top: number }): Piece {
  const { scale, top } = by;
  const marks = marksOf(drawnGroups(result, lane, scale), scale);
  const placed = placeLabels(marks, { right: RIGHT, rows: ROWS });
  const rows = Math.max(1, ...placed.map(({ row }) => row + 1));
  return {
    markup: markup`${placed.map((one) => labelled(lane, one, top))}`,
    height: rows * ROW + 2 * PADDING,
  };
}

function serverPiece(result: DrillResult, by: { scale: TimeScale; top: number }): Piece {
  const inner = servingPiece(result, by.scale, by.top + PADDING);
  return { markup: inner.markup, height: inner.height + 2 * PADDING };
}

function grid(scale: TimeScale, bottom: number): Markup {
  const lines = ticksOf(scale).map((at) => {
    const x = scale.x(at);
    const look = at === 0 ? 'zero' : 'grid';
    return markup`<line class="${look}" x1="${x}" x2="${x}" y1="${AXIS - 6}" y2="${bottom}"/>
<text class="tick" x="${x}" y="${AXIS - 12}" text-anchor="middle">${tickText(at, scale)}</text>`;
  });
  return markup`${lines}`;
}

function laneFrame(name: string, top: number, height: number): Markup {
  return markup`<line class="lane" x1="0" x2="${WIDTH}" y1="${top + height}" y2="${top + height}"/>
<text class="lane-name" x="0" y="${top + PADDING + 14}">${name}</text>`;
}

/** What the picture says, for those who hear it. */
function described(result: DrillResult, scale: TimeScale): string {
  const { servingS, firstAlertS, startIssuedS, instances } = result;
  const many = instances > 1 ? `${instances} instances. ` : '';
  return (
    `${many}Time runs from left to right, from ${spanText(Math.round(scale.from))} to ` +
    `${spanText(Math.round(scale.to))}; zero is when the server stopped serving. First alert: ` +
    `${spanText(firstAlertS)}. Start requested: ${spanText(startIssuedS)}. Serving again: ` +
    `${spanText(servingS)}. The table below the picture lists every step.`
  );
}

/** The timeline as an SVG: a lane each for AWS, events, watchdog and alerts, and who serves. */
export function timelinePicture(result: DrillResult): Markup {
  const scale = timeScale(drawnRange(result), { left: LEFT, right: RIGHT });
  const pieces: Markup[] = [];
  let top = AXIS;
  for (const { lane, name } of LANES) {
    const by = { scale, top };
    const piece = lane === 'server' ? serverPiece(result, by) : lanePiece(result, lane, by);
    pieces.push(markup`${laneFrame(name, top, piece.height)}${piece.markup}`);
    top += piece.height;
  }
  return markup`<svg viewBox="0 0 ${WIDTH} ${top + 4}" role="img"
aria-labelledby="tl-title tl-desc">
<title id="tl-title">Timeline of the drill ${result.drill}</title>
<desc id="tl-desc">${described(result, scale)}</desc>
${hatching('hatch')}
${grid(scale, top)}${pieces}</svg>`;
}
