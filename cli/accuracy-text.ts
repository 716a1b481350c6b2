import type { Fault } from '../sim/accuracy-judge';
import type { Accuracy, Figures, Spread } from '../sim/accuracy-figures';
import type { Label } from '../sim/scenarios/scenario';
import type { Told } from '../sim/told';
import type { Colors } from './terminal';

const HEAD = ['kind', 'runs', 'pages right', 'calls made', 'messages', 'first alert', 'wrong'];
const WIDTHS = [16, 6, 13, 12, 10, 16, 7];

const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${part}/${whole}`);

const spreadCell = (spread: Spread | null): string =>
  spread === null ? '–' : `${spread.median.toFixed(1)} / ${spread.p99.toFixed(1)} s`;

function row(name: string, figures: Figures): readonly string[] {
  const { runs, pages, rightPages, shouldPage, paged, messages, faultless } = figures;
  return [
    name,
    String(runs),
    share(rightPages, pages),
    share(paged, shouldPage),
    String(messages),
    spreadCell(figures.firstAlertS),
    String(runs - faultless),
  ];
}

const line = (cells: readonly string[]): string =>
  cells
    .map((text, index) =>
      index === 0 ? text.padEnd(WIDTHS[0] ?? 0) : text.padStart(WIDTHS[index] ?? 0),
    )
    .join('');

const percent = (part: number, whole: number): string =>
  whole === 0 ? 'none' : `${part} of ${whole} (${((part / whole) * 100).toFixed(1)} %)`;

const counts = (pairs: Figures['ordinary'], what: string): string =>
  pairs.length === 0
    ? 'none'
    : pairs.map(([messages, times]) => `${messages} in ${times} ${what}`).join(', ');

const seconds = (spread: Spread | null): string =>
  spread === null
    ? 'none'
    : `median ${spread.median} s, 99th percentile ${spread.p99} s, most ${spread.most} s`;

function summary(all: Figures): readonly string[] {
  return [
    `Pages that were right           ${percent(all.rightPages, all.pages)}`,
    `Calls for a person that came    ${percent(all.paged, all.shouldPage)}`,
    `Pages repeated, unacknowledged  ${all.repeats}`,
    `Incidents told                  ${percent(all.told, all.incidents)}`,
    `First alert after detection     ${seconds(all.firstAlertS)}`,
    `  after it began                ${seconds(all.sinceBeganS)}`,
    `  with own parts failing        ${seconds(all.impededAlertS)}`,
    `Messages, ordinary recovery     ${counts(all.ordinary, 'recoveries')}`,
    `Messages, any incident alone    ${counts(all.messagesAnIncident, 'incidents')}`,
  ];
}

/** What many scenarios came to: a table by kind, the figures, the goals, and what was wrong. */
export function accuracyText(accuracy: Accuracy, colors: Colors): string {
  const { scenarios, seeds, from, families, all, goals, wrong } = accuracy;
  const which = seeds === 1 ? `seed ${from}` : `seeds ${from} to ${from + seeds - 1}`;
  return [
    `${colors.bold('Accuracy')}  ${scenarios} scenarios in the simulated account, ${which}`,
    '',
    colors.dim(line(HEAD)),
    ...families.map(({ family, figures }) => line(row(family, figures))),
    line(row('all', all)),
    '',
    ...summary(all),
    '',
    ...goals.map(({ goal, held }) =>
      held ? `${colors.green('held')}    ${goal}` : `${colors.red('MISSED')}  ${goal}`,
    ),
    ...(wrong.length === 0 ? [] : ['', colors.bold('What was wrong, and how to see it again')]),
    ...wrong.flatMap(({ replay, faults }) => [replay, ...faults.map(faultLine)]),
  ].join('\n');
}

const faultLine = ({ kind, text }: Fault): string => `  ${kind}: ${text}`;

const moment = (second: number | 'never'): string =>
  second === 'never'
    ? 'not demanded'
    : Number.isFinite(second)
      ? `${Math.round(second)} s`
      : 'the end';

/** One scenario: what happened, what people should have heard, and what they heard. */
export function scenarioText(
  scenario: { readonly name: string; readonly title: string },
  { label, told }: { readonly label: Label; readonly told: readonly Told[] },
  colors: Colors,
): string {
  const { together } = label;
  return [
    `${colors.bold(scenario.name)}  ${scenario.title}`,
    colors.dim('Seconds count from the beginning of its story.'),
    '',
    colors.bold('The label'),
    ...label.episodes.slice(0, MOST_EPISODES).flatMap(episodeLines),
    ...(label.episodes.length > MOST_EPISODES
      ? [`  and ${label.episodes.length - MOST_EPISODES} more`]
      : []),
    ...(label.episodes.length === 0 ? ['  Nobody need hear anything.'] : []),
    ...(together === undefined ? [] : [`  Told as one: ${together.messages} messages are fair.`]),
    '',
    colors.bold('What people got'),
    ...told.map(toldLine),
    ...(told.length === 0 ? ['  nothing'] : []),
    '',
  ].join('\n');
}

/** The label of a storm has one episode a server. */
const MOST_EPISODES = 6;

function episodeLines({ instanceId, why, telling, page, messages }: Label['episodes'][number]) {
  const heard =
    telling.kind === 'at-once'
      ? `told at once, from ${moment(telling.detectableS)} on`
      : `quietly, as ${telling.loudest} at most`;
  const called =
    page === undefined
      ? 'no page at any time'
      : `a page is right from ${moment(page.fromS)} to ${moment(page.toS)}, ` +
        `and due by: ${moment(page.byS)}`;
  return [`  ${instanceId}: ${why}`, `    ${heard}; ${called}; ${messages} messages are fair`];
}

const toldLine = ({ at, severity, event, subject }: Told): string =>
  `${at.toFixed(1).padStart(9)} s  ${severity.padEnd(9)} ${event.padEnd(13)} ${subject}`;
