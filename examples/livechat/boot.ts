import { join } from 'node:path';
import type { Disk } from './disk';
import { countOf, isObject, parseJson, textOf } from './json';

/** One start of the server that has a journal, as `boot.json` in the journal's folder tells it. */
export interface Boot {
  /** 1, 2, 3 …: the workspace takes no word from an earlier one. */
  readonly boot: number;
  readonly pod: string;
  /** Where on the loopback address it answers. */
  readonly port: number;
}

const pathIn = (folder: string): string => join(folder, 'boot.json');

/** The last start; undefined when there was none. */
export async function lastBoot(disk: Disk, folder: string): Promise<Boot | undefined> {
  const raw = parseJson((await disk.text(pathIn(folder))) ?? '');
  if (!isObject(raw)) return undefined;
  const [boot, port] = [raw['boot'], raw['port']].map(countOf);
  if (boot === undefined) return undefined;
  return { boot, pod: textOf(raw['pod']) ?? '', port: port ?? 0 };
}

/** Counts one more start, durably, before the server looks at the journal. */
export async function nextBoot(
  disk: Disk,
  folder: string,
  who: Pick<Boot, 'pod' | 'port'>,
): Promise<number> {
  await disk.list(folder);
  const boot = ((await lastBoot(disk, folder))?.boot ?? 0) + 1;
  await disk.replace(pathIn(folder), `${JSON.stringify({ boot, ...who })}\n`);
  return boot;
}
