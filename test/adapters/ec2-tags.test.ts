import { CreateTagsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { createTag } from '../../lambda/adapters/ec2-tags';
import { OPERATOR_TAGS, OPT_IN_TAG, OWN_TAGS } from '../../lambda/core/tags';
import { id } from './ec2-answers';
import { awsFailure, fakeTelemetry, timedOut } from './fake-world';

const ec2 = mockClient(EC2Client);

function setUp() {
  const telemetry = fakeTelemetry();
  return { telemetry, tag: createTag(new EC2Client({}), { telemetry }) };
}

const inputs = () => ec2.commandCalls(CreateTagsCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  ec2.reset();
  ec2.on(CreateTagsCommand).resolves({});
});

describe('tagging', () => {
  test("writes the watchdog's own tags", async () => {
    expect(await setUp().tag(id(1), { [OWN_TAGS.ready]: 'yes' })).toBe(true);
    expect(inputs()).toEqual([
      { Resources: [id(1)], Tags: [{ Key: 'watchdog:ready', Value: 'yes' }] },
    ]);
  });

  test.each([OPT_IN_TAG, OPERATOR_TAGS.hold, OPERATOR_TAGS.pauseUntil, 'Name', '__proto__'])(
    'never writes %s, nor what comes with it',
    async (key) => {
      const { tag, telemetry } = setUp();
      const tags = Object.fromEntries([
        [key, 'x'],
        [OWN_TAGS.ready, 'yes'],
      ]);
      expect(await tag(id(1), tags)).toBe(false);
      expect(inputs()).toEqual([]);
      expect(telemetry.messages()).toEqual(['foreign-tag-refused']);
    },
  );

  test('cuts a value that EC2 would refuse', async () => {
    await setUp().tag(id(1), { [OWN_TAGS.ready]: 'x'.repeat(300) });
    expect(inputs()[0]?.Tags?.[0]?.Value).toHaveLength(256);
  });

  test.each([
    ['refused', awsFailure('UnauthorizedOperation', 403)],
    ['throttled', awsFailure('RequestLimitExceeded', 503)],
    ['a time-out', timedOut()],
  ])('answers no when it is %s, in one call', async (_, thrown) => {
    ec2.on(CreateTagsCommand).rejects(thrown);
    const { tag, telemetry } = setUp();
    expect(await tag(id(1), { [OWN_TAGS.ready]: 'yes' })).toBe(false);
    expect(inputs()).toHaveLength(1);
    expect(telemetry.messages()).toEqual(['tag-failed']);
  });
});
