import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POD_23 } from '../../sim/drills/servers';
import { factsOf } from '../../sim/history';
import { checkInvariants } from '../../sim/invariants';
import type { World } from '../../sim/world';
import { begin, CONSENTS, gameDay, gameDayWorld, goOn } from './gameday-world';

/*
 * Game days from end to end in the simulated account: the commands as a person types them, FIS with
 * the synthesized templates and their role, the real watchdog.
 */

const ROLE = /arn:aws:iam::111122223333:role\/LiveChatWatchdogGameDays-Role\w+/;

/** What was posted to the topic of game days. */
const posted = (world: World) =>
  factsOf(world.history.facts, 'message').filter(({ topicArn }) => topicArn.includes('GameDays'));

/** The tags that pod-23 carries now, as far as people write them. */
function tagsOf(world: World): Readonly<Record<string, string | undefined>> {
  return factsOf(world.history.facts, 'tags').at(-1)?.tags ?? {};
}

async function verdictOf(world: World, name: string) {
  const { code, out } = await gameDay(world, 'verify', name, '--json');
  return { code, ...(JSON.parse(out) as { verdict: string; why: readonly string[] }) };
}

test('list tells of each experiment what it shows and what it cannot show', async () => {
  const { code, out } = await gameDay(await gameDayWorld(), 'list');
  expect(code).toBe(0);
  for (const name of ['stop', 'no-capacity', 'throttling', 'network', 'volume-io', 'service']) {
    expect(out).toMatch(new RegExp(`^${name} \\(EXT\\w+\\)$`, 'm'));
  }
  expect(out.match(/Shows: /g)).toHaveLength(7);
  expect(out.match(/Cannot show: /g)).toHaveLength(7);
});

test.each([
  ['stop', 'livechat'],
  ['no-capacity', 'livechat'],
  ['throttling', 'livechat'],
  ['internal-errors', 'livechat'],
  ['network', 'asked'],
  ['service', 'asked'],
] as const)('%s: list, start, rescue, verify', async (name, policy) => {
  const world = await gameDayWorld({ policy });
  expect(await begin(world, name)).toMatchObject({ code: 0, err: '' });
  expect(tagsOf(world)['watchdog:game-day']).toMatch(ROLE);
  await goOn(world, 2);
  expect(await verdictOf(world, name)).toMatchObject({ code: 1, verdict: 'open' });
  expect(posted(world)).toEqual([]);

  await goOn(world, 45);
  expect(await verdictOf(world, name)).toMatchObject({ code: 0, verdict: 'pass', why: [] });
  expect(posted(world).map(({ subject }) => subject)).toEqual([`Game day ${name} on pod-23: PASS`]);
  // Neither a later experiment nor a stop by its role would find it marked.
  expect(tagsOf(world)).not.toHaveProperty('watchdog:game-day');
  expect(tagsOf(world)).not.toHaveProperty('watchdog:game-day-target');
  expect(checkInvariants(world.history.facts)).toEqual([]);
});

