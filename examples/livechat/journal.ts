import { join } from 'node:path';
import { checkJournal, CLEAN_MARK, cutTorn, markClean, type CheckResult } from './journal-check';
import { segmentOf, type Segment } from './segment';
import { encodeRecord, type ChatMessage, type JournalRecord } from './record';
import { reasonOf } from './json';
import type { AppendFile, Disk } from './disk';

/** How a journal is opened. */
export interface JournalOptions {
  readonly folder: string;
  readonly disk: Disk;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A segment that has grown to this size is followed by another. @default 4 MiB */
  readonly segmentBytes?: number;
}

/** Whether messages can be accepted, and why not. */
export type JournalState =
  | { readonly kind: 'writable' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'closed' };

/** An opened journal and what the check before found, or the damage that forbids opening it. */
export type Opened =
  | { readonly kind: 'open'; readonly journal: Journal; readonly check: CheckResult }
  | Extract<CheckResult, { kind: 'damaged' }>;

interface Waiting {
  readonly message: ChatMessage;
  readonly accepted: (record: JournalRecord) => void;
  readonly refused: (error: Error) => void;
}

const SEGMENT_BYTES = 4 * 1024 * 1024;
/** Records that share one fsync; also bounds what a crash can tear. */
const GROUP_LIMIT = 512;
/** More waiting than this means that the disk does not keep up: say so instead of hoarding. */
const WAITING_LIMIT = 20_000;

/** An append-only journal on disk. One process writes it; others may read its files meanwhile. */
export class Journal {
  private readonly waiting: Waiting[] = [];
  private file: AppendFile | undefined;
  private committing: Promise<void> | undefined;
  private status: JournalState = { kind: 'writable' };
  private segment: Segment | undefined;
  private bytes: number;
  private seq: number;
  private at: number;

  private constructor(
    private readonly options: JournalOptions,
    end: Extract<CheckResult, { kind: 'clean' }>['end'],
  ) {
    this.segment = end.segment;
    this.bytes = end.bytes;
    this.seq = end.seq;
    this.at = end.at;
  }

  /** Checks the journal, cuts off a torn end, and opens it; damage is told and left untouched. */
  static async open(options: JournalOptions): Promise<Opened> {
    const { disk, folder } = options;
    const check = await checkJournal(disk, folder);
    if (check.kind === 'damaged') return check;
    if (check.kind === 'torn') await cutTorn(disk, folder, check);
    await disk.remove(join(folder, CLEAN_MARK));
    return { kind: 'open', journal: new Journal(options, check.end), check };
  }

  /** Whether it can be written, as far as is known. */
  state(): JournalState {
    return this.status;
  }

  /** The sequence number of the last durable record; 0 when there is none. */
  lastSeq(): number {
    return this.seq;
  }

  /** Epoch milliseconds of the last durable record; 0 when there is none. */
  lastAt(): number {
    return this.at;
  }

  /** Ends once the message is durable. Fails when the journal cannot be written. */
  async append(message: ChatMessage): Promise<JournalRecord> {
    if (this.status.kind !== 'writable') throw new Error(`the journal is ${this.status.kind}`);
    if (this.waiting.length >= WAITING_LIMIT) throw new Error('the journal does not keep up');
    return new Promise<JournalRecord>((accepted, refused) => {
      this.waiting.push({ message, accepted, refused });
      this.committing ??= this.commitAll();
    });
  }

  /** Ends when all that was appended so far is durable or refused. */
  async flush(): Promise<void> {
    await this.committing;
  }

  /** Writes and syncs a small file beside the segments, so that an idle server sees a dead disk. */
  async probe(): Promise<void> {
    if (this.status.kind !== 'writable') return;
    try {
      await this.options.disk.replace(join(this.options.folder, 'probe.json'), '{}\n');
    } catch (error) {
      this.fail(error);
    }
  }

  /** Flushes, closes and marks the end as clean; afterwards nothing is accepted. */
  async close(): Promise<void> {
    const writable = this.status.kind === 'writable';
    if (writable) this.status = { kind: 'closed' };
    await this.flush();
    await this.file?.close();
    this.file = undefined;
    if (!writable || this.state().kind !== 'closed') return;
    const { segment, bytes, seq, at } = this;
    await markClean(this.options.disk, this.options.folder, { segment, bytes, seq, at });
  }

  /** Lets go of the file as the end of a process does: without a mark, so the end is unclean. */
  async abandon(): Promise<void> {
    await this.flush();
    this.status = { kind: 'closed' };
    await this.file?.close();
    this.file = undefined;
  }

  /** One group after another: while one is being synced, the next one gathers. */
  private async commitAll(): Promise<void> {
    // What is appended in the same turn shares the first group.
    await Promise.resolve();
    while (this.waiting.length > 0 && this.status.kind !== 'failed') {
      const group = this.waiting.splice(0, GROUP_LIMIT);
      try {
        const records = await this.commit(group.map(({ message }) => message));
        for (const [index, record] of records.entries()) group[index]?.accepted(record);
      } catch (error) {
        this.fail(error);
        for (const { refused } of group) refused(new Error(reasonOf(error)));
      }
    }
    this.committing = undefined;
  }

  private async commit(messages: readonly ChatMessage[]): Promise<readonly JournalRecord[]> {
    const synced = this.seq;
    // A clock that was set back must not break the order by time.
    const at = Math.max(this.options.now(), this.at);
    const records = messages.map((message, index) => {
      return { seq: synced + 1 + index, at, synced, message };
    });
    const data = Buffer.from(records.map(encodeRecord).join(''));
    const file = await this.fileFor(synced + 1, at);
    await file.append(data);
    await file.sync();
    this.bytes += data.length;
    this.seq = synced + records.length;
    this.at = at;
    return records;
  }

  private async fileFor(seq: number, at: number): Promise<AppendFile> {
    const { disk, folder, segmentBytes = SEGMENT_BYTES } = this.options;
    if (this.segment === undefined || this.bytes >= segmentBytes) {
      await this.file?.close();
      this.file = undefined;
      this.segment = segmentOf(folder, seq, at);
      this.bytes = 0;
    }
    this.file ??= await disk.openAppend(this.segment.path);
    return this.file;
  }

  /** After a failed write nobody knows what is on disk: only a check at the next start does. */
  private fail(error: unknown): void {
    const why = reasonOf(error);
    this.status = { kind: 'failed', why };
    const refusal = new Error(`the journal is failed: ${why}`);
    for (const { refused } of this.waiting.splice(0)) refused(refusal);
  }
}
