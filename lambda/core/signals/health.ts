import type { Instant } from '../time';
import { DATE_FORM, dateOf } from './date-text';
import type { Envelope } from './envelope';
import { field, isJson, isTrue, listIn, quote, textIn, textOf, type Json } from './field';
import { topicOf } from './health-topic';
import { oneLine } from '../one-line';
import { distinct, instanceIdOf, volumeIdOf } from './resource-id';
import type { SignalRow } from './row';
import type { HealthEntityStatus, HealthSignal, Home, Parsed, Unparsed } from './signal';
import { foreign, ignored, parsed, rejected } from './unparsed';

const SERVICES = ['EC2', 'EBS'] as const;
const CATEGORIES = ['issue', 'accountNotification', 'scheduledChange', 'investigation'] as const;
const ENTITY_STATUSES: readonly HealthEntityStatus[] = [
  'impaired',
  'unimpaired',
  'pending',
  'resolved',
  'unknown',
];
const DESCRIPTION_LIMIT = 500;
/** Codes and ARNs of AWS Health are shorter; what is longer would only fill the record. */
const CODE_LIMIT = 200;
const ARN_LIMIT = 500;

interface Required {
  readonly eventArn: string;
  readonly code: string;
  readonly category: (typeof CATEGORIES)[number];
}

/** The Region of the event: not where it was delivered, which may be the backup Region. */
function refusalOf(event: Envelope, home: Home): Unparsed | undefined {
  const named = textIn(event.detail, 'eventRegion');
  const region = named === undefined || named === 'global' ? event.region : named;
  const refusal = foreign({ account: event.account, region }, home);
  if (refusal !== undefined) {
    return region !== home.region && isTrue(field(event.detail, 'backupEvent'))
      ? ignored(
          `it is the backup copy of an event of Region ${quote(region)}; ours is ${home.region}`,
        )
      : refusal;
  }
  const affected = textIn(event.detail, 'affectedAccount');
  return affected !== undefined && affected !== home.accountId
    ? ignored(`it affects account ${quote(affected)}; ours is ${home.accountId}`)
    : undefined;
}

function requiredOf(detail: Json): Required | Unparsed {
  const eventArn = textIn(detail, 'eventArn');
  if (eventArn === undefined) {
    return rejected('detail.eventArn', field(detail, 'eventArn'), 'a text');
  }
  const code = textIn(detail, 'eventTypeCode');
  if (code === undefined) {
    return rejected('detail.eventTypeCode', field(detail, 'eventTypeCode'), 'a text');
  }
  const name = textIn(detail, 'eventTypeCategory');
  const category = CATEGORIES.find((known) => known.toLowerCase() === name?.toLowerCase());
  if (category === undefined) {
    const actual = field(detail, 'eventTypeCategory');
    return rejected('detail.eventTypeCategory', actual, `one of ${CATEGORIES.join(', ')}`);
  }
  return { eventArn: oneLine(eventArn, ARN_LIMIT), code: oneLine(code, CODE_LIMIT), category };
}

/** What the event affects: its entities, and `resources`, which some senders fill alone. */
function entitiesOf(event: Envelope): readonly unknown[] {
  const entities = listIn(event.detail, 'affectedEntities').filter(isJson);
  return [...entities.map((entity) => field(entity, 'entityValue')), ...event.resources];
}

/** The status on which all entities of ours agree; `unknown` where they differ or have none. */
function entityStatusOf(detail: Json): HealthEntityStatus {
  const statuses = listIn(detail, 'affectedEntities')
    .filter(isJson)
    .filter((entity) => {
      const value = field(entity, 'entityValue');
      return instanceIdOf(value) !== undefined || volumeIdOf(value) !== undefined;
    })
    .map((entity) => textIn(entity, 'status')?.toLowerCase());
  const first = ENTITY_STATUSES.find((status) => status === statuses[0]);
  return first !== undefined && statuses.every((status) => status === first) ? first : 'unknown';
}

/**
 * Older events have no statusCode: an issue with an end is over, planned work is ahead until its
 * start. The envelope's time cannot tell: open and closed updates carry the same.
 */
