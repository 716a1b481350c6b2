import { typed } from '../../cli/simulated-account';
import type { Score } from '../../report/score';
import { POD_23 } from '../../sim/drills/servers';
import { factsOf } from '../../sim/history';
import type { World } from '../../sim/world';
import { chatWorld, typedJson } from './account-world';

interface ScoreJson extends Pick<Score, 'acts' | 'wrongActs' | 'verdicts'> {
  readonly realDowntimeS: number;
  readonly wouldBeDowntimeS: number;
  readonly outages: readonly { readonly verdict: string; readonly wouldServeAt: string | null }[];
}

/** AWS stops pod-23, and where nobody else does a person starts it after 20 minutes. */
async function outage(policy: 'livechat' | 'watched', seed: number): Promise<World> {
  const world = chatWorld(policy, { seed });
  await world.runUntil(300);
  world.aws.hostFailure(POD_23, { stoppingS: 25 });
  await world.runUntil(1_500);
  world.people.start(POD_23);
  await world.runUntil(2_400);
  return world;
}

/** How long it really did not serve, in seconds. */
function downS(world: World): number {
  const serving = factsOf(world.history.facts, 'serving');
  const down = serving.findIndex((fact) => !fact.serving);
  const [from, to] = [serving[down], serving[down + 1]];
  return ((to?.at ?? 0) - (from?.at ?? 0)) / 1_000;
}

test.each([1, 2, 3])('seed %i: the estimate is what an acting policy comes to', async (seed) => {
  const shadow = await outage('watched', seed);
  const score = await typedJson<ScoreJson>(shadow, ['score']);
  expect(score.verdicts).toMatchObject({ sooner: 1, wrong: 0, missed: 0 });
  expect(Math.abs(score.realDowntimeS - downS(shadow))).toBeLessThan(5);
  const real = downS(await outage('livechat', seed));
  expect(real).toBeLessThan(120);
  expect(Math.abs(score.wouldBeDowntimeS - real)).toBeLessThan(20);
});

test('the same for people', async () => {
  const { out } = await typed(await outage('watched', 1), ['score', '--since', '1d']);
  expect(out).toContain('2024-07-31 12:45:00 UTC to 2024-08-01 12:45:00 UTC');
  expect(out).toContain('1 outage: 1 sooner.\n0 of 1 acts would have been wrong.');
  expect(out).toMatch(/Down for 20 min \d+ s in 1 of them, with the watchdog \d+ s|1 min/);
  expect(out).toMatch(/2024-08-01 12:10:\d\d UTC {2}pod-23 .* start \(stopped-by-aws\) {2}sooner/);
});

test('what was acted on is not scored', async () => {
  const { code, out } = await typed(await outage('livechat', 1), ['score']);
  expect(code).toBe(0);
  expect(out).toContain('No outage in shadow mode.');
});

test('what was before is not scored, nor what is under another policy', async () => {
  const world = await outage('watched', 1);
  const since = await typedJson<ScoreJson>(world, ['score', '--since', '2024-08-01T12:30:00Z']);
  expect(since.outages).toEqual([]);
  const other = await typedJson<ScoreJson>(world, ['score', '--policy', 'livechat']);
  expect(other.outages).toEqual([]);
});

test.each(['yesterday', '2024-08-01T12:30', '-1d', ''])('--since %j is none', async (since) => {
  const { code, err } = await typed(chatWorld(), ['score', `--since=${since}`]);
  expect(code).toBe(2);
  expect(err).toContain('It must be a length of time such as 14d');
});

test('an outage that would only have been told is listed with its reason', async () => {
  const world = chatWorld('watched');
  await world.runUntil(300);
  world.people.shutdownGuest(POD_23);
  await world.runUntil(900);
  world.people.start(POD_23);
  await world.runUntil(1_800);
  const { out } = await typed(world, ['score']);
  expect(out).toContain('1 outage: 1 missed.');
  expect(out).toContain(
    'missed  pod-23-20240801-1210-0023: only a person would have been called (guest-shutdown)',
  );
});
