import { oneLine } from '../one-line';
import { DATE_FORM, dateOf } from './date-text';
import type { Envelope } from './envelope';
import { field, textIn } from './field';
import { INSTANCE_ID_FORM, instanceIdOf } from './resource-id';
import type { SignalRow } from './row';
import type { Home, Parsed } from './signal';
import { foreign, parsed, rejected } from './unparsed';

const KEY = /^[A-Za-z0-9._/-]{3,200}$/;
const STATUSES = ['started', 'done', 'failed'] as const;
const WHY_LIMIT = 200;

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function parseCallback(event: Envelope, home: Home): Parsed {
  const refusal = foreign(event, home);
  if (refusal !== undefined) return refusal;
  const { detail } = event;
  const instanceId = instanceIdOf(field(detail, 'instance-id'));
  if (instanceId === undefined) {
    return rejected('detail.instance-id', field(detail, 'instance-id'), INSTANCE_ID_FORM);
  }
  const key = textIn(detail, 'key');
  if (key === undefined || !KEY.test(key)) {
    return rejected('detail.key', field(detail, 'key'), 'the key of the event that it answers');
  }
  const status = STATUSES.find((known) => known === field(detail, 'status'));
  if (status === undefined) {
    return rejected('detail.status', field(detail, 'status'), STATUSES.join(', '));
  }
  const at = dateOf(event.time);
  if (at === undefined) return rejected('time', event.time, DATE_FORM);
  const attempt = countOf(field(detail, 'try'));
  const chatsRecovered = countOf(field(detail, 'chatsRecovered'));
  const why = textIn(detail, 'why');
  return parsed({
    kind: 'hook',
    eventId: event.id,
    at,
    instanceIds: [instanceId],
    news: {
      kind: 'callback',
      at,
      key,
      status,
      ...(attempt !== undefined && { attempt }),
      ...(chatsRecovered !== undefined && { chatsRecovered }),
      ...(why !== undefined && { why: oneLine(why, WHY_LIMIT) }),
    },
  });
}

/**
 * Whoever runs a hook says how far it is (docs/hooks.md). Whoever may put events on the bus can say
 * so: it may end the wait for a hook, never cause an act.
 */
export const HOOK_CALLBACK: SignalRow = {
  name: 'hook-callback',
  source: 'watchdog.hook',
  detailType: 'Hook Status',
  via: 'bus',
  onlyFor: 'hooks',
  parse: parseCallback,
};
