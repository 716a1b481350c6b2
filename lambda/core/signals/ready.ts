import { DATE_FORM, dateOf } from './date-text';
import type { Envelope } from './envelope';
import { field } from './field';
import { INSTANCE_ID_FORM, instanceIdOf } from './resource-id';
import type { SignalRow } from './row';
import type { Home, Parsed } from './signal';
import { foreign, parsed, rejected } from './unparsed';

function parseReady(event: Envelope, home: Home): Parsed {
  const refusal = foreign(event, home);
  if (refusal !== undefined) return refusal;
  const instanceId = instanceIdOf(field(event.detail, 'instance-id'));
  if (instanceId === undefined) {
    return rejected('detail.instance-id', field(event.detail, 'instance-id'), INSTANCE_ID_FORM);
  }
  const at = dateOf(event.time);
  if (at === undefined) return rejected('time', event.time, DATE_FORM);
  return parsed({ kind: 'ready', eventId: event.id, at, instanceIds: [instanceId] });
}

/**
 * The server itself says that it can serve (docs/ready-event.md). Whoever may put events on the
 * bus can say so, and chooses the time: it may close an outage window, never cause an act.
 */
export const READY: SignalRow = {
  name: 'ready',
  source: 'watchdog.server',
  detailType: 'Server Ready',
  via: 'bus',
  parse: parseReady,
};
