import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backfill, type BackfillResult } from './backfill';
import { nodeDisk } from './disk';
import { Journal } from './journal';

/**
 * What a backfill of the same window costs over journals of growing length, and what reading a
 * whole journal costs. Run it with: node --import tsx examples/livechat/bench-backfill.ts
 */
const SIZES = [10_000, 30_000, 100_000, 300_000, 1_000_000];
const WINDOW_MESSAGES = 5000;
/** Messages of the bench come at this pace, so that a number of messages is a length of time. */
const EVERY_MS = 20;
const BATCH = 500;
const START = Date.parse('2024-08-01T00:00:00Z');
const TEXT = 'A message of a usual length, about the delivery of an order that is late.';

interface Row {
  readonly messages: number;
  readonly window: BackfillResult;
  readonly windowMs: number;
  readonly allMs: number;
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

async function measure(messages: number): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'livechat-bench-'));
  try {
    await fill(folder, messages);
    const from = Math.floor((messages - WINDOW_MESSAGES) / 2 / BATCH) * BATCH;
    // The first run warms the compiler and the page cache for both.
    const all = await timed(async () => run(folder, 0, messages));
    const window = await timed(async () => run(folder, from, WINDOW_MESSAGES));
    return { messages, window: window.result, windowMs: window.ms, allMs: all.ms };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print({ messages, window, windowMs, allMs }: Row): void {
  if (window.kind !== 'done') throw new Error(window.why);
  const cells = [
    messages,
    window.scanned,
    window.read.segments,
    Math.round(window.read.bytes / 1024),
    Math.round(windowMs),
    Math.round(allMs),
  ];
  console.log(`| ${cells.map((cell) => String(cell).padStart(9)).join(' | ')} |`);
}

async function main(): Promise<void> {
  const heads = ['journal', 'window', 'segments', 'KiB read', 'ms', 'ms of all'];
  console.log(`| ${heads.map((head) => head.padStart(9)).join(' | ')} |`);
  console.log(`| ${heads.map(() => '--------:').join(' | ')} |`);
  for (const size of SIZES) print(await measure(size));
}

void main();
