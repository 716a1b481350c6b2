import { Journal } from '../../examples/livechat/journal';
import { readWindow, type TimeWindow } from '../../examples/livechat/window';
import type { Disk } from '../../examples/livechat/disk';
import type { ChatMessage, JournalRecord } from '../../examples/livechat/record';

/** The folder of the journal on a memory disk. */
export const FOLDER = '/journal';
/** The time at which the tests' journals begin. */
export const NOON = Date.parse('2024-08-01T12:00:00Z');
/** All there is. */
export const EVER: TimeWindow = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** A visitor's message. */
export function message(id: string, text = 'Hello'): ChatMessage {
  return { id, chat: 'c-1', from: 'v-1', role: 'visitor', text };
}

/** A journal that opens; the test fails when it does not. */
export async function opened(
  disk: Disk,
  more: { readonly now?: () => number; readonly segmentBytes?: number } = {},
): Promise<Journal> {
  const result = await Journal.open({ folder: FOLDER, disk, now: () => NOON, ...more });
  if (result.kind !== 'open') throw new Error(`the journal is ${result.kind}`);
  return result.journal;
}

/** The sound records of a window. */
export async function recordsOf(disk: Disk, window = EVER): Promise<readonly JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const item of readWindow(disk, { folder: FOLDER, window })) {
    if (item.kind === 'record') records.push(item.record);
  }
  return records;
}

/** The ids of a window's messages, in order. */
export async function idsOf(disk: Disk, window = EVER): Promise<readonly string[]> {
  return (await recordsOf(disk, window)).map((record) => record.message.id);
}

/** A journal of so many messages, ten a second from noon on. */
export async function filled(disk: Disk, count: number, segmentBytes = 64 * 1024): Promise<void> {
  let at = NOON;
  const journal = await opened(disk, { now: () => at, segmentBytes });
  for (let from = 0; from < count; from += 10) {
    const batch = Array.from({ length: Math.min(10, count - from) }, (_, index) => from + index);
    at = NOON + from * 100;
    await Promise.all(batch.map(async (index) => journal.append(message(`m-${index}`))));
  }
  await journal.close();
}
