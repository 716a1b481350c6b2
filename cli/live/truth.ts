import { nodeDisk } from '../../examples/livechat/disk';
import { readWindow } from '../../examples/livechat/window';

/** What became of the messages that the server had acknowledged. */
export interface Kept {
  readonly accepted: number;
  readonly present: number;
  readonly lost: number;
  readonly doubled: number;
}

/** Compares the acknowledged texts with what is stored; each text was said once. */
export function keptOf(accepted: readonly string[], stored: readonly string[]): Kept {
  const times = new Map<string, number>();
  for (const text of stored) times.set(text, (times.get(text) ?? 0) + 1);
  const present = accepted.filter((text) => times.has(text)).length;
  return {
    accepted: accepted.length,
    present,
    lost: accepted.length - present,
    doubled: [...times.values()].filter((count) => count > 1).length,
  };
}

/** The text of each message in a store, as often as it is there; a bad line fails. */
export async function textsIn(folder: string): Promise<readonly string[]> {
  const texts: string[] = [];
  const window = { from: 0, to: Number.MAX_SAFE_INTEGER };
  for await (const item of readWindow(nodeDisk, { folder, window })) {
    if (item.kind === 'bad') throw new Error(`${folder} has a bad line at ${item.offset}`);
    texts.push(item.record.message.text);
  }
  return texts;
}
