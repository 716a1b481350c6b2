import { documentHtml } from '../report/html';
import { incidentDocument } from '../report/incident-document';
import { jsonReport } from '../report/json';
import { documentMarkdown } from '../report/markdown';
import type { Document } from '../report/document';
import type { IncidentReport } from '../report/model';
import { draftOf, type Draft } from '../report/status-page/draft';
import { draftText, draftsDocument } from '../report/status-page/draft-document';
import { statusFacts, type StatusFacts } from '../report/status-page/facts';
import type { Language } from '../report/status-page/languages';
import { STAGES, type Stage } from '../report/status-page/texts';
import { AccountError } from './account-error';

/** What a report is written in. */
export const FORMATS = ['md', 'html', 'json'] as const;

/** One of them. */
export type Format = (typeof FORMATS)[number];

/** A report as the text of a file. */
export function reportText(report: IncidentReport, format: Format): string {
  return format === 'json'
    ? `${JSON.stringify(jsonReport(report), null, 2)}\n`
    : documentText(incidentDocument(report), format);
}

const documentText = (document: Document, format: 'md' | 'html'): string =>
  format === 'html' ? documentHtml(document) : documentMarkdown(document);

/** Which drafts are asked for. */
export interface DraftsAsked {
  readonly stages: readonly Stage[];
  readonly languages: readonly Language[];
  readonly format: Format;
}

/** Status-page drafts as the text of a file. */
export interface DraftsText {
  readonly text: string;
  /** Stages that could not be drafted, where all were asked for. */
  readonly remarks: readonly string[];
}

/** Why a stage has no draft yet. */
const MISSING: Readonly<Record<Stage, string>> = {
  looking: 'no server ceased to serve',
  restarted: 'the watchdog has restarted nothing',
  recovered: 'a server does not serve again yet',
  'post-mortem': 'a server does not serve again yet',
};

/**
 * The drafts of some stages, language by language.
 *
 * @throws AccountError where the record lacks the facts for a stage that was named, or for any
 */
export function draftsText(report: IncidentReport, asked: DraftsAsked): DraftsText {
  const { stages, languages, format } = asked;
  const facts = statusFacts(report);
  if (facts === undefined) throw cannot(report, 'no server ceased to serve');
  const missing = stages.filter((stage) => draftOf(facts, stage, 'en') === undefined);
  const [first] = missing;
  if (first !== undefined && stages.length < STAGES.length) {
    throw cannot(report, `${first}: ${MISSING[first]}`);
  }
  const drafts = draftsOf(facts, stages, languages);
  return {
    text:
      format === 'json'
        ? draftsJson(report, drafts)
        : documentText(draftsDocument(report, drafts), format),
    remarks: missing.map((stage) => `No draft for ${stage}: ${MISSING[stage]}.`),
  };
}

function draftsOf(
  facts: StatusFacts,
  stages: readonly Stage[],
  languages: readonly Language[],
): readonly Draft[] {
  return languages
    .flatMap((language) => stages.map((stage) => draftOf(facts, stage, language)))
    .filter((draft) => draft !== undefined);
}

function draftsJson({ id }: IncidentReport, drafts: readonly Draft[]): string {
  const content = {
    version: 1,
    id,
    drafts: drafts.map(({ stage, language, title, parts, checklist }) => ({
      stage,
      language,
      title,
      parts: parts.map(({ heading, paragraphs, items }) => ({
        heading: heading ?? null,
        paragraphs,
        items,
      })),
      text: draftText({ title, parts }),
      checklist,
    })),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const cannot = ({ id }: IncidentReport, why: string): AccountError =>
  new AccountError(
    `No such status-page draft can be made of ${id} (${why}).\n` +
      '  A draft holds measured facts only; --status-page all writes those that the record allows.',
  );
