import type { DrillResult } from '../drill-result';
import { markup, type Markup } from './markup';
import { ORIGIN } from './origin';
import { spanText } from './span-text';
import { timeScale, type TimeScale } from './time-scale';

const WIDTH = 720;
const HEIGHT = 132;
const BAR = 24;

/** One of the two histories: how long nobody was served, and when the first word came. */
interface History {
  readonly name: string;
  readonly notServingS: number | null;
  readonly firstWordS: number | null;
  readonly word: string;
}

/** How long the server did not serve; undefined when it did not come back. */
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

function historyBar(history: History, top: number, { scale, to }: Axis): Markup {
  const { name, notServingS, firstWordS, word } = history;
  const end = scale.x(notServingS ?? to);
  const length = notServingS === null ? 'not serving again' : spanText(notServingS);
  const width = Math.max(2, end - scale.left);
  const isShort = width < 240;
  const label = `${length} without service`;
  return markup`<text class="lane-name" x="0" y="${top - 8}">${name}</text>
<rect class="down" x="${scale.left}" y="${top}" width="${width}" height="${BAR}" rx="3"/>
<rect fill="url(#hatch-2)" x="${scale.left}" y="${top}" width="${width}" height="${BAR}" rx="3"/>
<text class="${isShort ? 'label' : 'on-bar'}" x="${isShort ? end + 22 : scale.left + 12}" y="${top + 16}">${label}${
    isShort && firstWordS !== null ? `; ${word} after ${spanText(firstWordS)}` : ''
  }</text>
${
  firstWordS === null
    ? ''
    : markup`<g><title>${word} after ${spanText(firstWordS)}</title><path class="mark alerts" d="M${scale.x(firstWordS)} ${top + BAR / 2 - 8}l8 14h-16z"/></g>
${isShort ? '' : markup`<text class="label" x="${scale.x(firstWordS)}" y="${top + BAR + 16}" text-anchor="end">${word}: ${spanText(firstWordS)}</text>`}`
}`;
}

interface Axis {
  readonly scale: TimeScale;
  readonly to: number;
}

function bars(histories: readonly History[], result: DrillResult): Markup {
  const to = Math.max(ORIGIN.firstWordS, result.servingS ?? 0, result.firstAlertS ?? 0) * 1.02;
  const scale = timeScale({ from: 0, to }, { left: 0, right: WIDTH - 12 });
  const drawn = histories.map((one, index) => historyBar(one, 24 + index * 74, { scale, to }));
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="cmp-title cmp-desc">
<title id="cmp-title">Without service: ${ORIGIN.date} and this drill</title>
<desc id="cmp-desc">Two bars on one scale of ${spanText(Math.round(to))}. ${histories
    .map((one) => `${one.name}: ${spanText(one.notServingS)} without service, ${one.word} after ${spanText(one.firstWordS)}.`)
    .join(' ')}</desc>
<defs><pattern id="hatch-2" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" x2="0" y1="0" y2="7"/></pattern></defs>
${drawn}</svg>`;
}

/** The drill beside the outage that it plays again; nothing for any other drill. */
export function comparison(result: DrillResult): Markup | undefined {
  if (result.drill !== ORIGIN.drill) return undefined;
  const histories = historiesOf(result);
  return markup`<section><h2>Beside ${ORIGIN.date}</h2>
<div class="picture" tabindex="0" role="group" aria-label="Comparison">${bars(histories, result)}</div>
<table><thead><tr><th scope="col"></th><th scope="col">Without service</th><th scope="col">First word</th></tr></thead>
<tbody>${histories.map(
    (one) =>
      markup`<tr><th scope="row">${one.name}</th><td>${spanText(one.notServingS)}</td><td>${spanText(one.firstWordS)}, ${one.word}</td></tr>`,
  )}</tbody></table>
<p class="note">The figures of ${ORIGIN.date} are those of the post-mortem: 23 minutes of dropped chats, 30 minutes to the first word to customers. The drill runs in a simulated account with the latencies that AWS publishes.</p></section>`;
}
