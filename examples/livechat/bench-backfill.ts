import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backfill, type BackfillResult } from './backfill';
import { nodeDisk } from './disk';
import { Journal } from './journal';

/**
 * What a backfill costs: the same window over journals of growing length, and growing windows over
 * the longest. Run it with: node --import tsx examples/livechat/bench-backfill.ts
 */
const SIZES = [10_000, 30_000, 100_000, 300_000, 1_000_000];
const WINDOW_MESSAGES = 5000;
const WINDOWS = [500, 5000, 50_000];
/** Messages of the bench come at this pace, so that a number of messages is a length of time. */
const EVERY_MS = 20;
const BATCH = 500;
const START = Date.parse('2024-08-01T00:00:00Z');
const TEXT = 'A message of a usual length, about the delivery of an order that is late.';

interface Row {
  readonly messages: number;
  readonly window: BackfillResult;
  readonly ms: number;
}

async function fill(folder: string, messages: number): Promise<void> {
  let at = START;
  const opened = await Journal.open({ folder, disk: nodeDisk, now: () => at });
  if (opened.kind === 'damaged') throw new Error('a new journal is damaged');
  for (let from = 0; from < messages; from += BATCH) {
    at = START + from * EVERY_MS;
    const batch = Array.from({ length: BATCH }, async (_, index) => {
      const id = `v-${(from + index) % 997}:${from + index}`;
      const chat = `c-${(from + index) % 331}`;
      return opened.journal.append({ id, chat, from: 'v-1', role: 'visitor', text: TEXT });
    });
    await Promise.all(batch);
  }
  await opened.journal.close();
}

async function run(folder: string, from: number, messages: number): Promise<BackfillResult> {
  const start = START + from * EVERY_MS;
  return backfill({
    folder,
    checkpoints: join(folder, 'checkpoints'),
    window: { from: start, to: start + messages * EVERY_MS },
    disk: nodeDisk,
    now: Date.now,
    // The workspace's own cost is the same for every journal, so it is left out.
    send: async (part) => ({ stored: part.length }),
    again: true,
  });
}

async function timed<T>(act: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const began = performance.now();
  const result = await act();
  return { result, ms: performance.now() - began };
}

/** One backfill, of a window in the middle or of all. */
async function measure(folder: string, messages: number, wanted: number): Promise<Row> {
  const from = Math.floor((messages - wanted) / 2 / BATCH) * BATCH;
  const { result, ms } = await timed(async () => run(folder, from, wanted));
  return { messages, window: result, ms };
}

async function withJournal<T>(messages: number, act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'livechat-bench-'));
  try {
    await fill(folder, messages);
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const line = (cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => String(cell).padStart(9)).join(' | ')} |`;

function print({ messages, window, ms }: Row, ...more: readonly number[]): void {
  if (window.kind !== 'done') throw new Error(window.why);
  const { segments, bytes } = window.read;
  const figures = [ms, ...more].map((figure) => Math.round(figure));
  console.log(line([messages, window.scanned, segments, Math.round(bytes / 1024), ...figures]));
}

function heads(...more: readonly string[]): void {
  const all = ['journal', 'window', 'segments', 'KiB read', 'ms', ...more];
  console.log(`\n${line(all)}\n${line(all.map(() => '--------:'))}`);
}

async function main(): Promise<void> {
  heads('ms of all');
  for (const messages of SIZES) {
    await withJournal(messages, async (folder) => {
      // The first run warms the compiler and the page cache for the second.
      const all = await measure(folder, messages, messages);
      print(await measure(folder, messages, WINDOW_MESSAGES), all.ms);
    });
  }
  heads();
  const longest = Math.max(...SIZES);
  await withJournal(longest, async (folder) => {
    for (const wanted of WINDOWS) print(await measure(folder, longest, wanted));
  });
}

void main();