function statusOf(
  detail: Json,
  category: Required['category'],
  at: Instant,
): HealthSignal['status'] {
  const given = textIn(detail, 'statusCode')?.toLowerCase();
  if (given === 'open' || given === 'closed' || given === 'upcoming') return given;
  const startsAt = dateOf(field(detail, 'startTime'));
  if (category === 'scheduledChange') {
    return startsAt !== undefined && startsAt > at ? 'upcoming' : 'open';
  }
  return dateOf(field(detail, 'endTime')) === undefined ? 'open' : 'closed';
}

/** AWS's text in English; the first one where none says that it is English. */
function descriptionOf(detail: Json): string {
  const texts = listIn(detail, 'eventDescription').filter(isJson);
  const english = texts.find((text) => textIn(text, 'language')?.toLowerCase().startsWith('en'));
  const chosen = english ?? texts[0];
  return chosen === undefined
    ? ''
    : oneLine(textIn(chosen, 'latestDescription') ?? '', DESCRIPTION_LIMIT);
}

/**
 * AWS documents eventArn and communicationId as the key of a message, once with the page in the
 * communicationId and once with all pages sharing it: so page and account go into the key too.
 * A sender that knows no communicationId is told apart by when and how the event was updated.
 */
function keyOf(detail: Json, eventArn: string, updated: string): string {
  const page = field(detail, 'page');
  return [
    eventArn,
    oneLine(textIn(detail, 'communicationId') ?? updated, CODE_LIMIT),
    typeof page === 'number' ? String(page) : (textOf(page) ?? '1').slice(0, 10),
    (textIn(detail, 'affectedAccount') ?? '').slice(0, 12),
  ].join('|');
}

/** Of no use: nothing of ours is named, and it is not about the health of the service either. */
function isPointless(signal: HealthSignal): boolean {
  return (
    signal.instanceIds.length === 0 &&
    signal.volumeIds.length === 0 &&
    signal.topic !== 'service-issue'
  );
}

function signalOf(event: Envelope, required: Required, at: Instant): HealthSignal {
  const { detail } = event;
  const entities = entitiesOf(event);
  const status = statusOf(detail, required.category, at);
  const startsAt = dateOf(field(detail, 'startTime'));
  const endsAt = dateOf(field(detail, 'endTime'));
  const over = status === 'closed' ? endsAt : undefined;
  const updatedAt = dateOf(field(detail, 'lastUpdatedTime')) ?? over ?? at;
  return {
    kind: 'health',
    eventId: event.id,
    at,
    instanceIds: distinct(entities.map(instanceIdOf)),
    topic: topicOf(required.code),
    eventArn: required.eventArn,
    eventTypeCode: required.code,
    status,
    volumeIds: distinct(entities.map(volumeIdOf)),
    updatedAt,
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
    entityStatus: entityStatusOf(detail),
    key: keyOf(detail, required.eventArn, `${updatedAt}-${status}`),
    description: descriptionOf(detail),
  };
}

function parseHealth(event: Envelope, home: Home): Parsed {
  const refusal = refusalOf(event, home);
  if (refusal !== undefined) return refusal;
  const service = field(event.detail, 'service');
  if (!SERVICES.some((known) => known === service)) {
    return typeof service === 'string'
      ? ignored(`it is about the service ${quote(service)}, not EC2 or EBS`)
      : rejected('detail.service', service, 'a text');
  }
  const required = requiredOf(event.detail);
  if ('outcome' in required) return required;
  const at = dateOf(event.time) ?? dateOf(field(event.detail, 'startTime'));
  if (at === undefined) return rejected('time', event.time, DATE_FORM);
  const signal = signalOf(event, required, at);
  return isPointless(signal)
    ? ignored(`${required.code} names no instance and no volume`)
    : parsed(signal);
}

/**
 * AWS Health tells of an issue or of planned work, at least once, in pages, with updates and,
 * for other Regions, backup copies. Abuse events have another detail-type and are not read.
 * https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
 */
export const HEALTH: SignalRow = {
  name: 'health',
  source: 'aws.health',
  detailType: 'AWS Health Event',
  via: 'bus',
  detail: { service: SERVICES },
  parse: parseHealth,
};
