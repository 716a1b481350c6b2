import type { TelemetryPort } from '../lambda/ports';

/** A record in the table that this version cannot read. */
export interface UnreadableRecord {
  /** `instance#<id>`, `fleet` or the id of an incident. */
  readonly key: string;
  readonly error: string;
}

/** Remembers what a client threw: the function's adapters answer it in words only. */
export function witness<C extends { readonly send: unknown }>(client: C) {
  let thrown: unknown;
  const send = client.send as (command: unknown) => Promise<unknown>;
  const watched = {
    send: async (command: unknown): Promise<unknown> => {
      try {
        return await send.call(client, command);
      } catch (error) {
        thrown = error;
        throw error;
      }
    },
  };
  return { client: watched as unknown as C, thrown: () => thrown };
}

/** Telemetry that keeps what cannot be read, and nothing else. */
export function listener(heard: UnreadableRecord[]): TelemetryPort {
  return {
    log(_level, message, { sortKey, instanceId, error }) {
      const isUnreadable = message === 'record-unreadable' || message === 'instance-unreadable';
      if (isUnreadable) heard.push({ key: String(sortKey ?? instanceId), error: String(error) });
    },
    count: () => undefined,
    measure: () => undefined,
    flush: () => undefined,
  };
}
