import type { Block, Section } from '../../report/document';
import { markup, type Markup } from '../../report/markup';
import { downBar, hatching } from '../../report/shapes';
import { spanText } from '../../report/span-text';
import { timeScale, type TimeScale } from '../../report/time-scale';
import type { DrillResult } from '../drill-result';
import { ORIGIN } from './origin';

const WIDTH = 460;
const BAR = 20;
/** A name, a bar and the first word under it. */
const ROW = 78;
/** A bar narrower than this has its label beside it. */
const ROOM = 190;

/** One of the two histories: how long nobody was served, and when the first word came. */
interface History {
  readonly name: string;
  readonly notServingS: number | null;
  readonly firstWordS: number | null;
  readonly word: string;
}

function historiesOf(result: DrillResult): readonly History[] {
  return [
    {
      name: ORIGIN.date,
      notServingS: ORIGIN.notServingS,
      firstWordS: ORIGIN.firstWordS,
      word: 'first word to customers',
    },
    {
      name: 'This drill',
      notServingS: result.servingS,
      firstWordS: result.firstAlertS,
      word: 'first alert to the operators',
    },
  ];
}

function historyRow(history: History, top: number, scale: TimeScale): Markup {
  const { name, notServingS, firstWordS, word } = history;
  const y = top + 19;
  const width = Math.max(3, scale.x(notServingS ?? scale.to) - scale.left);
  const length = notServingS === null ? 'not serving again' : `${spanText(notServingS)} down`;
  const [look, x] = width > ROOM ? ['on-bar', scale.left + 10] : ['label', scale.left + width + 8];
  const told =
    firstWordS === null
      ? undefined
      : firstWord(`${word}: ${spanText(firstWordS)}`, scale.x(firstWordS), y + BAR + 13);
  return markup`<text class="lane-name" x="0" y="${top + 12}">${name}</text>
${downBar({ x: scale.left, y, width, height: BAR }, 'hatch-2')}
<text class="${look}" x="${x}" y="${y + 14.5}">${length}</text>
${told}`;
}

/** A triangle below the bar, its label on the side that has room. */
function firstWord(label: string, x: number, y: number): Markup {
  const [at, anchor] = x < WIDTH / 2 ? [x + 12, 'start'] : [x - 12, 'end'];
  return markup`<path class="mark alerts" d="M${x} ${y - 7}l7 12h-14z"/>
<text class="label" x="${at}" y="${y + 4}" text-anchor="${anchor}">${label}</text>`;
}

function bars(histories: readonly History[], result: DrillResult): Block {
  const to = Math.max(ORIGIN.firstWordS, result.servingS ?? 0, result.firstAlertS ?? 0);
  const scale = timeScale({ from: 0, to }, { left: 8, right: WIDTH - 10 });
  const rows = histories.map((one, index) => historyRow(one, index * ROW, scale));
  const told = histories.map(
    (one) =>
      `${one.name}: ${spanText(one.notServingS)} without service, ${one.word} after ` +
      `${spanText(one.firstWordS)}.`,
  );
  const words = `Two bars on one scale of ${spanText(Math.round(to))}. ${told.join(' ')}`;
  const picture = markup`<svg viewBox="0 0 ${WIDTH} ${histories.length * ROW}" role="img"
aria-labelledby="cmp-title cmp-desc">
<title id="cmp-title">Without service: ${ORIGIN.date} and this drill</title>
<desc id="cmp-desc">${words}</desc>
${hatching('hatch-2')}
${rows}</svg>`;
  return { kind: 'drawing', picture, words };
}

/** The drill beside the outage that it plays again; nothing for any other drill. */
export function comparison(result: DrillResult): readonly Section[] {
  if (result.drill !== ORIGIN.drill) return [];
  const histories = historiesOf(result);
  const table: Block = {
    kind: 'table',
    columns: ['', 'Without service', 'First word'],
    rows: histories.map((one) => [
      one.name,
      spanText(one.notServingS),
      `${spanText(one.firstWordS)}, ${one.word}`,
    ]),
  };
  const text =
    `The figures of ${ORIGIN.date} are those of the post-mortem: 23 minutes of dropped chats, ` +
    '30 minutes to the first word to customers. The drill runs in a simulated account with the ' +
    'latencies that AWS publishes.';
  return [
    {
      heading: `Beside ${ORIGIN.date}`,
      blocks: [
        { kind: 'beside', left: bars(histories, result), right: table },
        { kind: 'note', text },
      ],
    },
  ];
}
