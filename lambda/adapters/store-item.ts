import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { healthKey } from '../core/notices';
import type { Amendment, FleetRecord, InstanceRecord } from '../core/record';
import { readPause, type Pause } from '../core/pause';
import { OPERATOR_TAGS } from '../core/tags';
import { iso, type Instant } from '../core/time';
import { CodecError, type Codec } from './json-codec';
import { fleetRecordCodec, healthFactCodec, instanceRecordCodec } from './record-codec';

/** An item of the table, in DynamoDB's own notation. */
export type Item = Record<string, AttributeValue>;

/** The partition that one Query reads: every instance's record and the fleet's. */
export const FLEET_KEY = 'fleet';
const INSTANCE_PREFIX = 'instance#';
const POLICY_PREFIX = 'policy#';
const TAKEDOWNS_KEY = 'takedowns';

const textAttribute = (value: string): AttributeValue => ({ S: value });
const numberAttribute = (value: number): AttributeValue => ({ N: String(value) });

/**
 * The item of one instance's record. The lease stands beside the body for people who look. With
 * `expiresAt` the table drops it after that, unless it is written again before.
 */
export function instanceItem(record: InstanceRecord, expiresAt?: Instant): Item {
  const { lease, version, instanceId } = record;
  return {
    pk: textAttribute(FLEET_KEY),
    sk: textAttribute(`${INSTANCE_PREFIX}${instanceId}`),
    version: numberAttribute(version),
    ...(lease === undefined
      ? {}
      : { leaseToken: numberAttribute(lease.token), leaseOwner: textAttribute(lease.owner) }),
    ...(expiresAt !== undefined && { expiresAt: expiryAttribute(expiresAt) }),
    body: textAttribute(JSON.stringify(instanceRecordCodec.encode(record))),
  };
}

/** DynamoDB's TTL counts in whole seconds since the epoch. */
const expiryAttribute = (at: Instant): AttributeValue => numberAttribute(Math.ceil(at / 1_000));

/** The item of the fleet's record. */
export function fleetItem(fleet: FleetRecord): Item {
  return {
    pk: textAttribute(FLEET_KEY),
    sk: textAttribute(FLEET_KEY),
    version: numberAttribute(fleet.version),
    body: textAttribute(JSON.stringify(fleetRecordCodec.encode(fleet))),
  };
}

/** The item that counts the fleet's takedowns, as it is after the one of this instance. */
export function takedownItem(version: number, instanceId: string, at: Instant): Item {
  return {
    pk: textAttribute(FLEET_KEY),
    sk: textAttribute(TAKEDOWNS_KEY),
    version: numberAttribute(version),
    // For people who look; nothing reads it.
    instanceId: textAttribute(instanceId),
    at: textAttribute(iso(at)),
  };
}

/** The item of an incident that is over, which the table drops after `expiresAt`. */
export function archiveItem(record: InstanceRecord, incidentId: string, expiresAt: Instant): Item {
  return {
    ...instanceItem(record, expiresAt),
    pk: textAttribute(`incident#${incidentId}`),
    sk: textAttribute('record'),
  };
}

/** The item of what AWS said of an incident that was over, beside its archive. */
export function amendmentItem({ incidentId, fact }: Amendment, expiresAt: Instant): Item {
  return {
    pk: textAttribute(`incident#${incidentId}`),
    sk: textAttribute(healthKey(fact)),
    version: numberAttribute(1),
    expiresAt: expiryAttribute(expiresAt),
    body: textAttribute(JSON.stringify(healthFactCodec.encode(fact))),
  };
}

/** What one item of the fleet's partition holds. */
export type ItemContent =
  | { readonly kind: 'instance'; readonly record: InstanceRecord }
  | { readonly kind: 'fleet'; readonly fleet: FleetRecord }
  | { readonly kind: 'takedowns'; readonly version: number }
  | { readonly kind: 'policy-pause'; readonly policy: string; readonly pause: Pause }
  /** Nothing of this version's; a later one may keep it. */
  | { readonly kind: 'foreign' }
  /** Written by a newer version, or damaged. Its instance is known, but nothing else of it. */
  | {
      readonly kind: 'unreadable';
      readonly sortKey: string;
      readonly instanceId: string | undefined;
      readonly version: number;
      readonly error: string;
    };

/** The version attribute; 0 where it is missing or no number. */
function versionOf(item: Item): number {
  const version = Number(item['version']?.N ?? '0');
  return Number.isSafeInteger(version) && version > 0 ? version : 0;
}

function decode<T extends { readonly version: number }>(codec: Codec<T>, item: Item): T {
  const body = item['body']?.S;
  if (body === undefined) throw new CodecError('body', 'a text');
  const record = codec.decode(JSON.parse(body), 'record');
  // The conditional writes go by the attribute: two truths about it would lose one of them.
  if (record.version !== versionOf(item)) throw new CodecError('record.version', 'the attribute');
  return record;
}

/**
 * What a person wrote about a whole policy, in the words of the tags. An item that says neither
 * `pauseUntil` nor `hold` cannot be read, and so counts as a pause without an end: to lift a pause
 * the item is deleted.
 */
function policyPauseOf(item: Item, now: Instant): Pause {
  const { hold, pauseUntil } = item;
  if (hold !== undefined) return readPause({ [OPERATOR_TAGS.hold]: hold.S ?? '' }, now);
  return readPause({ [OPERATOR_TAGS.pauseUntil]: pauseUntil?.S ?? '' }, now);
}

function readRecord(sortKey: string, item: Item): ItemContent {
  const record = decode(instanceRecordCodec, item);
  if (sortKey !== `${INSTANCE_PREFIX}${record.instanceId}`) {
    throw new CodecError('record.instanceId', `that of ${sortKey}`);
  }
  return { kind: 'instance', record };
}

function read(sortKey: string, item: Item, now: Instant): ItemContent {
  if (sortKey === FLEET_KEY) return { kind: 'fleet', fleet: decode(fleetRecordCodec, item) };
  if (sortKey === TAKEDOWNS_KEY) {
    const version = versionOf(item);
    // To begin anew at 0 would let every claim fail: it is the item's own version that counts.
    if (version === 0) throw new CodecError('version', 'a count from 1 on');
    return { kind: 'takedowns', version };
  }
  if (sortKey.startsWith(INSTANCE_PREFIX)) return readRecord(sortKey, item);
  if (!sortKey.startsWith(POLICY_PREFIX)) return { kind: 'foreign' };
  const policy = sortKey.slice(POLICY_PREFIX.length);
  return { kind: 'policy-pause', policy, pause: policyPauseOf(item, now) };
}

/** Reads one item of the fleet's partition. Never throws. */
export function readItem(item: Item, now: Instant): ItemContent {
  const sortKey = item['sk']?.S ?? '';
  try {
    return read(sortKey, item, now);
  } catch (error) {
    return {
      kind: 'unreadable',
      sortKey,
      instanceId: sortKey.startsWith(INSTANCE_PREFIX)
        ? sortKey.slice(INSTANCE_PREFIX.length)
        : undefined,
      version: versionOf(item),
      error: error instanceof Error ? error.message : 'unknown',
    };
  }
}
