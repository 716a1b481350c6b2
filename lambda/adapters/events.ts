import {
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE, type ProgramEvent } from '../core/alert/event';
import type { TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { EventsClient } from './clients';
import { REQUEST_TIMEOUT_MS } from './timeouts';

/** What sending events needs beside the client. */
export interface EventsOptions {
  /** The bus by its name; undefined where events are off. */
  readonly busName: string | undefined;
  readonly telemetry: TelemetryPort;
}

/**
 * Sends events to programs, each at least tried twice. What is not taken is counted and logged,
 * and lost: programs are served after people, and never at their cost. Never throws.
 */
export type EventSender = (events: readonly ProgramEvent[]) => Promise<void>;

/** PutEvents takes ten entries a call. */
const BATCH = 10;
/** Calls side by side: the quota is hundreds a second in the smallest Region. */
const AT_ONCE = 10;

/** Of a storm's thousand events a hundred calls; once a whole round fails the rest is not tried. */
export function createEventSender(client: EventsClient, options: EventsOptions): EventSender {
  const { busName, telemetry } = options;
  if (busName === undefined) return () => Promise.resolve();
  return async (events) => {
    const failed = await putProgramEvents(client, events, { busName, telemetry });
    if (failed > 0) telemetry.count('EventsFailed', failed);
  };
}

/** Puts events on a bus as above; answers how many were lost. Never throws. */
export async function putProgramEvents(
  client: EventsClient,
  events: readonly ProgramEvent[],
  { busName, telemetry }: { readonly busName: string; readonly telemetry: TelemetryPort },
): Promise<number> {
  const sending = { client, telemetry };
  const entries = events.map((event) => entryOf(event, busName));
  const batches = chunks(entries, BATCH);
  let failed = 0;
  for (const [index, round] of chunks(batches, AT_ONCE).entries()) {
    const left = await Promise.all(round.map((batch) => send(sending, batch)));
    failed += left.reduce((sum, count) => sum + count, 0);
    if (left.some((count, place) => count < (round[place]?.length ?? 0))) continue;
    failed += entries.length - Math.min(entries.length, (index + 1) * AT_ONCE * BATCH);
    break;
  }
  return failed;
}

function entryOf(event: ProgramEvent, busName: string): PutEventsRequestEntry {
  return {
    EventBusName: busName,
    Source: EVENT_SOURCE,
    DetailType: event.detailType,
    Time: new Date(event.at),
    Resources: [...event.resources],
    Detail: JSON.stringify(event.detail),
  };
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

interface Sending {
  readonly client: EventsClient;
  readonly telemetry: TelemetryPort;
}

/** One batch, and once more what of it was not taken; answers how many entries were lost. */
async function send(sending: Sending, batch: readonly PutEventsRequestEntry[]): Promise<number> {
  const first = await put(sending, batch);
  if (first.left.length === 0 || first.isFinal) return first.left.length;
  return (await put(sending, first.left)).left.length;
}

interface Put {
  /** The entries that EventBridge did not take. */
  readonly left: readonly PutEventsRequestEntry[];
  /** Refused for good: a permission that is missing is missing the second time too. */
  readonly isFinal: boolean;
}

async function put(
  { client, telemetry }: Sending,
  entries: readonly PutEventsRequestEntry[],
): Promise<Put> {
  try {
    const answer = await client.send(new PutEventsCommand({ Entries: [...entries] }), {
      requestTimeout: REQUEST_TIMEOUT_MS.bestEffort,
    });
    if ((answer.FailedEntryCount ?? 0) === 0) return { left: [], isFinal: false };
    const results: readonly PutEventsResultEntry[] = answer.Entries ?? [];
    // The results are in the order of the entries.
    const refused = results.filter(({ ErrorCode }) => ErrorCode !== undefined);
    const codes = [...new Set(refused.map(({ ErrorCode }) => ErrorCode))];
    telemetry.log('warn', 'events-not-taken', { entries: refused.length, codes });
    const left = entries.filter((_, index) => results[index]?.ErrorCode !== undefined);
    return { left, isFinal: false };
  } catch (thrown) {
    const error = awsError(thrown);
    const fields = { entries: entries.length, error: describeAwsError(error) };
    telemetry.log('warn', 'events-not-taken', fields);
    return { left: entries, isFinal: error.fault === 'client' };
  }
}
