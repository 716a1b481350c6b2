import type { DrillResult } from '../drill-result';
import { comparison } from './comparison';
import { markup, styleElement, type Markup } from './markup';
import {
  callsSection,
  decisionsSection,
  keyFigures,
  messagesSection,
  outcomeSection,
  timelineTable,
} from './sections';
import { momentText, spanText } from './span-text';
import { STYLE } from './style';
import { drawnRange, timelinePicture } from './timeline-picture';

/** Nothing may be loaded or run, should a text from outside ever slip through the escaping. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function heading(result: DrillResult): Markup {
  const { title, description, seed, drill, passed, startedAt, instances } = result;
  const [who, first] =
    instances === 1 ? ['One instance', 'server'] : [`${instances} instances`, 'first server'];
  return markup`<header><p class="kicker">LiveChat Watchdog, drill ${drill}, seed ${seed}</p>
<h1>${title}</h1>
<p><span class="badge ${passed ? 'good' : 'bad'}">${passed ? '✓ Passed' : '✗ Failed'}</span></p>
<p>${description}</p>
<p class="soft">${who} in a simulated AWS account. Times count from
${startedAt.slice(0, 19).replace('T', ' ')} UTC, when the ${first} stopped serving.</p></header>`;
}

/** What happens after the drawn part, in words under the picture. */
function afterwards(result: DrillResult): Markup | undefined {
  const { to } = drawnRange(result);
  const later = [
    { name: 'Recovered', at: result.recoveredS },
    { name: 'Incident closed', at: result.resolvedS },
    { name: 'End of the drill', at: result.endedS },
  ].filter(({ at }) => at !== null && at > to);
  if (later.length === 0) return undefined;
  const told = later.map(({ name, at }) => `${name} at ${momentText(at ?? 0)}`).join(', ');
  const end = spanText(Math.round(to));
  return markup`<p class="note">The picture ends at ${end}. After it: ${told}.</p>`;
}

function timelineSection(result: DrillResult): Markup {
  return markup`<section><h2>Timeline</h2>
<div class="picture wide" tabindex="0" role="group"
aria-label="Timeline, scrolls sideways on a small screen">${timelinePicture(result)}</div>
${afterwards(result)}${timelineTable(result)}</section>`;
}

/**
 * The report of a drill: one self-contained HTML page without scripts, made of the result alone,
 * so that the same run gives the same page.
 */
export function reportHtml(result: DrillResult): string {
  const { drill, seed, passed, replay } = result;
  const page = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${drill}, seed ${seed}: ${passed ? 'passed' : 'failed'} - LiveChat Watchdog</title>
${styleElement(STYLE)}</head>
<body><main>${heading(result)}${keyFigures(result)}
${comparison(result)}
${timelineSection(result)}
${messagesSection(result)}
${decisionsSection(result)}
${outcomeSection(result)}
${callsSection(result)}
<section><h2>Play it again</h2><p>The same seed gives the same run, to the millisecond.</p>
<pre>${replay}</pre></section>
</main></body></html>
`;
  return page.text;
}
