import { setTimeout as sleepFor } from 'node:timers/promises';
import { instant, type Duration } from '../core/time';
import type { ClockPort } from '../ports';

/** The machine's clock. */
export function createSystemClock(): ClockPort {
  return {
    now: () => instant(Date.now()),
    sleep: async (length: Duration) => {
      await sleepFor(Math.max(0, length));
    },
  };
}
