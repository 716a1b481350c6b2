import fc from 'fast-check';
import { parseEnvelope } from '../../../lambda/core/signals/envelope';
import { parseSignal } from '../../../lambda/core/signals/parse';
import { SIGNAL_TABLE } from '../../../lambda/core/signals/table';
import { alarm, apiCall, event, health, HOME, ID, parse, stateChange } from './event';

const stopped = stateChange({ 'instance-id': ID, state: 'stopped' });

describe('the envelope', () => {
  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const rejections: readonly (readonly [string, unknown, RegExp])[] = [
    ['text that is no JSON', 'stop i-1', /^the event is "stop i-1", but must be a JSON object$/],
    ['cut JSON', '{"source":"aws.ec2"', /must be a JSON object/],
    ['an array', [stopped], /^the event is a list of 1,/],
    ['an array as text', JSON.stringify([stopped]), /^the event is a list of 1,/],
    ['null', null, /^the event is null,/],
    ['nothing', undefined, /^the event is missing,/],
    ['a number', 7, /^the event is 7,/],
    ['deep nesting', nested, /^the event is/],
    [
      'deep nesting inside',
      `{"source":"a","detail-type":"b","detail":${nested}}`,
      /^detail is a list/,
    ],
    ['a text longer than any message', `"${'x'.repeat(2_000_000)}"`, /^the event is "/],
    ['no source', event({ 'detail-type': 'x', detail: {} }), /^source is missing/],
    ['a blank source', event({ source: '  ', 'detail-type': 'x', detail: {} }), /^source is ""/],
    ['no detail-type', event({ source: 'aws.ec2', detail: {} }), /^detail-type is missing/],
    ['no detail', event({ source: 'aws.ec2', 'detail-type': 'x' }), /^detail is missing/],
    [
      'a detail of text',
      event({ source: 'a', 'detail-type': 'b', detail: '{}' }),
      /^detail is "{}"/,
    ],
    ['an inherited source', '{"__proto__":{"source":"aws.ec2"},"detail":{}}', /^source is missing/],
  ];

  it.each(rejections)('rejects %s', (_name, raw, reason) => {
    const parsed = parse(raw);
    expect(parsed).toEqual({ outcome: 'rejected', reason: expect.stringMatching(reason) });
  });

  it('quotes at most 80 characters of what it rejects, without control characters', () => {
    const parsed = parse(`\u001b[31m${'x'.repeat(500)}\r\nFrom: evil`);
    expect(parsed.outcome).toBe('rejected');
    const quoted = /"(.*)"/.exec(parsed.outcome === 'rejected' ? parsed.reason : '')?.[1] ?? '';
    expect(quoted).toHaveLength(80);
    expect(quoted).not.toMatch(/[\u0000-\u001f]/);
  });

  it('reads an event as text and as an object alike', () => {
    expect(parse(JSON.stringify(stopped))).toEqual(parse(stopped));
    expect(parse(stopped).outcome).toBe('signal');
  });

  it('does not take inherited fields for its own', () => {
    expect(parse(Object.create(stopped)).outcome).toBe('rejected');
  });

  it('does not need the version, which the current documentation leaves out', () => {
    expect(parse({ ...stopped, version: undefined }).outcome).toBe('signal');
  });

  it('reads a lone text where resources should be a list', () => {
    const read = parseEnvelope({ ...stopped, resources: ` ${ID}` });
    expect(read.outcome === 'envelope' && read.envelope.resources).toEqual([ID]);
  });

  it('ignores a replay from an archive, whatever it replays', () => {
    for (const one of [stopped, health(), alarm(), apiCall()]) {
      expect(parse({ ...one, 'replay-name': 'replay1' })).toEqual({
        outcome: 'ignored',
        reason: expect.stringContaining('replay'),
      });
      expect(parse(one).outcome).toBe('signal');
    }
  });
});

describe('what is not ours', () => {
  const kinds: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['a state change', stopped],
    ['an alarm', alarm()],
    ['an API call', apiCall()],
    ['a Health event without its own Region', health({ eventRegion: undefined })],
  ];

  it.each(kinds)('ignores %s of another account or Region', (_name, one) => {
    expect(parse({ ...one, account: '999988887777' })).toEqual({
      outcome: 'ignored',
      reason: 'it is of account "999988887777"; ours is 111122223333',
    });
    expect(parse({ ...one, region: 'eu-west-1' })).toEqual({
      outcome: 'ignored',
      reason: 'it is of Region "eu-west-1"; ours is us-east-1',
    });
    expect(parse({ ...one, account: undefined }).outcome).toBe('ignored');
    expect(parse(one).outcome).toBe('signal');
  });

  it.each([
    ['aws.ec2', 'EC2 Spot Instance Interruption Warning'],
    ['aws.health', 'AWS Health Abuse Event'],
    ['aws.cloudwatch', 'CloudWatch Alarm Configuration Change'],
    ['aws.cloudwatch', 'CloudWatch Alarm Contributor State Change'],
    ['aws.s3', 'AWS API Call via CloudTrail'],
    ['evil.ec2', 'EC2 Instance State-change Notification'],
    ['__proto__', 'constructor'],
  ])('ignores %s with detail-type %s', (source, detailType) => {
    const detail = { 'instance-id': ID, state: 'stopped', service: 'ABUSE' };
    expect(parse(event({ source, 'detail-type': detailType, detail }))).toEqual({
      outcome: 'ignored',
      reason: expect.stringContaining('no kind of event'),
    });
  });
});

