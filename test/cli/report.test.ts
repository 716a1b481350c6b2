import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typed, type Typed } from '../../cli/simulated-account';
import type { JsonReport } from '../../report/json';
import { chatServer, POD_23 } from '../../sim/drills/servers';
import type { World } from '../../sim/world';
import { chatWorld } from './account-world';
import { runWith } from './console';

const ID = 'pod-23-20240801-1210-0023';

/** AWS stops pod-23 at 12:10; the account is looked at so many seconds into the run. */
async function outage(untilS = 1_500): Promise<World> {
  const world = chatWorld();
  await world.runUntil(300);
  world.aws.hostFailure(POD_23, { stoppingS: 25 });
  await world.runUntil(untilS);
  return world;
}

const report = async (world: World, ...args: readonly string[]): Promise<Typed> =>
  typed(world, ['report', ...args]);

async function jsonOf(world: World, ...args: readonly string[]): Promise<JsonReport> {
  const { code, out, err } = await report(world, ...args, '--format', 'json');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as JsonReport;
}

describe('an incident of the account', () => {
  test('that is over comes from the archive', async () => {
    const { code, out, err } = await report(await outage(), ID);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('**✓ Over**');
    expect(out).toContain('## Root cause');
    expect(out).toContain('start, accepted by EC2');
  });

  test('that is open comes from its record', async () => {
    const found = await jsonOf(await outage(315), ID);
    expect(found).toMatchObject({ version: 1, id: ID, state: 'open', kind: 'incident' });
    expect(found.figures.serveS).toBeNull();
    expect(found.gaps).toHaveLength(1);
  });

  test('its figures are those that the world knows', async () => {
    const { figures, instances } = await jsonOf(await outage(), ID);
    expect(figures.detectS).toBeLessThan(5);
    expect(figures.impactS).toBeGreaterThan(25);
    expect(figures.impactS).toBeLessThan(120);
    expect(instances[0]?.resolved?.reason).toBe('recovered');
  });

  test('in the zone that is asked for', async () => {
    const { out } = await report(await outage(), ID, '--zone', 'Europe/Rome');
    expect(out).toContain('(UTC, Europe/Rome)');
  });

  test('that nobody knows: the newest are named', async () => {
    const { code, err } = await report(await outage(), 'pod-9-20240101-0000-0009');
    expect(code).toBe(1);
    expect(err).toContain('knows no incident pod-9-20240101-0000-0009');
    expect(err).toContain(ID);
  });
});

describe('the list', () => {
  test('without an ID, the newest first', async () => {
    const { code, out } = await report(await outage());
    expect(code).toBe(0);
    expect(out).toMatch(/OPENED.*\n.*12:10:0\d UTC {2}pod-23-20240801-1210-0023.*stopped by AWS/);
  });

  test('for programs', async () => {
    const { out } = await report(await outage(315), '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      incidents: [{ id: ID, state: 'open', impactS: null }],
    });
  });

  test('of an account in which nothing has happened', async () => {
    const world = chatWorld();
    await world.runUntil(300);
    expect((await report(world)).out).toMatch(/holds no incident\.$/);
  });
});

describe('a storm', () => {
  /** Six servers stop at once: five are a storm. */
  async function storm(): Promise<World> {
    const world = chatWorld();
    const ids = [1, 2, 3, 4, 5].map((n) => `i-0a1b2c3d4e5f6000${n}`);
    for (const [n, id] of ids.entries()) {
      world.ec2.addInstance(chatServer(id, { name: `pod-${n}`, tags: { watchdog: 'livechat' } }));
    }
    await world.runUntil(300);
    for (const id of [POD_23, ...ids]) world.aws.hostFailure(id, { stoppingS: 25 });
    await world.runUntil(1_500);
    return world;
  }

  test('by the id of its thread, with a lane for each; as JSON, HTML and drafts', async () => {
    const world = await storm();
    const found = await jsonOf(world, 'storm-20240801-1210');
    expect(found).toMatchObject({ kind: 'storm', state: 'resolved' });
    expect(found.instances.map(({ name }) => name).toSorted()).toEqual([
      'pod-0',
      'pod-1',
      'pod-2',
      'pod-23',
      'pod-3',
      'pod-4',
    ]);
    const { out } = await report(world, 'storm-20240801-1210', '--format', 'html');
    expect(out.match(/class="lane-name"/g)?.length).toBe(4 + 6);
    const drafts = await report(world, 'storm-20240801-1210', '--status-page', 'recovered');
    expect(drafts.out).toContain('6 servers are serving again');
  });

  test('the same incidents by their ids; another minute has no storm', async () => {
    const world = await storm();
    const ids = (await jsonOf(world, 'storm-20240801-1210')).instances.map((one) => one.incidentId);
    const named = await jsonOf(world, ...ids.slice(0, 2));
    expect(named.instances).toHaveLength(2);
    expect(named.kind).toBe('several');
    const { code, err } = await report(world, 'storm-20240801-0300');
    expect([code, err]).toEqual([1, expect.stringContaining('knows no incident of storm-')]);
  });
});

