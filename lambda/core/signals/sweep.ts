import { DATE_FORM, dateOf } from './date-text';
import type { Envelope } from './envelope';
import type { SignalRow } from './row';
import type { Home, Parsed } from './signal';
import { foreign, parsed, rejected } from './unparsed';

function parseSweep(event: Envelope, home: Home): Parsed {
  const refusal = foreign(event, home);
  if (refusal !== undefined) return refusal;
  const at = dateOf(event.time);
  if (at === undefined) return rejected('time', event.time, DATE_FORM);
  return parsed({ kind: 'sweep', eventId: event.id, at, instanceIds: [] });
}

/** EventBridge Scheduler's message each minute; `at` is the time that it was scheduled for. */
export const SWEEP: SignalRow = {
  name: 'sweep',
  source: 'watchdog.scheduler',
  detailType: 'Sweep',
  via: 'queue',
  parse: parseSweep,
};