describe('the table', () => {
  it('has each name, and each pair of source and detail-type, once', () => {
    const names = SIGNAL_TABLE.map(({ name }) => name);
    const pairs = SIGNAL_TABLE.map(({ source, detailType }) => `${source} ${detailType}`);
    expect(names).toEqual([
      'state-change',
      'health',
      'alarm',
      'api-call',
      'ready',
      'command-status',
      'hook-callback',
      'sweep',
      'tick',
    ]);
    expect(new Set(pairs).size).toBe(SIGNAL_TABLE.length);
    expect(SIGNAL_TABLE.filter(({ via }) => via === 'queue').map(({ name }) => name)).toEqual([
      'sweep',
      'tick',
    ]);
  });
});

describe('parsing', () => {
  /** Values at the places where parsers look, right and wrong ones mixed. */
  const value = fc.oneof(
    fc.constantFrom<unknown>(ID, 'stopped', 'ALARM', 'EC2', '1', null, [], {}, 'i-', 0, -1, true),
    fc.anything(),
  );
  const keys = (
    'instance-id instance_id state service eventArn eventTypeCode page ' +
    'eventTypeCategory affectedEntities eventDescription startTime endTime alarmName ' +
    'configuration eventSource eventName userIdentity generation requestParameters ' +
    'responseElements errorCode sourceIPAddress eventTime __proto__ constructor ' +
    'toString eventRegion affectedAccount statusCode'
  ).split(' ');
  const detail = fc.dictionary(fc.constantFrom(...keys), value);
  const row = fc.constantFrom(...SIGNAL_TABLE);

  it('never throws, and always gives a reason of one line', () => {
    const raw = fc.oneof(
      fc.anything(),
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc
        .record({
          row,
          detail,
          over: fc.dictionary(fc.constantFrom('time', 'resources', 'id'), value),
        })
        .map((drawn) =>
          event({
            source: drawn.row.source,
            'detail-type': drawn.row.detailType,
            detail: drawn.detail,
            ...drawn.over,
          }),
        ),
    );
    fc.assert(
      fc.property(raw, (input) => {
        const parsed = parseSignal(input, HOME);
        if (parsed.outcome === 'signal') return;
        expect(parsed.reason).toMatch(/^[^\u0000-\u001f]{5,400}$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never names an instance by anything but an id', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom(ID, ` ${ID}`, `${ID}\n`, `${ID};rm`, 'i-*'),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const events = [
          stateChange({ 'instance-id': text, state: 'stopped' }),
          health({ affectedEntities: [{ entityValue: text }, { entityValue: ID }] }),
          apiCall({ requestParameters: { instancesSet: { items: [{ instanceId: text }] } } }),
        ];
        for (const parsed of events.map(parse)) {
          if (parsed.outcome !== 'signal') continue;
          for (const id of parsed.signal.instanceIds) expect(id).toMatch(/^i-[0-9a-f]{8,17}$/);
        }
      }),
    );
  });
});
