import fc from 'fast-check';
import {
  archiveItem,
  fleetItem,
  instanceItem,
  readItem as readItemAt,
  takedownItem,
  type Item,
  type ItemContent,
} from '../../lambda/adapters/store-item';
import { newRecord, type InstanceRecord } from '../../lambda/core/record';
import { after, hours, instant, iso } from '../../lambda/core/time';
import { anyFleet, anyRecord } from './arbitrary-record';
import { NOON } from './fake-world';

const readItem = (item: Item): ItemContent => readItemAt(item, NOON);

/** A record is large, and drawing one slow. */
const RUNS = { numRuns: 60 };
const ID = 'i-0123456789abcdef0';

const record: InstanceRecord = {
  ...newRecord(ID),
  version: 7,
  lease: { owner: 'request-1', token: 3, until: after(NOON, hours(1)) },
  starts: [NOON],
  evidence: [{ kind: 'ready', at: NOON }],
};

/** The item with its body changed as if somebody else had written it. */
function tampered(change: (body: Record<string, unknown>) => unknown): Item {
  const item = instanceItem(record);
  const body = JSON.parse(item['body']?.S ?? '') as Record<string, unknown>;
  return { ...item, body: { S: JSON.stringify(change(body)) } };
}

const numbersIn = (value: unknown): readonly number[] => {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

describe('the stored form', () => {
  test('any record that is written is read again as it was', () => {
    fc.assert(
      fc.property(anyRecord, (any) => {
        expect(readItem(instanceItem(any))).toEqual({ kind: 'instance', record: any });
      }),
      RUNS,
    );
  });

  test("any fleet's record too", () => {
    fc.assert(
      fc.property(anyFleet, (any) => {
        expect(readItem(fleetItem(any))).toEqual({ kind: 'fleet', fleet: any });
      }),
      RUNS,
    );
  });

  test('no moment is stored as a number, whatever the record holds', () => {
    fc.assert(
      fc.property(anyRecord, (any) => {
        const body: unknown = JSON.parse(instanceItem(any)['body']?.S ?? '');
        // 2001 in milliseconds: tokens and counts stay below it.
        expect(numbersIn(body).filter((one) => one >= 1_000_000_000_000)).toEqual([]);
      }),
      RUNS,
    );
  });

  test('has the key, the version and the lease beside the body', () => {
    expect(instanceItem(record)).toMatchObject({
      pk: { S: 'fleet' },
      sk: { S: `instance#${ID}` },
      version: { N: '7' },
      leaseToken: { N: '3' },
      leaseOwner: { S: 'request-1' },
      body: { S: expect.stringContaining('"starts":["2024-08-01T12:10:00.000Z"]') },
    });
  });

  test('without a lease it has none', () => {
    expect(Object.keys(instanceItem(newRecord(ID)))).toEqual(['pk', 'sk', 'version', 'body']);
  });

  test('an archived incident expires by a count of whole seconds', () => {
    const item = archiveItem(record, 'pod-23-20240801-1210-def0', instant(NOON + 1));
    expect(item).toMatchObject({
      pk: { S: 'incident#pod-23-20240801-1210-def0' },
      sk: { S: 'record' },
      expiresAt: { N: String(NOON / 1_000 + 1) },
    });
  });
});

describe('what a later version added within the schema', () => {
  test('comes through an older one unharmed', () => {
    const content = readItem(
      tampered((body) => ({
        ...body,
        hooks: [{ at: 1 }],
        lease: { ...(body['lease'] as object), why: 'x' },
      })),
    );
    if (content.kind !== 'instance') throw new Error(`It is ${content.kind}`);
    const again = JSON.parse(instanceItem(content.record)['body']?.S ?? '');
    expect(again).toMatchObject({ hooks: [{ at: 1 }], lease: { why: 'x' } });
  });
});

describe('a record that cannot be read', () => {
  const item = instanceItem(record);
  test.each<[string, Item]>([
    ['of a newer schema', tampered((body) => ({ ...body, schema: 2 }))],
    ['that is no object', tampered(() => [])],
    ['with a field missing', tampered(({ outbox: _, ...rest }) => rest)],
    ['with a time that is none', tampered((body) => ({ ...body, starts: ['yesterday'] }))],
    ['with a time as a number', tampered((body) => ({ ...body, starts: [NOON] }))],
    [
      'with evidence of an unknown kind',
      tampered((body) => ({ ...body, evidence: [{ kind: 'omen' }] })),
    ],
    [
      'with a kind out of the prototype',
      tampered((body) => ({ ...body, enrolment: { kind: 'toString' } })),
    ],
    ['of another instance', tampered((body) => ({ ...body, instanceId: 'i-00000000000000009' }))],
    ['with another version than its attribute', { ...item, version: { N: '8' } }],
    ['without a body', { pk: item['pk']!, sk: item['sk']!, version: { N: '7' } }],
    ['with a body that is cut off', { ...item, body: { S: '{"schema":1,' } }],
  ])('%s is named, and nothing else is said of it', (_, broken) => {
    expect(readItem(broken)).toMatchObject({ kind: 'unreadable', instanceId: ID });
  });

  test('tells where it is wrong', () => {
    const broken = tampered((body) => ({ ...body, evidence: [{ kind: 'ready' }] }));
    expect(readItem(broken)).toMatchObject({
      error: 'record.evidence[0].at is not a time in ISO 8601',
    });
  });

  test('of no instance is not taken for one, and is nothing to tell of', () => {
    expect(readItem({ pk: { S: 'fleet' }, sk: { S: 'note' } })).toEqual({ kind: 'foreign' });
    expect(readItem({})).toEqual({ kind: 'foreign' });
  });
});

describe('a record of before the ladder', () => {
  test('is read as it was: nothing planned, its own type, no zone in a storm', () => {
    const { schema, instanceId, version, label, enrolment } = newRecord(ID);
    const lists = { evidence: [], starts: [], outbox: [], told: [] };
    const body = JSON.stringify({ schema, instanceId, version, label, enrolment, ...lists });
    const item = { pk: { S: 'fleet' }, sk: { S: `instance#${ID}` }, body: { S: body } };
    expect(readItem(item)).toEqual({ kind: 'instance', record: newRecord(ID) });
  });
});

describe('the count of takedowns', () => {
  test('is read as it was written', () => {
    expect(readItem(takedownItem(4, ID, NOON))).toEqual({ kind: 'takedowns', version: 4 });
  });

  test('that is damaged is told: a claim on it fails, and nothing is taken down', () => {
    const broken = { ...takedownItem(4, ID, NOON), version: { S: 'four' } };
    expect(readItem(broken)).toMatchObject({ kind: 'unreadable', instanceId: undefined });
  });
});

describe('the pause of a policy', () => {
  const paused = (attributes: Item): Item => ({
    pk: { S: 'fleet' },
    sk: { S: 'policy#livechat' },
    ...attributes,
  });
  const later = after(NOON, hours(2));

  test.each<[string, Item, object]>([
    [
      'until a time, with the reason',
      { pauseUntil: { S: `${iso(later)} deploying` } },
      { kind: 'paused', until: later, note: 'deploying' },
    ],
    ['that is over', { pauseUntil: { S: iso(NOON) } }, { kind: 'none' }],
    ['held', { hold: { S: 'see ticket 12' } }, { kind: 'held', note: 'see ticket 12' }],
    [
      'held, and paused until a time that is over',
      { hold: { S: 'x' }, pauseUntil: { S: iso(NOON) } },
      { kind: 'held' },
    ],
    ['until nobody knows when', { pauseUntil: { S: 'monday' } }, { kind: 'paused' }],
    ['of another type', { pauseUntil: { N: '1722513600' } }, { kind: 'paused', until: undefined }],
    ['held by a truth value', { hold: { BOOL: true } }, { kind: 'held' }],
    ['with a misspelt name', { pause: { S: 'x' } }, { kind: 'paused', until: undefined }],
  ])('%s', (_, attributes, pause) => {
    expect(readItem(paused(attributes))).toMatchObject({
      kind: 'policy-pause',
      policy: 'livechat',
      pause,
    });
  });
});
