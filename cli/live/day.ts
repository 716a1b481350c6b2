import { nodeDisk } from '../../examples/livechat/disk';
import { Journal } from '../../examples/livechat/journal';
import type { ChatMessage } from '../../examples/livechat/record';

const DAY_MS = 24 * 60 * 60 * 1_000;
const BUSY_MS = 15 * 60 * 1_000;
/** One message in ten seconds over the day, eight a second in the last quarter of an hour. */
const EVERY_MS = { quiet: 10_000, busy: 125 };
/** Messages that share one write. */
const GROUP = 60;

/** When the messages of a day were said that ends at `end`; epoch milliseconds, rising. */
export function dayOf(end: number): readonly number[] {
  const times: number[] = [];
  const busyFrom = end - BUSY_MS;
  for (let at = end - DAY_MS; at < end; at += at < busyFrom ? EVERY_MS.quiet : EVERY_MS.busy) {
    times.push(at);
  }
  return times;
}

const messageAt = (index: number): ChatMessage => ({
  id: `visitor-0:day-${index}`,
  chat: 'chat-0',
  from: 'visitor-0',
  role: 'visitor',
  text: `message ${index + 1} of the day before`,
});

/** Writes the chats of the day before into a new journal. */
export async function writeDay(folder: string, end: number): Promise<void> {
  let at = 0;
  const opened = await Journal.open({ folder, disk: nodeDisk, now: () => at });
  if (opened.kind !== 'open') throw new Error(`the journal in ${folder} is ${opened.kind}`);
  const { journal } = opened;
  const times = dayOf(end);
  for (let from = 0; from < times.length; from += GROUP) {
    at = times[from] ?? end;
    const group = times.slice(from, from + GROUP);
    await Promise.all(group.map(async (_, index) => journal.append(messageAt(from + index))));
  }
  await journal.close();
}
