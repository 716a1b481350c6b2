import type { DrillResult } from '../drill-result';
import { markup, type Markup } from './markup';
import { ORIGIN } from './origin';
import { spanText } from './span-text';
import { timeScale, type TimeScale } from './time-scale';

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
  const [barTop, wordTop] = [top + 19, top + 19 + BAR + 13];
  const width = Math.max(3, scale.x(notServingS ?? scale.to) - scale.left);
  const length = notServingS === null ? 'not serving again' : `${spanText(notServingS)} down`;
  const isInside = width > ROOM;
  return markup`<text class="lane-name" x="0" y="${top + 12}">${name}</text>
<rect class="down" x="${scale.left}" y="${barTop}" width="${width}" height="${BAR}" rx="3"/>
<rect fill="url(#hatch-2)" x="${scale.left}" y="${barTop}" width="${width}" height="${BAR}" rx="3"/>
<text class="${isInside ? 'on-bar' : 'label'}" x="${scale.left + (isInside ? 10 : width + 8)}" y="${barTop + 14.5}">${length}</text>
${firstWordS === null ? undefined : firstWord(`${word}: ${spanText(firstWordS)}`, scale.x(firstWordS), wordTop)}`;
}

/** A triangle below the bar, its label on the side that has room. */
function firstWord(label: string, x: number, y: number): Markup {
  const isLeft = x < WIDTH / 2;
  return markup`<path class="mark alerts" d="M${x} ${y - 7}l7 12h-14z"/>
<text class="label" x="${isLeft ? x + 12 : x - 12}" y="${y + 4}" text-anchor="${isLeft ? 'start' : 'end'}">${label}</text>`;
}

function bars(histories: readonly History[], result: DrillResult): Markup {
  const to = Math.max(ORIGIN.firstWordS, result.servingS ?? 0, result.firstAlertS ?? 0);
  const scale = timeScale({ from: 0, to }, { left: 8, right: WIDTH - 10 });
  const rows = histories.map((one, index) => historyRow(one, index * ROW, scale));
  const told = histories.map(
    (one) =>
      `${one.name}: ${spanText(one.notServingS)} without service, ${one.word} after ` +
      `${spanText(one.firstWordS)}.`,
  );
  return markup`<svg viewBox="0 0 ${WIDTH} ${histories.length * ROW}" role="img" aria-labelledby="cmp-title cmp-desc">
<title id="cmp-title">Without service: ${ORIGIN.date} and this drill</title>
<desc id="cmp-desc">Two bars on one scale of ${spanText(Math.round(to))}. ${told.join(' ')}</desc>
<defs><pattern id="hatch-2" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" x2="0" y1="0" y2="7"/></pattern></defs>
${rows}</svg>`;
}

/** The drill beside the outage that it plays again; nothing for any other drill. */
export function comparison(result: DrillResult): Markup | undefined {
  if (result.drill !== ORIGIN.drill) return undefined;
  const histories = historiesOf(result);
  return markup`<section><h2>Beside ${ORIGIN.date}</h2>
<div class="beside"><div>${bars(histories, result)}</div>
<table><thead><tr><th scope="col"></th><th scope="col">Without service</th><th scope="col">First word</th></tr></thead>
<tbody>${histories.map(
    (one) =>
      markup`<tr><th scope="row">${one.name}</th><td>${spanText(one.notServingS)}</td><td>${spanText(one.firstWordS)}, ${one.word}</td></tr>`,
  )}</tbody></table></div>
<p class="note">The figures of ${ORIGIN.date} are those of the post-mortem: 23 minutes of dropped chats, 30 minutes to the first word to customers. The drill runs in a simulated account with the latencies that AWS publishes.</p></section>`;
}
