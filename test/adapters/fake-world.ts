import { after, instant, type Duration, type Instant } from '../../lambda/core/time';
import type { ClockPort, TelemetryPort } from '../../lambda/ports';

/** 1 August 2024, 12:10 UTC. */
export const NOON: Instant = instant(Date.UTC(2024, 7, 1, 12, 10));

/** A clock that stands still, except while somebody sleeps. */
export interface FakeClock extends ClockPort {
  readonly slept: readonly Duration[];
  set(at: Instant): void;
}

export function fakeClock(start: Instant = NOON): FakeClock {
  let now = start;
  const slept: Duration[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (length) => {
      slept.push(length);
      now = after(now, length);
    },
    set: (at) => {
      now = at;
    },
  };
}

/** Telemetry that remembers what it was told. */
export interface FakeTelemetry extends TelemetryPort {
  readonly lines: readonly {
    readonly level: string;
    readonly message: string;
    readonly fields: unknown;
  }[];
  readonly counted: ReadonlyMap<string, number>;
  /** In seconds. */
  readonly measured: ReadonlyMap<string, readonly number[]>;
  readonly flushes: () => number;
  messages(): readonly string[];
}

export function fakeTelemetry(): FakeTelemetry {
  const lines: { level: string; message: string; fields: unknown }[] = [];
  const counted = new Map<string, number>();
  const measured = new Map<string, readonly number[]>();
  let flushes = 0;
  return {
    lines,
    counted,
    measured,
    flushes: () => flushes,
    messages: () => lines.map((line) => line.message),
    log: (level, message, fields) => {
      lines.push({ level, message, fields });
    },
    count: (metric, value) => {
      counted.set(metric, (counted.get(metric) ?? 0) + value);
    },
    measure: (metric, length) => {
      measured.set(metric, [...(measured.get(metric) ?? []), length / 1_000]);
    },
    flush: () => {
      flushes += 1;
    },
  };
}

/** An error as an SDK client throws it: AWS's code as the name, and the HTTP status. */
export function awsFailure(name: string, httpStatusCode: number, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** What a request that ran out of time throws: a name, and no status. */
export const timedOut = (): Error =>
  Object.assign(new Error('Request did not complete within 4000 ms.'), { name: 'TimeoutError' });

/** What a connection that the other side had closed throws. */
export const connectionReset = (): Error =>
  Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
