import type { Instant } from '../core/time';
import { readItem, type Item, type ItemContent } from './store-item';

/** An item as it was read last. */
interface Known {
  readonly body: string;
  readonly version: string | undefined;
  readonly content: ItemContent;
}

/**
 * Reads the items of the fleet's partition, and what has not changed since the last time not
 * again: a tick reads every record every few seconds, and most of them stand still. Create one an
 * execution environment. Only instances' records are kept: the others are few, and some depend on
 * the time.
 */
export function createItemReader(): (
  items: readonly Item[],
  now: Instant,
) => readonly ItemContent[] {
  let known = new Map<string, Known>();
  return (items, now) => {
    const next = new Map<string, Known>();
    const contents = items.map((item) => {
      const sortKey = item['sk']?.S ?? '';
      const body = item['body']?.S ?? '';
      const version = item['version']?.N;
      const before = known.get(sortKey);
      const isSame = before?.body === body && before.version === version;
      const content = isSame ? before.content : readItem(item, now);
      if (content.kind === 'instance') next.set(sortKey, { body, version, content });
      return content;
    });
    // What is no longer there is forgotten.
    known = next;
    return contents;
  };
}
