import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { length } from '../lambda/core/alert/format';
import { after, iso, seconds, type Duration } from '../lambda/core/time';
import { incidentDocument } from '../report/incident-document';
import { documentMarkdown } from '../report/markdown';
import type { IncidentReport } from '../report/model';
import { draftOf } from '../report/status-page/draft';
import { draftText } from '../report/status-page/draft-document';
import { statusFacts } from '../report/status-page/facts';
import { LANGUAGES, type Language } from '../report/status-page/languages';
import { STAGES } from '../report/status-page/texts';
import { runDrill } from '../sim/drills/index';
import { ORIGIN } from '../sim/report/origin';
import { fillBlocks, table } from './readme-blocks';
import { reportOfDrill } from './report-source';

const PAGE = join(__dirname, '..', 'docs', 'reports.md');

/** The page shows the run of this seed, with the clock of the people whose outage it was. */
const SEED = 1;
const TIME_ZONE = 'America/Los_Angeles';

/** docs/reports.md with its generated blocks made anew. */
export async function freshReportsPage(): Promise<string> {
  const result = await runDrill(ORIGIN.drill, { seed: SEED });
  const report = reportOfDrill(result, TIME_ZONE);
  const blocks = new Map([
    ['report', fenced(documentMarkdown(incidentDocument(report)), 'markdown')],
    ['origin', originTable(report)],
    ['drafts-en', draftsBlock(report, 'en')],
    ['drafts-it', draftsBlock(report, 'it')],
  ]);
  return fillBlocks(readFileSync(PAGE, 'utf8'), blocks);
}

/** Writes docs/reports.md anew. */
export async function writeReportsPage(): Promise<void> {
  writeFileSync(PAGE, await freshReportsPage());
}

/** In a fence that no fence within it ends. */
const fenced = (text: string, language: string): string =>
  ['````'.concat(language), text.trimEnd(), '````'].join('\n');

function draftsBlock(report: IncidentReport, language: Language): string {
  const facts = statusFacts(report);
  if (facts === undefined) throw new Error('The origin drill harms nobody');
  const { stages } = LANGUAGES[language];
  return STAGES.map((stage) => {
    const draft = draftOf(facts, stage, language);
    if (draft === undefined) throw new Error(`The origin drill has no draft for ${stage}`);
    return `**${stages[stage]}** (\`${stage}\`)\n\n${fenced(draftText(draft), 'text')}`;
  }).join('\n\n');
}

/** What the post-mortem tells, and beside it what the watchdog measured in the drill. */
function originTable({ zero, figures }: IncidentReport): string {
  const { detect, firstAlert, act, serve, recover, impact } = figures;
  const clock = (span: Duration | undefined): string =>
    span === undefined ? 'never' : `${iso(after(zero, span)).slice(11, 19)} UTC`;
  const lasted = impact === undefined ? 'not over' : length(impact);
  return table([
    ['', `the post-mortem of ${ORIGIN.date}`, 'the watchdog, in the drill'],
    ['chats are dropped from', ORIGIN.began, `${iso(zero).slice(11, 19)} UTC`],
    ['noticed', 'not told', clock(detect)],
    ['first word', `${ORIGIN.firstWord}, to customers`, `${clock(firstAlert)}, to the operators`],
    ['start requested', 'by a person', clock(act)],
    ['serving again', ORIGIN.ended, clock(serve)],
    ['without service', length(seconds(ORIGIN.notServingS)), lasted],
    ['every check passed', 'not told', clock(recover)],
    ['customers can be told, from a draft', 'no draft', `from ${clock(detect)} on`],
  ]);
}