describe('drafts for a status page', () => {
  test('every stage in both languages', async () => {
    const { out, err } = await report(
      await outage(),
      ID,
      '--status-page',
      'all',
      '--language',
      'en,it',
    );
    expect(err).toBe('');
    for (const heading of ['Looking into it (English)', 'Ripristinato (Italiano)']) {
      expect(out).toContain(`## ${heading}`);
    }
  });

  test('of what is open, those that the record has the facts for', async () => {
    const world = await outage(315);
    const { code, out, err } = await report(world, ID, '--status-page', 'all');
    expect(code).toBe(0);
    expect(out).toContain('## Looking into it (English)');
    expect(out).not.toContain('Recovered');
    expect(err).toContain('No draft for recovered: a server does not serve again yet.');
    const named = await report(world, ID, '--status-page', 'recovered');
    expect(named.code).toBe(1);
    expect(named.err).toContain('A draft holds measured facts only');
  });

  test('for programs', async () => {
    const args = ['--status-page', 'looking', '--language', 'it', '--format', 'json'];
    const { out } = await report(await outage(), ID, ...args);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      id: ID,
      drafts: [{ stage: 'looking', language: 'it' }],
    });
  });
});

describe('a drill', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'watchdog-report-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('needs no account, and is written to a file', async () => {
    const world = chatWorld();
    const args = ['report', '--drill', 'pod-23', '--format', 'html', '--out', 'deep/pod-23.html'];
    const { code, out } = await typed(world, args, { folder, region: undefined });
    expect([code, out]).toEqual([0, 'Report   deep/pod-23.html']);
    const html = readFileSync(join(folder, 'deep', 'pod-23.html'), 'utf8');
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain('<h1>pod-23: stopped by AWS, serving again after');
  });

  test('a file that cannot be written is told, and the exit code says so', async () => {
    writeFileSync(join(folder, 'taken'), '');
    const args = ['report', '--drill', 'pod-23', '--out', 'taken/report.md'];
    const { code, err } = await typed(chatWorld(), args, { folder });
    expect(code).toBe(1);
    expect(err).toContain('The file taken/report.md is not written');
    expect(existsSync(join(folder, 'report.md'))).toBe(false);
  });

  test('what AWS said when all was over stands in it', async () => {
    const { out } = await runWith(['report', '--drill', 'confirmed-later']);
    expect(out).toContain('`AWS_EC2_INSTANCE_AVAILABILITY_ISSUE` open.');
    expect(out).not.toContain('AWS has not confirmed the cause');
  });

  test('the same seed gives the same report, another seed another one', async () => {
    const one = async (seed: string): Promise<string> =>
      (await runWith(['report', '--drill', 'pod-23', '--seed', seed])).out;
    expect(await one('3')).toBe(await one('3'));
    expect(await one('3')).not.toBe(await one('4'));
  });
});

describe('a command line that is not understood', () => {
  test.each<[string, readonly string[], string]>([
    ['an unknown drill', ['--drill', 'nope'], 'The drill is "nope", but must be one of pod-23'],
    ['a drill and an ID', ['x', '--drill', 'pod-23'], 'give one of the two'],
    ['a drill and an account', ['--drill', 'pod-23', '--region', 'x'], '--drill needs none'],
    ['a seed without a drill', ['--seed', '1'], 'add --drill'],
    ['a language without drafts', ['x', '--language', 'it'], 'add --status-page'],
    ['an unknown language', ['x', '--language', 'xx'], 'It must be some of en, it'],
    ['an unknown stage', ['x', '--status-page', 'over'], 'It must be all, or some of looking'],
    ['an unknown format', ['x', '--format', 'pdf'], 'It must be one of md, html, json.'],
    ['an unknown zone', ['x', '--zone', 'Mars'], 'It must be a time zone'],
    ['drafts of nothing', ['--status-page', 'all'], 'Name an incident'],
  ])('%s', async (_, args, text) => {
    const { code, err } = await runWith(['report', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(text);
  });
});
