import type { PutEventsRequest, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Home } from '../../lambda/core/signals/signal';
import { parseInstant } from '../../lambda/core/time';
import type { History } from '../history';
import { serviceError } from './errors';
import type { EventBus } from './eventbridge';
import type { Caller, Operation } from './gateway';

/** What PutEvents needs. */
export interface PutEventsParts {
  readonly home: Home;
  readonly bus: EventBus;
  readonly history: History;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html: a call's limits. */
const MOST_ENTRIES = 10;
const LARGEST = 262_144;
/** The bus that every account has; others are not simulated. */
const BUS = 'default';

/** What one entry got: an id, or why it was refused; the call as a whole succeeds. */
type EntryResult =
  { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

const invalid = (message: string): Error =>
  serviceError('events', { code: 'ValidationException', message, status: 400 });

/** The size of an entry as EventBridge counts it, in bytes. */
function sizeOf(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const time = entry.Time === undefined ? 0 : 14;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), time);
}

function detailOf(entry: PutEventsRequestEntry): Readonly<Record<string, unknown>> | undefined {
  try {
    const detail: unknown = JSON.parse(entry.Detail ?? '');
    const isObject = typeof detail === 'object' && detail !== null && !Array.isArray(detail);
    return isObject ? (detail as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** Why EventBridge takes no such entry, while it takes the others of the call. */
function refusalOf(entry: PutEventsRequestEntry): EntryResult | undefined {
  const { Source = '', DetailType = '' } = entry;
  const refused = (ErrorCode: string, ErrorMessage: string): EntryResult => ({
    ErrorCode,
    ErrorMessage,
  });
  if (Source === '') return refused('InvalidArgument', 'Parameter Source is not valid.');
  if (Source.startsWith('aws.')) {
    return refused('NotAuthorizedForSource', 'Not authorized for the source.');
  }
  if (DetailType === '' || DetailType.length > 128) {
    return refused('InvalidArgument', 'Parameter DetailType is not valid.');
  }
  if (detailOf(entry) === undefined) return refused('MalformedDetail', 'Detail is malformed.');
  return undefined;
}

/** PutEvents: events of programs go onto the same bus as those of AWS. */
export function putEventsOperations({ home, bus, history }: PutEventsParts): readonly Operation[] {
  const busArn = `arn:aws:events:${home.region}:${home.accountId}:event-bus/${BUS}`;
  const put = (entry: PutEventsRequestEntry, { invocation }: Caller): EntryResult => {
    const refusal = refusalOf(entry);
    if (refusal !== undefined) return refusal;
    const { Source: source = '', DetailType: detailType = '', Resources: resources = [] } = entry;
    const detail = detailOf(entry) ?? {};
    const happenedAt = entry.Time && parseInstant(entry.Time.toISOString());
    const event = { source, detailType, resources, detail, instanceIds: [] };
    const eventId = bus.put(happenedAt === undefined ? event : { ...event, happenedAt });
    const fact = { eventId, source, detailType, resources, detail };
    history.add({ kind: 'program-event', invocation, ...fact });
    return { EventId: eventId };
  };
  const run = (input: PutEventsRequest, caller: Caller): object => {
    const entries = input.Entries ?? [];
    if (entries.length === 0 || entries.length > MOST_ENTRIES) {
      throw invalid(`1 validation error: Entries has ${entries.length} members, 1 to 10 allowed`);
    }
    const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (size > LARGEST) throw invalid('Total size of the entries in the request is over the limit');
    const names = new Set(entries.map(({ EventBusName = BUS }) => EventBusName));
    for (const name of names) {
      caller.authorize('events:PutEvents', busArn.replace(/[^/]+$/, name), {
        'events:source': entries.map(({ Source = '' }) => Source),
        'events:detail-type': entries.map(({ DetailType = '' }) => DetailType),
      });
      if (name === BUS) continue;
      const message = `Event bus ${name} does not exist.`;
      throw serviceError('events', { code: 'ResourceNotFoundException', message, status: 400 });
    }
    const results = entries.map((entry) => put(entry, caller));
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
    return { FailedEntryCount, Entries: results };
  };
  const latency = { medianMs: 30, sigma: 0.5, leastMs: 10, mostMs: 1_500 };
  return [{ service: 'events', name: 'PutEvents', latency, run: run as Operation['run'] }];
}
