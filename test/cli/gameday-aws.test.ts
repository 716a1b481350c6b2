import { createColors } from 'picocolors';
import { gameDayPolicy } from '../../cli/gameday-policy';
import { run } from '../../cli/program';
import { surroundingsOf, typed } from '../../cli/simulated-account';
import { POD_23 } from '../../sim/drills/servers';
import type { World } from '../../sim/world';
import { gameDayWorld, goOn } from './gameday-world';

/* What the commands ask of AWS where the simulated account is too narrow, and what they may. */

const VOLUME = 'vol-0123456789abcdef0';

/** A command as it was sent. */
interface Sent {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Answer = (input: Readonly<Record<string, unknown>>) => object;

/** Types a command line; these commands are answered here, the others by the simulated account. */
async function typedWith(
  world: World,
  args: readonly string[],
  answers: Readonly<Record<string, Answer>>,
) {
  const sent: Sent[] = [];
  const printed: string[] = [];
  const machine = surroundingsOf(world, {
    policy: gameDayPolicy({ ...world.home, stack: 'LiveChatWatchdog', table: '*' }),
  });
  const answered = async ({ name, input }: Sent, real: () => Promise<object>): Promise<object> => {
    sent.push({ name, input });
    return answers[name]?.(input) ?? real();
  };
  const surroundings = {
    ...machine,
    async clients(options: Parameters<typeof machine.clients>[0]) {
      const clients = await machine.clients(options);
      const ec2 = {
        send: (command: { readonly input: Sent['input'] }) =>
          answered({ name: command.constructor.name, input: command.input }, () =>
            clients.ec2.send(command as never),
          ),
      } as unknown as typeof clients.ec2;
      const real = await clients.fis();
      const fis: typeof real = {
        send: (call) =>
          answered({ name: call.operation, input: { ...call } }, () => real.send(call)),
      };
      return { ...clients, ec2, fis: () => Promise.resolve(fis) };
    },
  };
  const print = (text: string): void => void printed.push(text);
  const terminal = { out: print, err: print, colors: createColors(false), folder: '/' };
  const code = await run(args, terminal, surroundings);
  return { code, text: printed.join('\n'), sent };
}

const START = ['gameday', 'start', 'volume-io', '--instance', 'pod-23', '--yes'];

describe('volume-io', () => {
  const volumes =
    (...ids: readonly string[]): Answer =>
    () => ({ Volumes: ids.map((VolumeId) => ({ VolumeId })) });

  test('is aimed at the one volume whose owners agree', async () => {
    const { code, sent } = await typedWith(await gameDayWorld(), START, {
      DescribeVolumesCommand: volumes(VOLUME),
      CreateTagsCommand: () => ({}),
    });
    expect(code).toBe(0);
    expect(sent.find(({ name }) => name === 'DescribeVolumesCommand')?.input).toEqual({
      Filters: [
        { Name: 'attachment.instance-id', Values: [POD_23] },
        { Name: 'tag:watchdog:game-day-consent', Values: ['yes'] },
      ],
    });
    expect(sent.findLast(({ name }) => name === 'CreateTagsCommand')?.input).toEqual({
      Resources: [VOLUME],
      Tags: [{ Key: 'watchdog:game-day-target', Value: 'volume-io' }],
    });
  });

  test.each([
    ['none', [], 'No volume of'],
    ['two', [VOLUME, 'vol-1'], '2 volumes of'],
  ])('is refused where %s may take part', async (_what, ids, says) => {
    const { code, text, sent } = await typedWith(await gameDayWorld(), START, {
      DescribeVolumesCommand: volumes(...ids),
    });
    expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining(says) });
    expect(sent.map(({ name }) => name)).not.toContain('StartExperiment');
  });
});

const STOP = ['gameday', 'start', 'stop', '--instance', 'pod-23', '--yes'];

