import { paragraph, type Block, type Document, type Section } from '../document';
import { badgeOf, titleOf } from '../headline';
import type { IncidentReport } from '../model';
import type { Draft } from './draft';
import { LANGUAGES } from './languages';

/** A draft as plain Markdown: what a person pastes into the status page, without the checklist. */
export function draftText({ title, parts }: Pick<Draft, 'title' | 'parts'>): string {
  const lines = parts.flatMap(({ heading, paragraphs, items }) => [
    ...(heading === undefined ? [] : [heading]),
    ...paragraphs,
    ...(items.length === 0 ? [] : [items.map((item) => `- ${item}`).join('\n')]),
  ]);
  return [title, ...lines].join('\n\n');
}

function draftSection(draft: Draft): Section {
  const { name, locale, stages, checklist } = LANGUAGES[draft.language];
  const items: Block = { kind: 'list', items: draft.checklist };
  return {
    heading: `${stages[draft.stage]} (${name})`,
    lang: locale,
    blocks: [
      { kind: 'literal', text: draftText(draft) },
      paragraph(`${checklist.heading}:`),
      items,
    ],
  };
}

/** Drafts of one incident on one page; each in a box to copy from. */
export function draftsDocument(report: IncidentReport, drafts: readonly Draft[]): Document {
  const { id } = report;
  return {
    tab: `Status page: ${id}`,
    kicker: `LiveChat Watchdog, status-page drafts ${id}`,
    title: titleOf(report),
    badge: badgeOf(report),
    lead: [
      paragraph(
        'Drafts for a person to publish. They hold what was measured and nothing beyond it; what ' +
          'the watchdog cannot know stands below each.',
      ),
    ],
    figures: [],
    sections: drafts.map(draftSection),
  };
}
