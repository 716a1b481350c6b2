import { groupLines, groupText, patternOf, type LineGroup } from './line-groups';
import { LANES, type Lane, type Line, type ServingPoint, type Track } from './line';
import { markup, type Markup } from './markup';
import { LABEL_GAP, placeLabels, type Mark, type Placed } from './place-labels';
import { servingBar, servingCurve, type Piece, type Place } from './serving-picture';
import { hatching } from './shapes';
import { momentText } from './span-text';
import { tickText, ticksOf, timeScale, type TimeScale } from './time-scale';

/** What a timeline's picture is drawn from; all times in seconds from its zero. */
export interface Picture {
  readonly title: string;
  /** What it says, for those who hear it. */
  readonly described: string;
  readonly range: { readonly from: number; readonly to: number };
  readonly lines: readonly Line[];
  /** One or several instances; where they are too many for a bar each, the worst have one. */
  readonly tracks: readonly Track[];
  /** How many of all serve; shown where there is more than one. */
  readonly serving: readonly ServingPoint[];
}

const WIDTH = 1_080;
const LEFT = 118;
const RIGHT = WIDTH - 14;
const AXIS = 30;
const ROW = 20;
const ROWS = 7;
const PADDING = 10;
/** Longer labels are cut; the table beside the picture has them whole. */
const LABEL = 64;
/** What fits beside the picture. */
const LANE_NAME = 15;
/** More instances than this share a curve; the worst of them have a bar as well. */
const MOST_BARS = 12;
const WORST_BARS = 6;

/** What is drawn first where room is short. */
const WEIGHT: Readonly<Record<Line['kind'], number>> = {
  aws: 0,
  alert: 0,
  server: 0,
  decision: 0,
  call: 1,
  event: 1,
  lambda: 2,
};

/** What lies in the drawn part of a lane, the weightiest first. */
function drawnGroups(lines: readonly Line[], lane: Lane, scale: TimeScale): readonly LineGroup[] {
  return groupLines(lines.filter((line) => line.lane === lane))
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

const cut = (text: string, most = LABEL): string =>
  [...text].length <= most ? text : `${[...text].slice(0, most - 1).join('')}…`;

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

function lanePiece(lines: readonly Line[], lane: Lane, { scale, top }: Place): Piece {
  const marks = marksOf(drawnGroups(lines, lane, scale), scale);
  const placed = placeLabels(marks, { right: RIGHT, rows: ROWS });
  const rows = Math.max(1, ...placed.map(({ row }) => row + 1));
  return {
    markup: markup`${placed.map((one) => labelled(lane, one, top))}`,
    height: rows * ROW + 2 * PADDING,
  };
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
  const full = name.length > LANE_NAME ? markup`<title>${name}</title>` : undefined;
  return markup`<line class="lane" x1="0" x2="${WIDTH}" y1="${top + height}" y2="${top + height}"/>
<text class="lane-name" x="0" y="${top + PADDING + 14}">${full}${cut(name, LANE_NAME)}</text>`;
}

/** How long an instance did not serve within the picture, in seconds. */
function troubled({ points }: Track, { to }: Pick<TimeScale, 'to'>): number {
  return points.reduce((sum, { at, serving }, index) => {
    const end = Math.min(to, points[index + 1]?.at ?? to);
    return serving > 0 ? sum : sum + Math.max(0, end - at);
  }, 0);
}

/** One lane of the picture; its piece has the padding above and below within. */
interface Band {
  readonly name: string;
  readonly draw: (place: Place) => Piece;
}

function padded(draw: (place: Place) => Piece): (place: Place) => Piece {
  return ({ scale, top }) => {
    const inner = draw({ scale, top: top + PADDING });
    return { markup: inner.markup, height: inner.height + 2 * PADDING };
  };
}

/** Who served: a bar each, or a curve for all and a bar for the worst. */
function servingBands({ tracks, serving, range }: Picture): readonly Band[] {
  const bars = (some: readonly Track[]): readonly Band[] =>
    some.map((track) => ({
      name: tracks.length === 1 ? 'Server' : track.name,
      draw: padded((place) => servingBar(track, place)),
    }));
  if (tracks.length <= MOST_BARS) return bars(tracks);
  const worst = tracks.toSorted((one, other) => troubled(other, range) - troubled(one, range));
  const draw = padded((place) => servingCurve(serving, tracks.length, place));
  return [{ name: 'Servers', draw }, ...bars(worst.slice(0, WORST_BARS))];
}

/** What happened: a lane each for AWS, events, watchdog and alerts. */
function lineBands({ lines }: Picture): readonly Band[] {
  return LANES.filter(({ lane }) => lane !== 'server').map(({ lane, name }) => ({
    name,
    draw: (place) => lanePiece(lines, lane, place),
  }));
}

/** The timeline as an SVG: what happened, in lanes, and below it who served. */
export function timelinePicture(picture: Picture): Markup {
  const scale = timeScale(picture.range, { left: LEFT, right: RIGHT });
  const pieces: Markup[] = [];
  let top = AXIS;
  for (const { name, draw } of [...lineBands(picture), ...servingBands(picture)]) {
    const piece = draw({ scale, top });
    pieces.push(markup`${laneFrame(name, top, piece.height)}${piece.markup}`);
    top += piece.height;
  }
  return markup`<svg viewBox="0 0 ${WIDTH} ${top + 4}" role="img"
aria-labelledby="tl-title tl-desc">
<title id="tl-title">${picture.title}</title>
<desc id="tl-desc">${picture.described}</desc>
${hatching('hatch')}
${grid(scale, top)}${pieces}</svg>`;
}
