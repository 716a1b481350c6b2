import { typed } from '../../cli/simulated-account';
import type { Done } from '../../cli/done';
import type { Status } from '../../cli/status-form';
import { POD_23 } from '../../sim/drills/servers';
import { isStart } from '../../sim/drills/figures';
import { factsOf } from '../../sim/history';
import type { World } from '../../sim/world';
import { chatWorld, tagWrites, typedJson } from './account-world';

/** 12:10, with pod-23 enrolled. */
async function enrolled(): Promise<World> {
  const world = chatWorld();
  await world.runUntil(300);
  return world;
}

const starts = (world: World): number =>
  factsOf(world.history.facts, 'call').filter(isStart).length;

const tagOf = (world: World, key: string): string | undefined => tagWrites(world, key).at(-1);

/** AWS stops pod-23, and the watchdog has ten minutes. */
async function awsStops(world: World): Promise<void> {
  const begin = starts(world);
  world.aws.hostFailure(POD_23, { stoppingS: 25 });
  await world.runUntil(world.elapsedS() + 600);
  expect(starts(world) - begin).toBeLessThan(2);
}

const SCOPES = [
  ['an instance', ['pod-23'], `resume ${POD_23}`],
  ['a policy', ['--policy', 'livechat'], 'resume --policy livechat'],
] as const;

describe.each(SCOPES)('the pause of %s', (_what, scope, undo) => {
  test('keeps the watchdog from starting what AWS stops; resumed, it starts again', async () => {
    const world = await enrolled();
    const done = await typedJson<Done>(world, ['pause', ...scope, '--for', '2h']);
    expect(done).toMatchObject({ changed: true, undo: `watchdog ${undo}` });
    await awsStops(world);
    expect(starts(world)).toBe(0);
    const status = await typedJson<Status>(world, ['status']);
    expect(status.pauses).toMatchObject([{ until: '2024-08-01T14:10:00.000Z', note: 'by ana' }]);
    expect(status.incidents).toMatchObject([{ decision: { reason: 'stopped-while-paused' } }]);

    world.people.start(POD_23);
    await world.runUntil(world.elapsedS() + 900);
    expect((await typed(world, ['resume', ...scope])).code).toBe(0);
    expect((await typedJson<Status>(world, ['status'])).pauses).toEqual([]);
    await awsStops(world);
    expect(starts(world)).toBe(1);
  });

  test('is made longer and never shorter', async () => {
    const world = await enrolled();
    await typed(world, ['pause', ...scope, '--for', '2h', '--reason', 'deploying 4.2']);
    const shorter = await typed(world, ['pause', ...scope, '--for', '1h']);
    expect(shorter).toMatchObject({ code: 0 });
    expect(shorter.out).toContain(
      'is paused until 2024-08-01T14:10:00Z (deploying 4.2, by ana) already: nothing was changed.',
    );
    const longer = await typed(world, ['pause', ...scope, '--until', '2024-08-01T17:00+02:00']);
    expect(longer.out).toContain('is paused until 2024-08-01T15:00:00Z (by ana).');
    expect(longer.out).toContain(
      'It was paused until 2024-08-01T14:10:00Z (deploying 4.2, by ana).',
    );
    const held = await typed(world, ['pause', ...scope, '--reason', 'disk']);
    expect(held.out).toContain('is held (disk, by ana).');
    const again = await typed(world, ['pause', ...scope, '--for', '300d']);
    expect(again.out).toContain('is held (disk, by ana) already');
  });

  test('is lifted once, and what took it back can be typed again', async () => {
    const world = await enrolled();
    await typed(world, [
      'pause',
      ...scope,
      '--for',
      '2h',
      '--reason',
      "Anna's disk",
      '--by',
      'bea',
    ]);
    const lifted = await typedJson<Done>(world, ['resume', ...scope]);
    const [subject = ''] = scope.slice(-1).map((name) => (name === 'pod-23' ? POD_23 : name));
    expect(lifted.undo).toBe(
      `watchdog pause ${scope.length > 1 ? '--policy ' : ''}${subject} ` +
        "--until 2024-08-01T14:10:00Z --reason 'Anna'\\''s disk' --by bea",
    );
    const twice = await typedJson<Done>(world, ['resume', ...scope]);
    expect(twice).toMatchObject({ changed: false, undo: null });
  });
});

test('without a pause AWS stops it and it is started', async () => {
  const world = await enrolled();
  await awsStops(world);
  expect(starts(world)).toBe(1);
});