test('the report is the one that any incident has', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gameday-'));
  try {
    const world = await gameDayWorld();
    await begin(world, 'stop');
    await goOn(world, 30);
    const file = join(folder, 'stop.md');
    expect((await gameDay(world, 'verify', 'stop', '--out', file)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('# pod-23: stopped through the API by');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('a game day fails, and verify says why', () => {
  test('its mark has expired: the stop is honoured, and the server left alone', async () => {
    const world = await gameDayWorld();
    await begin(world, 'stop');
    const mark = tagsOf(world)['watchdog:game-day'] ?? '';
    const expired = mark.replace(/^\S+/, '2024-08-01T12:09:00Z');
    world.people.setTag(POD_23, 'watchdog:game-day', expired);
    await goOn(world, 30);
    expect(await verdictOf(world, 'stop')).toMatchObject({
      code: 1,
      verdict: 'fail',
      why: [
        expect.stringContaining("took it for a person's stop"),
        'Its mark had expired at 2024-08-01 12:09:00 UTC.',
      ],
    });
    expect(factsOf(world.history.facts, 'effect').flatMap(({ started }) => started)).toEqual([]);
  });

  test('its mark names another role', async () => {
    const world = await gameDayWorld();
    await begin(world, 'stop');
    const other = '2024-08-01T18:00:00Z arn:aws:iam::111122223333:role/fis-other-team';
    world.people.setTag(POD_23, 'watchdog:game-day', other);
    await goOn(world, 30);
    const { verdict, why } = await verdictOf(world, 'stop');
    expect({ verdict, why: why[1] }).toEqual({
      verdict: 'fail',
      why: expect.stringMatching(
        /names \S+fis-other-team, and the experiment acted as \S+GameDays/,
      ),
    });
  });

  test('a goal is missed: the application takes six minutes to open its doors', async () => {
    const world = await gameDayWorld({ policy: 'announcing', appStartS: 360 });
    await begin(world, 'stop');
    await goOn(world, 45);
    const { code, out } = await gameDay(world, 'verify', 'stop');
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL: the game day "stop"/);
    expect(out).toMatch(/MISSED {2}it serves again: 6 min \d+ s, at most 5 min/);
    expect(posted(world).map(({ subject }) => subject)).toEqual(['Game day stop on pod-23: FAIL']);
  });

  test('the owners take their consent back: the experiment finds nothing to break', async () => {
    const world = await gameDayWorld();
    await begin(world, 'stop');
    world.people.removeTag(POD_23, 'watchdog:game-day-consent');
    await goOn(world, 30);
    const { out } = await gameDay(world, 'verify', 'stop', '--quiet');
    expect(out).toContain('Target resolution returned empty set');
    expect(factsOf(world.history.facts, 'asked')).toEqual([]);
  });

  test('no check looks at the application: the watchdog noticed nothing', async () => {
    const world = await gameDayWorld({ policy: 'livechat' });
    await begin(world, 'service');
    await goOn(world, 45);
    const { verdict, why } = await verdictOf(world, 'service');
    expect({ verdict, why }).toEqual({
      verdict: 'fail',
      why: [expect.stringContaining('is a check of the application configured')],
    });
  });
});

test('without --yes nothing is done, and it tells what would be', async () => {
  const world = await gameDayWorld();
  const { code, out } = await gameDay(world, 'start', 'stop', '--instance', 'pod-23');
  expect(code).toBe(1);
  expect(out).toContain('Nothing was done yet.');
  expect(out).toContain('Cannot show:');
  expect(tagsOf(world)).not.toHaveProperty('watchdog:game-day');
});

test('the same line again starts no second experiment', async () => {
  const world = await gameDayWorld();
  const first = await begin(world, 'no-capacity');
  await goOn(world, 1);
  const second = await begin(world, 'no-capacity');
  const id = /EXP\w+/.exec(first.out)?.[0] ?? 'none';
  expect(second).toMatchObject({ code: 0, out: expect.stringContaining(`already: ${id}`) });
});

test('a second game day before the first was verified is an experiment of its own', async () => {
  const world = await gameDayWorld();
  const ids: (string | undefined)[] = [];
  for (const _ of [1, 2]) {
    const { code, out } = await begin(world, 'stop');
    expect(code).toBe(0);
    ids.push(/EXP\w+/.exec(out)?.[0]);
    await goOn(world, 20);
  }
  expect(new Set(ids).size).toBe(2);
  expect(await verdictOf(world, 'stop')).toMatchObject({ verdict: 'pass' });
});

test('without a trail CloudTrail is asked, and it takes some minutes more', async () => {
  const world = await gameDayWorld({ trail: false });
  await begin(world, 'stop');
  await goOn(world, 3);
  expect(factsOf(world.history.facts, 'effect').flatMap(({ started }) => started)).toEqual([]);
  await goOn(world, 40);
  expect(await verdictOf(world, 'stop')).toMatchObject({ code: 0, verdict: 'pass' });
});

describe('start refuses', () => {
  const refused = async (world: World, name = 'stop'): Promise<string> => {
    const { code, err } = await begin(world, name);
    expect(code).toBe(1);
    expect(tagsOf(world)).not.toHaveProperty('watchdog:game-day');
    return err;
  };

  test.each([
    ['has no consent', {}],
    ['says anything but yes', { 'watchdog:game-day-consent': 'maybe' }],
  ])('a server whose owners did not agree: it %s', async (_what, tags) => {
    expect(await refused(await gameDayWorld({ tags }))).toMatch(
      /takes part in no game days.*\n.*Value=yes/,
    );
  });

  test('one that is paused', async () => {
    const world = await gameDayWorld({ tags: { ...CONSENTS, 'watchdog:hold': 'mine' } });
    expect(await refused(world)).toContain('is held (mine)');
  });

  test('one whose whole policy is held', async () => {
    const world = await gameDayWorld();
    world.people.holdPolicy('livechat', 'release day');
    expect(await refused(world)).toContain('is held (release day)');
  });

  test('one that has an open incident', async () => {
    const world = await gameDayWorld({ policy: 'asked' });
    world.aws.impair(POD_23, 'system', true);
    await goOn(world, 5);
    expect(await refused(world)).toMatch(/The incident pod-23-\S+ of pod-23 .* is open/);
  });

  test('one that does not run', async () => {
    const world = await gameDayWorld();
    world.people.stop(POD_23);
    await goOn(world, 2);
    expect(await refused(world)).toContain('is stopped.');
  });

  test('one whose policy only watches', async () => {
    expect(await refused(await gameDayWorld({ policy: 'watched' }))).toContain('does not act');
  });

  test('a second experiment while one is under way', async () => {
    const world = await gameDayWorld({ policy: 'asked' });
    await begin(world, 'network');
    const { code, err } = await begin(world, 'service');
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/network \(EXP\w+\) is under way on i-/),
    });
  });

  test.each(['5m', '9h'])('a mark that would count for %s', async (length) => {
    const world = await gameDayWorld();
    const args = ['start', 'stop', '--instance', 'pod-23', '--yes', '--for', length];
    const { code, err } = await gameDay(world, ...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('from 15 min to 4 h') });
  });

  test('an experiment that does not exist', async () => {
    const { code, err } = await begin(await gameDayWorld(), 'meteor');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/is "meteor", but must be one of stop, no-capacity/),
    });
  });
});

test('verify knows only game days', async () => {
  const world = await gameDayWorld();
  expect(await gameDay(world, 'verify', 'stop')).toMatchObject({
    code: 1,
    err: expect.stringContaining('No experiment stop was started'),
  });
  expect(await gameDay(world, 'verify', 'EXP0123456789abcd')).toMatchObject({
    code: 1,
    err: expect.stringContaining('FIS knows no experiment EXP0123456789abcd'),
  });
});
