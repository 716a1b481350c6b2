import type { Block, Section, Text } from './document';
import { code, paragraph, soft, strong } from './document';
import { reasonText } from './known-word';
import type { IncidentReport, InstanceReport, ReportDecision } from './model';
import { clockText } from './moment-text';
import { printableWord } from './printable';
import { tableBlock } from './section-table';
import { timeCell, timeColumn } from './time-columns';

/** The instance's cell of a row, where there is more than one instance. */
const nameColumn = ({ instances }: IncidentReport): readonly string[] =>
  instances.length > 1 ? ['Instance'] : [];
const nameCell = (report: IncidentReport, { name }: InstanceReport): readonly string[] =>
  report.instances.length > 1 ? [name] : [];

/** Every decision with its reason, in the words of the alerts and the runbook. */
export function decisionsSection(report: IncidentReport): Section {
  const { timeZone, instances } = report;
  const decisions = instances.length > 1 ? merged(instances) : (instances[0]?.decisions ?? []);
  const rows = decisions.map((one): readonly Text[] => [
    timeCell(one.first, timeZone),
    printableWord(one.decision),
    [`${reasonText(one.reason)} `, code(printableWord(one.reason)), soft(timesText(one, timeZone))],
  ]);
  const columns = [timeColumn('First', timeZone), 'Decision', 'Reason'];
  return {
    heading: 'What the watchdog decided, and why',
    blocks: [
      tableBlock({ columns, rows, none: 'The record holds no decision.' }),
      ...shadowBlocks(report),
    ],
  };
}

function timesText({ count, last }: ReportDecision, timeZone: string): string {
  return count === 1 ? '' : ` ${count} times, last at ${clockText(last, timeZone)}`;
}

/** The same decision for the same reason of several instances is one row. */
function merged(instances: readonly InstanceReport[]): readonly ReportDecision[] {
  const groups = new Map<string, ReportDecision>();
  for (const one of instances.flatMap(({ decisions }) => decisions)) {
    const key = `${one.decision} ${one.reason}`;
    const known = groups.get(key);
    groups.set(key, {
      ...one,
      first: known !== undefined && known.first < one.first ? known.first : one.first,
      last: known !== undefined && known.last > one.last ? known.last : one.last,
      count: (known?.count ?? 0) + one.count,
    });
  }
  return [...groups.values()].toSorted((one, other) => one.first - other.first);
}

function shadowBlocks(report: IncidentReport): readonly Block[] {
  const rows = report.instances.flatMap((one) =>
    one.wouldHave.map(({ at, text }): readonly Text[] => [
      timeCell(at, report.timeZone),
      ...nameCell(report, one),
      text,
    ]),
  );
  if (rows.length === 0) return [];
  const columns = [timeColumn('Time', report.timeZone), ...nameColumn(report), 'Would have'];
  return [
    paragraph([strong('Shadow mode.'), ' The watchdog did none of this, and would have:']),
    tableBlock({ columns, rows, none: '' }),
  ];
}

/** Who was told what, when SNS had taken it. */
export function toldSection(report: IncidentReport): Section {
  const names = new Map(report.instances.map((one) => [one.instanceId, one.name]));
  const rows = report.alerts.map(({ at, instanceIds, text }): readonly Text[] => {
    const [id = ''] = instanceIds;
    const who = instanceIds.length > 1 ? `${instanceIds.length} instances` : (names.get(id) ?? id);
    return [timeCell(at, report.timeZone), ...(report.instances.length > 1 ? [who] : []), text];
  });
  const columns = [timeColumn('Sent', report.timeZone), ...nameColumn(report), 'Message'];
  return {
    heading: 'What people were told',
    blocks: [tableBlock({ columns, rows, none: 'The record holds no message.' })],
  };
}

const MOST_FACTS = 5;

/** What the facts ask for, so that the next time is better. */
export function correctiveSection({ corrective }: IncidentReport): Section {
  const heading = 'Corrective items';
  if (corrective.length === 0) {
    return { heading, blocks: [paragraph('The record shows nothing that asks for one.')] };
  }
  const items = corrective.map(({ action, facts }): Text => {
    const shown = facts.slice(0, MOST_FACTS).map(withoutStop).join('; ');
    const more = facts.length > MOST_FACTS ? `; and ${facts.length - MOST_FACTS} more` : '';
    return [strong(action), ` ${shown}${more}.`];
  });
  return { heading, blocks: [{ kind: 'list', items }] };
}

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '');

/** What the report does not know; nothing where it knows all. */
export function gapsSections({ gaps }: IncidentReport): readonly Section[] {
  if (gaps.length === 0) return [];
  return [{ heading: 'What is not known', blocks: [{ kind: 'list', items: gaps }] }];
}
