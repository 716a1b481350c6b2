import { causeSection } from '../../report/cause-section';
import type { Block, Document, Section } from '../../report/document';
import { note, paragraph, soft } from '../../report/document';
import { incidentReport } from '../../report/from-record';
import { documentHtml } from '../../report/html';
import { impactSection } from '../../report/impact';
import { correctiveSection } from '../../report/record-sections';
import { momentText, spanText } from '../../report/span-text';
import { timelinePicture } from '../../report/timeline-picture';
import type { DrillResult } from '../drill-result';
import { chatSection } from './chat-section';
import { comparison } from './comparison';
import { drawnRange } from './drawn-range';
import {
  callsSection,
  decisionsSection,
  figuresOf,
  messagesSection,
  outcomeSection,
  timelineTable,
} from './sections';

function leadOf({ description, startedAt, instances }: DrillResult): readonly Block[] {
  const [who, first] =
    instances === 1 ? ['One instance', 'server'] : [`${instances} instances`, 'first server'];
  const zero = `${startedAt.slice(0, 19).replace('T', ' ')} UTC`;
  return [
    paragraph(description),
    paragraph([
      soft(
        `${who} in a simulated AWS account. Times count from ${zero}, when the ${first} stopped ` +
          'serving.',
      ),
    ]),
  ];
}

/** What happens after the drawn part, in words under the picture. */
function afterwards(result: DrillResult): readonly Block[] {
  const { to } = drawnRange(result);
  const later = [
    { name: 'Recovered', at: result.recoveredS },
    { name: 'Incident closed', at: result.resolvedS },
    { name: 'End of the drill', at: result.endedS },
  ].filter(({ at }) => at !== null && at > to);
  if (later.length === 0) return [];
  const told = later.map(({ name, at }) => `${name} at ${momentText(at ?? 0)}`).join(', ');
  return [note(`The picture ends at ${spanText(Math.round(to))}. After it: ${told}.`)];
}

/** What the picture says, for those who hear it. */
function described(result: DrillResult): string {
  const { servingS, firstAlertS, startIssuedS, instances } = result;
  const { from, to } = drawnRange(result);
  const many = instances > 1 ? `${instances} instances. ` : '';
  return (
    `${many}Time runs from left to right, from ${spanText(Math.round(from))} to ` +
    `${spanText(Math.round(to))}; zero is when the server stopped serving. First alert: ` +
    `${spanText(firstAlertS)}. Start requested: ${spanText(startIssuedS)}. Serving again: ` +
    `${spanText(servingS)}. The table below the picture lists every step.`
  );
}

function timelineSection(result: DrillResult): Section {
  const words = described(result);
  const picture = timelinePicture({
    title: `Timeline of the drill ${result.drill}`,
    described: words,
    range: drawnRange(result),
    lines: result.timeline,
    tracks: result.tracks,
    serving: result.serving,
  });
  return {
    heading: 'Timeline',
    blocks: [
      { kind: 'wide-drawing', picture, words },
      ...afterwards(result),
      timelineTable(result),
    ],
  };
}

/** What the watchdog itself knows of it, from the incident table: no more than in an account. */
function recordSections({ drill, records }: DrillResult): readonly Section[] {
  if (records.every(({ incident }) => incident === undefined)) return [];
  const report = incidentReport(records, { id: drill, timeZone: 'UTC' });
  return [impactSection(report), causeSection(report), correctiveSection(report)];
}

/** A drill as a report: made of the result alone, so that the same run gives the same one. */
export function drillDocument(result: DrillResult): Document {
  const { drill, seed, passed, replay, title } = result;
  return {
    tab: `${drill}, seed ${seed}: ${passed ? 'passed' : 'failed'}`,
    kicker: `LiveChat Watchdog, drill ${drill}, seed ${seed}`,
    title,
    badge: passed ? { text: '✓ Passed', look: 'good' } : { text: '✗ Failed', look: 'bad' },
    lead: leadOf(result),
    figures: figuresOf(result),
    sections: [
      ...comparison(result),
      timelineSection(result),
      ...chatSection(result),
      messagesSection(result),
      decisionsSection(result),
      ...recordSections(result),
      outcomeSection(result),
      callsSection(result),
      {
        heading: 'Play it again',
        blocks: [
          paragraph('The same seed gives the same run, to the millisecond.'),
          { kind: 'literal', text: replay },
        ],
      },
    ],
  };
}

/** The report of a drill as one self-contained HTML page without scripts. */
export const reportHtml = (result: DrillResult): string => documentHtml(drillDocument(result));
