import { mkdir, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isObject } from './json';

/** A file that only grows. What was appended is durable once `sync` has ended. */
export interface AppendFile {
  readonly append: (data: Uint8Array) => Promise<void>;
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A part of a file, in bytes. */
export interface ByteRange {
  readonly from: number;
  readonly length: number;
}

/** What the journal needs of a disk; tests give one that tears writes, counts or refuses. */
export interface Disk {
  /** The names in a folder, sorted; the folder is made when it is missing. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  readonly size: (path: string) => Promise<number>;
  /** At most `length` bytes; fewer at the end of the file. */
  readonly read: (path: string, range: ByteRange) => Promise<Buffer>;
  readonly openAppend: (path: string) => Promise<AppendFile>;
  /** Shortens a file, durably. */
  readonly cut: (path: string, bytes: number) => Promise<void>;
  /** Writes a small file as a whole: after a crash it is the old one or the new one. */
  readonly replace: (path: string, text: string) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
  /** The text of a small file, or undefined when there is none. */
  readonly text: (path: string) => Promise<string | undefined>;
}

/** Whether the error says that the file is not there. */
function isMissing(error: unknown): boolean {
  return isObject(error) && error['code'] === 'ENOENT';
}

/** A new or renamed file is durable only once its folder is synced too. */
async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function list(folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  return (await readdir(folder)).toSorted();
}

async function read(path: string, { from, length }: ByteRange): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function openAppend(path: string): Promise<AppendFile> {
  const handle = await open(path, 'a', 0o640);
  await syncPath(dirname(path));
  return {
    append: async (data) => handle.appendFile(data),
    sync: async () => handle.datasync(),
    close: async () => handle.close(),
  };
}

async function cut(path: string, bytes: number): Promise<void> {
  await truncate(path, bytes);
  await syncPath(path);
}

async function replace(path: string, text: string): Promise<void> {
  const fresh = `${path}.new-${process.pid}`;
  const handle = await open(fresh, 'w', 0o640);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, path);
  await syncPath(dirname(path));
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncPath(dirname(path));
}

async function text(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    return (await read(path, { from: 0, length: size })).toString('utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The disk of this machine. */
export const nodeDisk: Disk = {
  list,
  size: async (path) => (await stat(path)).size,
  read,
  openAppend,
  cut,
  replace,
  remove,
  text,
};

/** What was read through a counting disk. */
export interface ReadCount {
  bytes: number;
  reads: number;
  readonly files: Set<string>;
}

/** The same disk, with a count of what is read: how a backfill proves what it cost. */
export function countReads(disk: Disk): { readonly disk: Disk; readonly count: ReadCount } {
  const count: ReadCount = { bytes: 0, reads: 0, files: new Set() };
  const counted = async (path: string, range: ByteRange): Promise<Buffer> => {
    const data = await disk.read(path, range);
    count.bytes += data.length;
    count.reads += 1;
    count.files.add(path);
    return data;
  };
  return { disk: { ...disk, read: counted }, count };
}
