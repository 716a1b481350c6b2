import { length } from '../lambda/core/alert/format';
import { between } from '../lambda/core/time';
import type { Section, Text } from './document';
import { note, paragraph, soft } from './document';
import type { ImpactWindow, IncidentReport, InstanceReport } from './model';
import { glued, timeCell, timeColumn } from './time-columns';

/** Whether it did not serve, or was impaired, at any time. */
export const isTakenDown = ({ windows }: InstanceReport): boolean => windows.length > 0;

/** More instances than these are counted, not listed. */
const MOST_ROWS = 200;
/** More instances than these stand behind a line that unfolds them. */
const MOST_OPEN = 12;

/** From when to when each instance did not serve, and how exact that is. */
export function impactSection(report: IncidentReport): Section {
  const { instances, timeZone } = report;
  const heading = 'Impact';
  const windows = instances.flatMap((one) => one.windows.map((window) => ({ one, window })));
  if (windows.length === 0) {
    return { heading, blocks: [paragraph('None: it went on serving.')] };
  }
  return {
    heading,
    blocks: [
      {
        kind: 'table',
        fold: instances.length > MOST_OPEN ? `Each instance (${instances.length})` : undefined,
        columns: [
          'Instance',
          timeColumn('From', timeZone),
          timeColumn('To', timeZone),
          'Length',
          'May have begun',
        ],
        rows: windows
          .slice(0, MOST_ROWS)
          .map(({ one, window }) => windowRow(one, window, timeZone)),
        more: Math.max(0, windows.length - MOST_ROWS),
      },
      note(
        'The window as measured: from the first moment that it is known not to have served to ' +
          'the first proof that it served again. It may have begun earlier by as much as the ' +
          'last column says: nobody looked between. The record does not tell who noticed: ' +
          'users, chats and agents are for a person to add.',
      ),
    ],
  };
}

function windowRow(
  { name, instanceId, condition }: InstanceReport,
  { from, to, uncertainty }: ImpactWindow,
  timeZone: string,
): readonly Text[] {
  const what = condition === 'impaired' ? ' (impaired)' : '';
  const id = name === instanceId ? '' : ` ${instanceId}`;
  const began =
    uncertainty === undefined ? 'not known' : `up to ${glued(length(uncertainty))} earlier`;
  const end = to === undefined ? 'not yet' : timeCell(to, timeZone);
  const lasted = to === undefined ? '–' : glued(length(between(from, to)));
  return [[name, soft(`${id}${what}`)], timeCell(from, timeZone), end, lasted, began];
}
