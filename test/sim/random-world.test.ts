import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { PublishCommand } from '@aws-sdk/client-sns';
import { SendCommandCommand } from '@aws-sdk/client-ssm';
import { createHandler } from '../../lambda/handler';
import { synthesizeTemplate } from '../../lib/synthesize';
import { checkInvariants } from '../../sim/invariants';
import { RANDOM_POLICIES, playRandomWorld } from '../../sim/random-world';
import { playSeed, type SeedViolation } from '../../sim/simulate';
import type { WorldOptions } from '../../sim/world';

/** `npm run simulate -- --seeds N` plays more. */
const SEEDS = 40;
const template = synthesizeTemplate(RANDOM_POLICIES);

/** Dozens of worlds in a test: a busy machine takes minutes. */
jest.setTimeout(600_000);

describe('random worlds', () => {
  it(`break no invariant in ${SEEDS} seeds`, async () => {
    const found: SeedViolation[] = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) found.push(...(await playSeed(seed)).violations);
    expect(found).toEqual([]);
  });

  it('are the same for the same seed, and differ for another', async () => {
    const hashOf = async (seed: number) => (await playRandomWorld(seed, { template })).traceHash();
    expect(await hashOf(7)).toBe(await hashOf(7));
    expect(await hashOf(7)).not.toBe(await hashOf(8));
  });
});

/** What most small repositories do: whatever is stopped is started. */
const startsEverything: WorldOptions['handler'] = (options) => {
  const handle = createHandler(options);
  return async (event, context) => {
    const answer = await handle(event, context);
    const { ec2 } = options.clients;
    const Filters = [
      { Name: 'tag-key', Values: ['watchdog'] },
      { Name: 'instance-state-name', Values: ['stopped'] },
    ];
    try {
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
      const ids = Reservations.flatMap(({ Instances = [] }) => Instances).map(
        ({ InstanceId = '' }) => InstanceId,
      );
      if (ids.length > 0) await ec2.send(new StartInstancesCommand({ InstanceIds: ids }));
    } catch {
      // A fault struck; the next invocation tries again.
    }
    return answer;
  };
};

/** Tells nobody anything: every message is swallowed. */
const tellsNobody: WorldOptions['handler'] = (options) => {
  const sns = { send: async () => ({}) } as unknown as (typeof options.clients)['sns'];
  return createHandler({ ...options, clients: { ...options.clients, sns } });
};

/** Says everything once: a page that comes again is swallowed. */
const saysItOnce: WorldOptions['handler'] = (options) => {
  const { sns: real } = options.clients;
  const send = async (command: PublishCommand, ...rest: readonly object[]): Promise<unknown> => {
    if (command.input.Subject?.startsWith('ACT (again)') === true) return {};
    return (real.send as (...all: readonly object[]) => Promise<unknown>)(command, ...rest);
  };
  return createHandler({ ...options, clients: { ...options.clients, sns: { send } } });
};

/** Whatever EC2 calls impaired is rebooted on sight. */
const rebootsOnSight: WorldOptions['handler'] = (options) => {
  const handle = createHandler(options);
  return async (event, context) => {
    const answer = await handle(event, context);
    const { ec2 } = options.clients;
    const Filters = [{ Name: 'system-status.status', Values: ['impaired'] }];
    try {
      const { InstanceStatuses = [] } = await ec2.send(
        new DescribeInstanceStatusCommand({ Filters }),
      );
      const ids = InstanceStatuses.map(({ InstanceId = '' }) => InstanceId);
      if (ids.length > 0) await ec2.send(new RebootInstancesCommand({ InstanceIds: ids }));
    } catch {
      // A fault struck; the next invocation tries again.
    }
    return answer;
  };
};

/** It believes that it starts: no start ever reaches EC2. */
const startsNothing: WorldOptions['handler'] = (options) => {
  const { ec2 } = options.clients;
  const send = async (command: object, ...rest: readonly object[]): Promise<unknown> => {
    if (command instanceof StartInstancesCommand) return {};
    return (ec2.send as (...all: readonly object[]) => Promise<unknown>)(command, ...rest);
  };
  const deaf = { send } as unknown as typeof ec2;
  return createHandler({ ...options, clients: { ...options.clients, ec2: deaf } });
};

/** Each time that a document is sent it is new work: its key has the number of the command. */
const newKeyEachTime: WorldOptions['handler'] = (options) => {
  const { ssm: real } = options.clients;
  let count = 0;
  const send = async (command: object, ...rest: readonly object[]): Promise<unknown> => {
    if (command instanceof SendCommandCommand && command.input.Parameters !== undefined) {
      const { Key: [key = ''] = [] } = command.input.Parameters;
      command.input.Parameters = { ...command.input.Parameters, Key: [`${key}${(count += 1)}`] };
    }
    return (real.send as (...all: readonly object[]) => Promise<unknown>)(command, ...rest);
  };
  const renaming = { send } as unknown as typeof real;
  return createHandler({ ...options, clients: { ...options.clients, ssm: renaming } });
};

describe('a planted bug', () => {
  it.each([
    ['starts everything that is stopped', startsEverything, 'S7'],
    ['tells nobody', tellsNobody, 'L3'],
    ['says nothing twice', saysItOnce, 'L3'],
    ['reboots on sight', rebootsOnSight, 'S5'],
    ['reboots without a record', rebootsOnSight, 'S18'],
    ['starts nothing', startsNothing, 'L1'],
    ['gives a hook a new key each time', newKeyEachTime, 'S30'],
  ])('that %s is caught within 20 seeds', async (_what, handler, invariant) => {
    const caught = new Set<string>();
    for (let seed = 1; seed <= 20 && !caught.has(invariant); seed += 1) {
      const world = await playRandomWorld(seed, { template, handler });
      for (const violation of checkInvariants(world.history.facts)) caught.add(violation.invariant);
    }
    expect([...caught]).toContain(invariant);
  });
});
