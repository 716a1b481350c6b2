import { topicOf } from '../../../lambda/core/signals/health-topic';
import { iso } from '../../../lambda/core/time';
import { health, HOME, ID, OTHER_ID, parse, signalOf } from './event';
import { parseSignal } from '../../../lambda/core/signals/parse';

const VOLUME = 'vol-0abc1234def567890';
const read = (detail: Readonly<Record<string, unknown>> = {}, over = {}) =>
  signalOf(health(detail, over), 'health');
const entities = (...values: readonly unknown[]) => ({
  affectedEntities: values.map((entityValue) => ({ entityValue })),
});

describe('a Health event', () => {
  it('says what, whom, how far and when', () => {
    const signal = read();
    expect(signal).toMatchObject({
      topic: 'availability-issue',
      eventTypeCode: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
      status: 'open',
      entityStatus: 'impaired',
      instanceIds: [ID],
      volumeIds: [],
      description: 'It is unavailable.',
    });
    expect(iso(signal.updatedAt)).toBe('2024-08-01T12:12:00.000Z');
    expect(signal.startsAt && iso(signal.startsAt)).toBe('2024-08-01T12:09:50.000Z');
    expect(signal.endsAt).toBeUndefined();
  });

  const named: readonly (readonly [
    string,
    Readonly<Record<string, unknown>>,
    string[],
    string[],
  ])[] = [
    ['an ARN', entities(`arn:aws:ec2:us-east-1:111122223333:instance/${ID}`), [ID], []],
    ['an ARN of China', entities(`arn:aws-cn:ec2:cn-north-1:1:instance/${ID}`), [ID], []],
    ['UNKNOWN beside one', entities('UNKNOWN', ID), [ID], []],
    ['a volume', entities(VOLUME), [], [VOLUME]],
    ['a volume by ARN', entities(`arn:aws:ec2:us-east-1:1:volume/${VOLUME}`), [], [VOLUME]],
    ['a reservation beside one', entities('cr-0abc1234def567890', ID), [ID], []],
    ['the same one twice', entities(ID, ` ${ID}`), [ID], []],
    [
      'entities that are none',
      { affectedEntities: [ID, null, 7, { entityValue: OTHER_ID }] },
      [OTHER_ID],
      [],
    ],
  ];

  it.each(named)('names by %s', (_name, detail, instanceIds, volumeIds) => {
    const signal = read(detail);
    expect([signal.instanceIds, signal.volumeIds]).toEqual([instanceIds, volumeIds]);
  });

  it('names by resources alone, where there are no affected entities', () => {
    const signal = read({ affectedEntities: undefined }, { resources: [ID] });
    expect(signal).toMatchObject({ instanceIds: [ID], entityStatus: 'unknown' });
  });

  it.each([
    ['a host', entities('h-0abc1234def567890')],
    ['nobody', { affectedEntities: [] }],
    ['only UNKNOWN', entities('UNKNOWN')],
    ['nothing at all', { affectedEntities: undefined }],
  ])('is ignored when it names %s', (_name, detail) => {
    expect(parse(health(detail))).toEqual({
      outcome: 'ignored',
      reason: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE names no instance and no volume',
    });
  });

  it('is context, of no instance, when the whole service has an issue', () => {
    const signal = read({ eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE', affectedEntities: [] });
    expect(signal).toMatchObject({ topic: 'service-issue', instanceIds: [] });
  });

  it.each(['ec2', 'AWS_EC2', 'RDS', 'ABUSE'])('is ignored for the service %s', (service) => {
    expect(parse(health({ service })).outcome).toBe('ignored');
  });

  it('is read for EBS', () => {
    const signal = read({
      service: 'EBS',
      eventTypeCode: 'AWS_EBS_VOLUME_LOST',
      ...entities(VOLUME),
    });
    expect(signal).toMatchObject({ topic: 'volume-lost', volumeIds: [VOLUME] });
  });

  it.each([
    ['service', { service: undefined }],
    ['eventArn', { eventArn: undefined }],
    ['eventTypeCode', { eventTypeCode: 7 }],
    ['eventTypeCategory', { eventTypeCategory: 'party' }],
  ])('is rejected without a right %s', (name, detail) => {
    expect(parse(health(detail))).toEqual({
      outcome: 'rejected',
      reason: expect.stringMatching(new RegExp(`^detail.${name} is`)),
    });
  });

  it.each(['issue', 'ISSUE', 'scheduledchange', 'accountnotification', 'Investigation'])(
    'takes the category %s in any case',
    (eventTypeCategory) => {
      expect(parse(health({ eventTypeCategory })).outcome).toBe('signal');
    },
  );

  it('is read in the form of 2018, which lacks half of the fields', () => {
    const old = read({
      eventScopeCode: undefined,
      communicationId: undefined,
      lastUpdatedTime: undefined,
      statusCode: undefined,
      eventRegion: undefined,
      affectedAccount: undefined,
      page: undefined,
      totalPages: undefined,
      backupEvent: undefined,
      affectedEntities: [{ tags: {}, entityValue: ID }],
    });
    expect(old).toMatchObject({ status: 'open', entityStatus: 'unknown', instanceIds: [ID] });
    expect(old.updatedAt).toBe(old.at);
  });
});

describe('the Region of a Health event', () => {
  it('is that of the event: a backup copy that was forwarded home is ours', () => {
    const copy = health({ backupEvent: 'true' }, { region: 'us-west-2' });
    expect(parse(copy).outcome).toBe('signal');
  });

  it.each([['true'], [true]])(
    'makes the copy of another Region’s event no signal (%j)',
    (backupEvent) => {
      const copy = health({ backupEvent }, { region: 'us-west-2' });
      expect(parseSignal(copy, { ...HOME, region: 'us-west-2' })).toEqual({
        outcome: 'ignored',
        reason: 'it is the backup copy of an event of Region "us-east-1"; ours is us-west-2',
      });
    },
  );

  it('is the place of delivery where the event names none', () => {
    const one = health({ eventRegion: undefined });
    expect(parse(one).outcome).toBe('signal');
    expect(parse({ ...one, region: 'us-west-2' }).outcome).toBe('ignored');
  });

  it('does not make another account’s event ours', () => {
    expect(parse(health({ affectedAccount: '999988887777' })).outcome).toBe('ignored');
  });
});

describe('the status of a Health event', () => {
  const planned = { eventTypeCategory: 'scheduledChange', statusCode: undefined };
  it.each([
    ['as it says', { statusCode: 'closed' }, 'closed'],
    ['as it says, in any case', { statusCode: 'UPCOMING' }, 'upcoming'],
    ['as it says, though it has an end', { endTime: 'Thu, 1 Aug 2024 12:30:00 GMT' }, 'open'],
    [
      'closed, for an issue with an end',
      { statusCode: undefined, endTime: 'Thu, 1 Aug 2024 12:30:00 GMT' },
      'closed',
    ],
    ['open, for an issue without one', { statusCode: undefined }, 'open'],
    ['open, for a status that nobody knows', { statusCode: 'odd' }, 'open'],
    [
      'upcoming, for work before its start',
      { ...planned, startTime: 'Thu, 15 Aug 2024 22:00:00 GMT' },
      'upcoming',
    ],
    [
      'open, for work at its start',
      { ...planned, startTime: 'Thu, 1 Aug 2024 12:10:07 GMT' },
      'open',
    ],
  ])('is %s', (_name, detail, status) => {
    expect(read(detail).status).toBe(status);
  });

  it('orders a closing without an update time after the opening of the same envelope time', () => {
    const opened = read({ lastUpdatedTime: undefined });
    const closed = read({
      lastUpdatedTime: undefined,
      statusCode: undefined,
      endTime: 'Thu, 1 Aug 2024 12:37:00 GMT',
    });
    expect(closed.at).toBe(opened.at);
    expect(closed.updatedAt).toBeGreaterThan(opened.updatedAt);
  });

  it('of the entities counts only when they agree', () => {
    const both = (one: string, other: string) => ({
      affectedEntities: [
        { entityValue: ID, status: one },
        { entityValue: OTHER_ID, status: other },
      ],
    });
    expect(read(both('RESOLVED', 'resolved')).entityStatus).toBe('resolved');
    expect(read(both('RESOLVED', 'IMPAIRED')).entityStatus).toBe('unknown');
    expect(read(both('odd', 'odd')).entityStatus).toBe('unknown');
  });
});

describe('the dates of a Health event', () => {
  it.each([
    ['Thu, 1 Aug 2024 12:09:50 GMT', '2024-08-01T12:09:50.000Z'],
    ['Mon, 01 Aug 2024 12:09:50 GMT', '2024-08-01T12:09:50.000Z'],
    ['Thu 1 Aug 2024 12: 09: 50 GMT', '2024-08-01T12:09:50.000Z'],
    ['2024-08-01T12:09:50Z', '2024-08-01T12:09:50.000Z'],
    ['2024-08-01T12:09:50.123+0000', '2024-08-01T12:09:50.123Z'],
    ['2024-08-01T12:09:50', '2024-08-01T12:09:50.000Z'],
    ['2024-08-01 12:09:50', '2024-08-01T12:09:50.000Z'],
    ['2024-08-01T05:09:50-07:00', '2024-08-01T12:09:50.000Z'],
  ])('are read leniently: %s', (startTime, expected) => {
    const { startsAt } = read({ startTime });
    expect(startsAt && iso(startsAt)).toBe(expected);
  });

  it.each(['{{startTime}}', 'maybe 1', 'Thu', '12:00:00', '', 1722514207, null, 'x'.repeat(9_999)])(
    'are left out when they are none: %j',
    (startTime) => {
      expect(read({ startTime }).startsAt).toBeUndefined();
    },
  );
});

describe('the key of a Health event', () => {
  const key = read().key;

  it('is the same for the same message, whatever its envelope', () => {
    expect(read({}, { id: 'another', time: '2024-08-01T12:20:00Z' }).key).toBe(key);
    expect(read({ page: 1 }).key).toBe(key);
    expect(read({ page: undefined }).key).toBe(key);
    expect(read({ page: 2 }).key).toBe(read({ page: '2' }).key);
  });

  it.each([
    ['another page', { page: '2' }],
    ['another communication', { communicationId: 'c0ffee-2' }],
    ['another event', { eventArn: 'arn:aws:health:us-east-1::event/EC2/X/two' }],
  ])('differs for %s', (_name, detail) => {
    expect(read(detail).key).not.toBe(key);
  });

  it('tells updates apart where the sender has no communicationId', () => {
    const bare = { communicationId: undefined, lastUpdatedTime: undefined };
    const closing = { ...bare, statusCode: undefined, endTime: 'Thu, 1 Aug 2024 12:37:00 GMT' };
    expect(read(closing).key).not.toBe(read(bare).key);
    expect(read(bare).key).toBe(read(bare).key);
  });
});

describe('the text of a Health event', () => {
  it('is the English one, on one line, without control characters and written line ends', () => {
    const eventDescription = [
      { language: 'ja_JP', latestDescription: 'x' },
      { language: 'en_US', latestDescription: 'One.\\n\\nTwo.\r\n\u0007Three\u202e.' },
    ];
    expect(read({ eventDescription }).description).toBe('One. Two. Three .');
  });

  it('is cut to 500 characters', () => {
    const eventDescription = [{ language: 'en_US', latestDescription: 'ab '.repeat(50_000) }];
    const { description } = read({ eventDescription });
    expect(description.length).toBeLessThanOrEqual(500);
    expect(description).toMatch(/…$/);
  });

  it.each([[undefined], [[]], ['text'], [[null]], [[{ language: 'en_US' }]]])(
    'is empty for %j',
    (eventDescription) => {
      expect(read({ eventDescription }).description).toBe('');
    },
  );
});

describe('the topic of an event type', () => {
  it.each([
    ['AWS_EC2_INSTANCE_AVAILABILITY_ISSUE', 'availability-issue'],
    ['AWS_EC2_SIMPLIFIED_AUTO_RECOVERY_SUCCESS', 'auto-recovery-success'],
    ['AWS_EC2_INSTANCE_AUTO_RECOVERY_FAILURE', 'auto-recovery-failure'],
    ['AWS_EC2_INSTANCE_AUTO_RECOVERY_NO_ACTION', 'auto-recovery-failure'],
    ['AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED', 'retirement-scheduled'],
    ['AWS_EC2_INSTANCE_RETIREMENT_EXPEDITED', 'retirement-scheduled'],
    ['AWS_EC2_INSTANCE_STOP_SCHEDULED', 'retirement-scheduled'],
    ['AWS_EC2_INSTANCE_TERMINATION_SCHEDULED', 'retirement-scheduled'],
    ['AWS_EC2_INSTANCE_REBOOT_FLEXIBLE_MAINTENANCE_SCHEDULED', 'maintenance-scheduled'],
    ['AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED', 'maintenance-scheduled'],
    ['AWS_EC2_MAINTENANCE_SCHEDULED', 'maintenance-scheduled'],
    ['AWS_EC2_DEDICATED_HOST_NETWORK_MAINTENANCE_SCHEDULED', 'other'],
    ['AWS_EC2_INSTANCE_POWER_MAINTENANCE_FAILED', 'other'],
    ['AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED', 'instance-store-degraded'],
    ['AWS_EBS_VOLUME_LOST', 'volume-lost'],
    ['AWS_EBS_DEGRADED_EBS_VOLUME_PERFORMANCE', 'other'],
    ['AWS_EC2_SOMETHING_NEW', 'other'],
    ['constructor', 'other'],
  ])('%s is %s', (code, topic) => {
    expect(topicOf(code)).toBe(topic);
  });
});
