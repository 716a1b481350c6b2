import { note, type Section } from '../../report/document';
import type { DrillResult } from '../drill-result';
import { CHAT_HEAD, chatRows, type ChatRow } from './chat-rows';

const EXPLAINED =
  'Accepted is what the server acknowledged to a client. Out of step are agents that workspace ' +
  'and server did not agree on when it served again. "Hourly backfill" is the same outage with ' +
  'the same people and messages, played again without hooks: a backfill begins at each full hour ' +
  'and scans a day. Of the chats of 1 August 2024 words are known, and no figures.';

/** What became of the chats; nothing in a drill without any. */
export function chatSection({ chats }: DrillResult): readonly Section[] {
  if (chats === null) return [];
  const cells = ({ name, now, hourly, in2024 }: ChatRow): readonly string[] => [
    name,
    now,
    hourly,
    in2024,
  ];
  return [
    {
      heading: 'What became of the chats',
      blocks: [
        { kind: 'table', columns: cells(CHAT_HEAD), rows: chatRows(chats).map(cells) },
        note(EXPLAINED),
      ],
    },
  ];
}
