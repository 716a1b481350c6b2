import { spanText } from '../../report/span-text';
import type { ChatFigures, HourlyBackfill } from '../chat/figures';
import { ORIGIN } from './origin';

/** One line of what became of the chats; empty where nothing is known. */
export interface ChatRow {
  readonly name: string;
  readonly now: string;
  /** With a backfill by schedule, and nobody who mends presence. */
  readonly hourly: string;
  readonly in2024: string;
}

/** The heads of the columns. */
export const CHAT_HEAD: ChatRow = {
  name: '',
  now: 'this drill',
  hourly: 'hourly backfill',
  in2024: ORIGIN.date,
};

const count = (value: number): string => value.toLocaleString('en-US');

function presentText({ lost, doubled }: ChatFigures): string {
  if (lost === 0 && doubled === 0) return 'all, each once';
  return `${count(lost)} lost, ${count(doubled)} doubled`;
}

function mismatchText({ mismatches, mismatchesGoneS }: ChatFigures): string {
  if (mismatches === 0) return 'none';
  return mismatchesGoneS === null
    ? `${count(mismatches)}, not all mended`
    : `${count(mismatches)}, gone after ${spanText(mismatchesGoneS)}`;
}

function withoutHooks({ presence }: HourlyBackfill): string {
  if (presence === undefined) return '';
  const { mismatches, left } = presence;
  return left === 0 ? count(mismatches) : `${count(mismatches)}, ${count(left)} stay`;
}

/** What became of the chats, beside the same outage with a backfill by schedule, and 2024. */
export function chatRows(figures: ChatFigures): readonly ChatRow[] {
  const { hourly } = figures;
  const row = (name: string, now: string, more: Partial<ChatRow> = {}): ChatRow => {
    const empty = { hourly: '', in2024: '' };
    return { name, now, ...empty, ...more };
  };
  return [
    row('Chats open at the failure', count(figures.openAtFailure), { in2024: 'dropped' }),
    row('Messages accepted', count(figures.accepted)),
    row('In the workspace at the end', presentText(figures)),
    row('Agents out of step', mismatchText(figures), {
      hourly: withoutHooks(hourly),
      in2024: ORIGIN.presence,
    }),
    row('Backfill begins, after serving', spanText(figures.backfillStartS), {
      hourly: spanText(hourly.startS),
    }),
    row('Backfill ends', spanText(figures.backfillEndS), {
      hourly: spanText(hourly.endS),
      in2024: ORIGIN.chats,
    }),
    row('Messages read for it', count(figures.scanned), { hourly: count(hourly.scanned) }),
    row('Messages that it brought', count(figures.recovered)),
  ];
}
