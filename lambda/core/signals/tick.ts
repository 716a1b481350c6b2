import { DATE_FORM, dateOf } from './date-text';
import type { Envelope } from './envelope';
import { field } from './field';
import type { SignalRow } from './row';
import type { Home, Parsed } from './signal';
import { foreign, parsed, rejected } from './unparsed';

function parseTick(event: Envelope, home: Home): Parsed {
  const refusal = foreign(event, home);
  if (refusal !== undefined) return refusal;
  const generation = field(event.detail, 'generation');
  if (typeof generation !== 'number' || !Number.isSafeInteger(generation) || generation < 0) {
    return rejected('detail.generation', generation, 'a whole number from 0 on');
  }
  const at = dateOf(event.time);
  if (at === undefined) return rejected('time', event.time, DATE_FORM);
  return parsed({ kind: 'tick', eventId: event.id, at, instanceIds: [], generation });
}

/** The watchdog's own delayed message; its generation tells a chain that was replaced. */
export const TICK: SignalRow = {
  name: 'tick',
  source: 'watchdog.queue',
  detailType: 'Tick',
  via: 'queue',
  parse: parseTick,
};
