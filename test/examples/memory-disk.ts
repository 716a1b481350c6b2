import { basename, dirname } from 'node:path';
import type { Disk } from '../../examples/livechat/disk';

/** A disk in memory, with the faults that a test wants. */
export interface MemoryDisk extends Disk {
  readonly files: Map<string, Buffer>;
  /** Bytes that can still be appended; the write that goes beyond is torn there. */
  room: number;
  /** Changes of files that still succeed; afterwards each one fails. */
  changes: number;
}

class DiskFault extends Error {}

/** An empty disk without faults, or one with the files of another. */
export function memoryDisk(copy?: MemoryDisk): MemoryDisk {
  const files = new Map([...(copy?.files ?? [])].map(([path, data]) => [path, Buffer.from(data)]));
  const of = (path: string): Buffer => files.get(path) ?? Buffer.alloc(0);
  const change = (): void => {
    if (disk.changes <= 0) throw new DiskFault('the disk takes nothing');
    disk.changes -= 1;
  };
  const disk: MemoryDisk = {
    files,
    room: Infinity,
    changes: Infinity,
    list: async (folder) =>
      [...files.keys()]
        .filter((path) => dirname(path) === folder)
        .map((path) => basename(path))
        .toSorted(),
    size: async (path) => of(path).length,
    read: async (path, { from, length }) => of(path).subarray(from, from + length),
    openAppend: async (path) => {
      change();
      if (!files.has(path)) files.set(path, Buffer.alloc(0));
      return {
        append: async (data) => {
          change();
          const taken = data.subarray(0, Math.min(data.length, disk.room));
          disk.room -= taken.length;
          files.set(path, Buffer.concat([of(path), taken]));
          if (taken.length < data.length) throw new DiskFault('torn');
        },
        sync: async () => change(),
        close: async () => undefined,
      };
    },
    cut: async (path, bytes) => {
      change();
      files.set(path, Buffer.from(of(path).subarray(0, bytes)));
    },
    replace: async (path, text) => {
      change();
      files.set(path, Buffer.from(text));
    },
    remove: async (path) => {
      change();
      files.delete(path);
    },
    text: async (path) => files.get(path)?.toString('utf8'),
  };
  return disk;
}