test('the tag says until when, why and by whom', async () => {
  const world = await enrolled();
  await typed(world, ['pause', 'pod-23', '--for', '1h30m', '--reason', 'deploying 4.2']);
  expect(tagOf(world, 'watchdog:pause-until')).toBe('2024-08-01T13:40:00Z deploying 4.2, by ana');
});

test('the commands that it prints are for the account that was meant', async () => {
  const world = await enrolled();
  const args = [
    'pause',
    'pod-23',
    '--for',
    '1h',
    '--profile',
    'live chat',
    '--region',
    'us-east-1',
  ];
  const { undo } = await typedJson<Done>(world, args);
  expect(undo).toBe(`watchdog resume ${POD_23} --profile 'live chat' --region us-east-1`);
});

test('resuming tells of what was stopped meanwhile, and of a pause of its policy', async () => {
  const world = await enrolled();
  await typed(world, ['pause', 'pod-23', '--for', '2h']);
  await typed(world, ['pause', '--policy', 'livechat', '--reason', 'moving the database']);
  await awsStops(world);
  const { out } = await typed(world, ['resume', 'pod-23']);
  expect(out).toContain('the watchdog does not start it (stopped-while-paused): aws ec2 start-');
  expect(out).toContain(
    'Its policy livechat is still held (moving the database, by ana): watchdog resume --policy li',
  );
});

test('resuming a policy tells of instances with a pause of their own', async () => {
  const world = await enrolled();
  await typed(world, ['pause', 'pod-23', '--for', '2h']);
  const { out } = await typed(world, ['resume', '--policy', 'livechat']);
  expect(out).toContain('The policy livechat is not paused as a whole: nothing was changed.');
  expect(out).toContain(`Paused by their own tags still: pod-23 (${POD_23}).`);
});

test('what cannot be read on the tag is a pause without an end, and can be lifted', async () => {
  const world = await enrolled();
  world.people.setTag(POD_23, 'watchdog:pause-until', '2 hours');
  const { out } = await typed(world, ['resume', 'pod-23']);
  expect(out).toContain('it was paused without an end (unreadable time "2 hours")');
  expect(tagOf(world, 'watchdog:pause-until')).toBeUndefined();
});

test.each([
  [['pause'], 'What is meant is not said'],
  [['pause', 'pod-23', '--policy', 'livechat'], 'What is meant is said twice'],
  [['resume'], 'What is meant is not said'],
  [['pause', 'pod-23', '--for', '2 hours'], 'It must be a length of time'],
  [['pause', 'pod-23', '--for', '0m'], 'It must be a length of time'],
  [['pause', 'pod-23', '--for', '400d'], 'It must be a length of time'],
  [['pause', 'pod-23', '--until', '18:00'], '--until is "18:00", but must be a time to come'],
  [['pause', 'pod-23', '--until', '2024-08-01T18:00'], 'in ISO 8601 with its zone'],
  [['pause', 'pod-23', '--until', '2024-08-01T12:09Z'], 'must be a time to come'],
  [['pause', 'pod-23', '--until', '2024-08-02', '--for', '1h'], 'cannot be used with'],
])('%j is no command line: exit code 2, and nothing is written', async (args, error) => {
  const world = await enrolled();
  const { code, err } = await typed(world, args);
  expect(err).toContain(error);
  expect(code).toBe(2);
  expect(tagOf(world, 'watchdog:pause-until')).toBeUndefined();
});

test.each([
  [['pause', 'pod-24', '--for', '1h'], 'No managed instance in us-east-1 is called pod-24'],
  [['pause', '--policy', 'livchat', '--for', '1h'], 'There is no policy livchat in us-east-1'],
  [['resume', '--policy', 'livchat'], 'Known: addressed, alarmed'],
])('%j names nothing: exit code 1', async (args, error) => {
  const { code, err } = await typed(await enrolled(), args);
  expect(err).toContain(error);
  expect(code).toBe(1);
});

test('a name that two instances bear is refused', async () => {
  const world = await enrolled();
  const twin = 'i-0a1b2c3d4e5f60024';
  world.ec2.addInstance({
    id: twin,
    name: 'pod-23',
    zone: 'us-east-1b',
    type: 'm6i.large',
    tags: { watchdog: 'livechat' },
  });
  const { code, err } = await typed(world, ['pause', 'pod-23', '--for', '1h']);
  expect(code).toBe(1);
  expect(err).toContain(`2 managed instances are called pod-23: ${POD_23}, ${twin}.`);
});
