import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { factsOf } from '../../../sim/history';
import type { World } from '../../../sim/world';
import { lab } from './lab';

const send = (world: World, name = 'go'): void => {
  const event = { source: 'aws.ec2', detailType: name, resources: [], detail: {}, instanceIds: [] };
  world.aws.event(event);
};
const endings = (world: World): readonly string[] =>
  factsOf(world.history.facts, 'ended').map(({ outcome }) => outcome);

it('gathers what arrives within the window into one batch', async () => {
  const sizes: number[] = [];
  const world = lab(async (_tools, event) => void sizes.push(event.Records.length), { seed: 4 });
  for (let index = 0; index < 5; index += 1) world.at(index * 0.05, () => send(world));
  await world.runUntil(30);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5);
  expect(sizes.length).toBeLessThan(5);
});

it('begins at once when a batch is full', async () => {
  const world = lab(async () => undefined, {
    mapping: { BatchSize: 20, MaximumBatchingWindowInSeconds: 60 },
  });
  for (let index = 0; index < 20; index += 1) send(world);
  await world.runUntil(20);
  expect(factsOf(world.history.facts, 'began')[0]?.eventIds).toHaveLength(20);
});

it('runs no more at once than the mapping allows, and really runs two', async () => {
  let [now, most] = [0, 0];
  const world = lab(
    async ({ clock }) => {
      now += 1;
      most = Math.max(most, now);
      await clock.sleep(8_000 as never);
      now -= 1;
    },
    { mapping: { BatchSize: 1, MaximumBatchingWindowInSeconds: 0 } },
  );
  for (let index = 0; index < 9; index += 1) send(world);
  await world.runUntil(120);
  expect(most).toBe(2);
  expect(endings(world)).toHaveLength(9);
});

it('is cold first, warm then, and cold again after minutes of rest', async () => {
  const world = lab(async () => undefined);
  for (const at of [0, 60, 1_200]) world.at(at, () => send(world));
  await world.runUntil(1_300);
  expect(factsOf(world.history.facts, 'began').map(({ cold }) => cold)).toEqual([
    true,
    false,
    true,
  ]);
});

it('brings only the failed records again, after the visibility timeout', async () => {
  const seen: string[][] = [];
  const world = lab(
    async (_tools, event: SQSEvent) => {
      seen.push(event.Records.map(({ body }) => JSON.parse(body)['detail-type'] as string).sort());
      const bad = event.Records.filter(({ body }) => body.includes('"bad"'));
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    },
    { seed: 2 },
  );
  send(world, 'bad');
  send(world, 'good');
  await world.runUntil(300);
  expect(seen.flat().filter((name) => name === 'good')).toHaveLength(1);
  expect(seen.flat().filter((name) => name === 'bad')).toHaveLength(2);
  const [first, second] = factsOf(world.history.facts, 'began').slice(-2);
  expect(second!.at - first!.at).toBeGreaterThan(85_000);
  const dead = factsOf(world.history.facts, 'dead-letter');
  expect(dead).toMatchObject([{ queue: 'LiveChatWatchdog-Dead', why: 'received 2 times' }]);
});

it('takes the whole batch for failed when it throws or names an unknown record', async () => {
  for (const answer of ['throw', 'unknown'] as const) {
    const world = lab(async () => {
      if (answer === 'throw') throw new Error('no');
      return { batchItemFailures: [{ itemIdentifier: 'nobody' }] };
    });
    send(world);
    await world.runUntil(250);
    expect(endings(world)).toEqual(['threw', 'threw']);
  }
});

it('ends a run at its timeout; what it still waits for never comes', async () => {
  let after = false;
  const world = lab(async ({ clock }) => {
    await clock.sleep(20_000 as never);
    after = true;
  });
  send(world);
  await world.runUntil(60);
  expect(endings(world)).toEqual(['timed-out']);
  expect(after).toBe(false);
});

describe('a Lambda that dies at its second call', () => {
  const dying = async (when: 'before-effect' | 'after-effect') => {
    const seen: string[] = [];
    const world = lab(async ({ clients, env }) => {
      const command = (): SendMessageCommand =>
        new SendMessageCommand({
          QueueUrl: env['QUEUE_URL'],
          MessageBody: '{"id":"x"}',
          DelaySeconds: 900,
        });
      await clients.sqs.send(command());
      seen.push('first');
      await clients.sqs.send(command());
      seen.push('second');
    });
    world.faults.killInvocation({ operation: 'SendMessage', nth: 2, when });
    send(world);
    await world.runUntil(60);
    return { world, seen, effects: factsOf(world.history.facts, 'effect').length };
  };

  it('leaves no effect when it dies before, and resolves nothing', async () => {
    const { world, seen, effects } = await dying('before-effect');
    expect(endings(world)).toEqual(['killed']);
    expect(seen).toEqual(['first']);
    expect(effects).toBe(1);
  });

  it('leaves the effect when it dies after', async () => {
    const { world, seen, effects } = await dying('after-effect');
    expect(endings(world)).toEqual(['killed']);
    expect(seen).toEqual(['first']);
    expect(effects).toBe(2);
  });

  it('comes back in a new environment with the same message', async () => {
    const { world } = await dying('before-effect');
    await world.runUntil(200);
    const [first, second] = factsOf(world.history.facts, 'began');
    expect(second).toMatchObject({ cold: true, eventIds: first!.eventIds });
  });
});

// Why this test? A kill in the middle of a turn once let the calls and logs behind it through.
it('does nothing more in the turn in which it was killed', async () => {
  const world = lab(async ({ clients, telemetry }) => {
    const read = () => clients.ec2.send(new DescribeInstancesCommand({}));
    const both = Promise.all([read(), read()]);
    telemetry.log('info', 'after the kill', {});
    telemetry.count('Heartbeat', 1);
    telemetry.flush();
    await both;
  });
  world.faults.killInvocation({ operation: 'DescribeInstances', nth: 1, when: 'before-effect' });
  send(world);
  await world.runUntil(30);
  const kinds = world.history.facts.slice(-2).map(({ kind }) => kind);
  expect(kinds).toEqual(['fault', 'ended']);
});

it('counts calls that are sent at one moment as one wave', async () => {
  const world = lab(async ({ clients }) => {
    const read = () => clients.ec2.send(new DescribeInstancesCommand({}));
    await Promise.all([read(), read()]);
    await read();
  });
  send(world);
  await world.runUntil(30);
  expect(factsOf(world.history.facts, 'call').map(({ wave }) => wave)).toEqual([1, 1, 2]);
});

it('does not deliver what the queue policy does not let in', async () => {
  const world = lab(async () => undefined, {
    queuePolicy: [
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:*',
        Resource: '*',
      },
    ],
  });
  send(world);
  await world.runUntil(30);
  expect(factsOf(world.history.facts, 'began')).toEqual([]);
  expect(factsOf(world.history.facts, 'dead-letter')).toHaveLength(1);
});

it.each([
  [{ MaximumBatchingWindowInSeconds: 0 }, 'a batch size over 10 needs a batching window'],
  [{ ScalingConfig: { MaximumConcurrency: 1 } }, 'the maximum concurrency is at least 2'],
])('refuses a mapping that AWS refuses: %j', (mapping, text) => {
  expect(() => lab(async () => undefined, { mapping })).toThrow(text);
});

it('refuses a queue that shows a message again while its run lasts', () => {
  const queue = { VisibilityTimeout: 10 };
  expect(() => lab(async () => undefined, { queue })).toThrow('hides messages');
});
