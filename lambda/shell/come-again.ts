import type { InstanceView } from '../core/observation';
import type { Signal } from '../core/signals/signal';
import { isIrreplaceable, type Received } from './intake';

/** Instances, and volumes, whose signals could not be used; `all` when nothing could be read. */
export type Unsettled = ReadonlySet<string> | 'all';

/** Signals that bring a fact which no later look would show are delivered again. */
export function comeAgain(received: readonly Received[], unsettled: Unsettled): readonly string[] {
  const again = received.filter(({ signal }) => {
    if (!isIrreplaceable(signal)) return false;
    return unsettled === 'all' || named(signal).some((id) => unsettled.has(id));
  });
  return [...new Set(again.map(({ messageId }) => messageId))];
}

function named(signal: Signal): readonly string[] {
  return signal.kind === 'health'
    ? [...signal.instanceIds, ...signal.volumeIds]
    : signal.instanceIds;
}

/** What a signal may name these instances by: AWS Health names volumes. */
export function idsOf(views: readonly InstanceView[]): readonly string[] {
  return views.flatMap(({ instanceId, volumeIds }) => [instanceId, ...volumeIds]);
}