describe('an answer of FIS that is lost', () => {
  const lost: Answer = () => {
    throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
  };

  test('leaves the marks, since the experiment may have begun', async () => {
    const { code, text, sent } = await typedWith(await gameDayWorld(), STOP, {
      StartExperiment: lost,
    });
    expect({ code, text }).toEqual({
      code: 1,
      text: expect.stringMatching(/could not be reached(.|\n)*starts no second experiment/),
    });
    expect(sent.map(({ name }) => name)).not.toContain('DeleteTagsCommand');
  });

  test('is asked for again with the same token', async () => {
    const world = await gameDayWorld();
    const tokenOf = (sent: readonly Sent[]): unknown =>
      sent.find(({ name }) => name === 'StartExperiment')?.input['clientToken'];
    const first = await typedWith(world, STOP, { StartExperiment: lost });
    await goOn(world, 2);
    const second = await typedWith(world, STOP, {});
    expect(second.code).toBe(0);
    expect(tokenOf(second.sent)).toBe(tokenOf(first.sent));
    expect(tokenOf(first.sent)).toMatch(/^watchdog-EXT\w+-i-0a1b2c3d4e5f60023-\d+$/);
  });
});

test('every page of templates is read, and what is not ours left out', async () => {
  const page = (name: string, nextToken?: string) => ({
    experimentTemplates: [
      { id: `EXT-${name}`, description: name, tags: { 'watchdog:game-day-experiment': name } },
      { id: 'EXT-other', description: 'of another team', tags: {} },
    ],
    ...(nextToken && { nextToken }),
  });
  const { text } = await typedWith(await gameDayWorld(), ['gameday', 'list', '--json'], {
    ListExperimentTemplates: ({ nextToken }) =>
      nextToken === undefined ? page('stop', 'more') : page('network'),
  });
  expect(JSON.parse(text)).toEqual([
    { templateId: 'EXT-network', name: 'network', description: 'network' },
    { templateId: 'EXT-stop', name: 'stop', description: 'stop' },
  ]);
});

test('where nothing is deployed it says how', async () => {
  const none = { ListExperimentTemplates: () => ({ experimentTemplates: [] }) };
  const world = await gameDayWorld();
  expect((await typedWith(world, ['gameday', 'list'], none)).text).toContain('docs/gameday.md');
  expect(await typedWith(world, STOP, none)).toMatchObject({
    code: 1,
    text: expect.stringContaining('The experiment stop is not deployed'),
  });
});

test('an experiment that another team began is none of ours', async () => {
  const { code, text } = await typedWith(
    await gameDayWorld(),
    ['gameday', 'verify', 'EXPabcdef0123456'],
    { GetExperiment: () => ({ experiment: { id: 'EXPabcdef0123456' } }) },
  );
  expect({ code, text }).toEqual({
    code: 1,
    text: expect.stringContaining('is no game day of the watchdog'),
  });
});

/* The policy of docs/gameday.md: each action in it is needed by a command. */

const whole = gameDayPolicy({ region: 'r', accountId: 'a', stack: 's', table: 't' });
const ACTIONS = whole.Statement.flatMap(({ Action }) => Action);

/** The template only makes the report complete; volumes are not simulated; stopping is by hand. */
const NOT_PLAYED = ['cloudformation:GetTemplate', 'dynamodb:GetItem', 'ec2:DescribeVolumes'];

test.each(
  [...new Set(ACTIONS)].filter((one) => ![...NOT_PLAYED, 'fis:StopExperiment'].includes(one)),
)('without %s a command says that it is missing', async (action) => {
  const world = await gameDayWorld();
  const place = { ...world.home, stack: 'LiveChatWatchdog', table: '*' };
  const policy = gameDayPolicy(place);
  const less = {
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Action: statement.Action.filter((one) => one !== action),
    })),
  };
  const errors: string[] = [];
  const type = async (...args: readonly string[]): Promise<void> => {
    const { err } = await typed(world, args, { policy: less });
    errors.push(err);
    // Somebody who may does it, so that the next command has something to do.
    if (err !== '') await typed(world, args, { policy });
  };
  await type(...STOP);
  await goOn(world, 20);
  await type('gameday', 'verify', 'stop');
  // FIS itself names what is missing where one call needs several.
  expect(errors.join('\n')).toMatch(new RegExp(`You may not call .*(${action}|: ${action}\\))`));
});
