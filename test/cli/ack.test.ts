import { typed } from '../../cli/simulated-account';
import type { Done } from '../../cli/done';
import { POD_23 } from '../../sim/drills/servers';
import { factsOf } from '../../sim/history';
import type { World } from '../../sim/world';
import { chatWorld, tagWrites, typedJson } from './account-world';

const INCIDENT = 'pod-23-20240801-1210-0023';

/** pod-23 shuts itself down at 12:10, which its policy leaves to a person: a page goes out. */
async function paged(): Promise<World> {
  const world = chatWorld();
  await world.runUntil(300);
  world.people.shutdownGuest(POD_23);
  await world.runUntil(360);
  return world;
}

/** The pages of the incident so far, by their subjects. */
const pages = (world: World): readonly string[] =>
  factsOf(world.history.facts, 'message')
    .map(({ subject }) => subject)
    .filter((subject) => subject.startsWith('ACT'));

const written = (world: World): readonly unknown[] => tagWrites(world, 'watchdog:ack');

test('a page that is acknowledged is not sent again', async () => {
  const world = await paged();
  expect(await typed(world, ['ack', INCIDENT])).toMatchObject({ code: 0, err: '' });
  await world.runUntil(300 + 3_600);
  expect(pages(world)).toHaveLength(1);
});

test('one that nobody acknowledges is sent again, twice', async () => {
  const world = await paged();
  await world.runUntil(300 + 3_600);
  expect(pages(world).map((subject) => subject.split(':')[0])).toEqual([
    'ACT',
    'ACT (again)',
    'ACT (again)',
  ]);
});

test.each([
  ['its incident', INCIDENT],
  ['the id of its instance', POD_23],
  ['the name of its instance', 'pod-23'],
])('it is named by %s', async (_how, target) => {
  const world = await paged();
  expect(await typedJson<Done>(world, ['ack', target])).toMatchObject({
    version: 1,
    command: 'ack',
    changed: true,
    scope: 'instance',
    id: POD_23,
    name: 'pod-23',
    incidentId: INCIDENT,
  });
});

test('it tells who has it in hand, and what they do, and how to take it back', async () => {
  const world = await paged();
  const { out } = await typed(world, ['ack', 'pod-23', '--note', 'restoring a snapshot']);
  expect(out).toContain(
    `Acknowledged ${INCIDENT} (guest-shutdown) of pod-23 (${POD_23}), by ana: restoring a snap`,
  );
  expect(out).toContain(
    `To undo: aws ec2 delete-tags --resources ${POD_23} --tags Key=watchdog:ack`,
  );
  expect(written(world)).toEqual([`${INCIDENT} ana: restoring a snapshot`]);
});

test('what is acknowledged already is told, before and after the watchdog saw it', async () => {
  const world = await paged();
  await typed(world, ['ack', 'pod-23', '--by', 'bea']);
  const before = await typed(world, ['ack', 'pod-23']);
  expect(before).toMatchObject({ code: 0 });
  expect(before.out).toContain('acknowledged already, by bea, on the tag');
  await world.runUntil(600);
  const after = await typed(world, ['ack', 'pod-23']);
  expect(after.out).toMatch(/acknowledged already, by bea at 2024-08-01 12:1\d/);
  expect(written(world)).toEqual([`${INCIDENT} bea`]);
});

test('without a page there is nothing to acknowledge', async () => {
  const world = chatWorld();
  await world.runUntil(300);
  world.aws.hostFailure(POD_23, { stoppingS: 60 });
  await world.runUntil(310);
  const { code, err } = await typed(world, ['ack', 'pod-23']);
  expect(code).toBe(1);
  expect(err).toContain('No page of pod-23-20240801-1210-0023');
  expect(written(world)).toEqual([]);
});

test('a page from before it served again does not stand any more', async () => {
  const world = await paged();
  world.people.start(POD_23);
  await world.runUntil(480);
  const { code, err } = await typed(world, ['ack', 'pod-23']);
  expect(err).toContain('No page of');
  expect(code).toBe(1);
});

test('an incident that is over cannot be acknowledged', async () => {
  const world = await paged();
  world.people.start(POD_23);
  await world.runUntil(2_400);
  const { code, err } = await typed(world, ['ack', INCIDENT]);
  expect(code).toBe(1);
  expect(err).toMatch(/ended at 2024-08-01 12:\d\d:\d\d UTC \(recovered\)/);
  const mine = await typed(world, ['ack', 'pod-23']);
  expect(mine.err).toContain('Nothing is open for pod-23');
});

test.each([
  ['pod-24-20240801-1210-0024', `No incident pod-24-20240801-1210-0024 is known in us-east-1`],
  ['pod-24', 'No managed instance in us-east-1 is called pod-24'],
  ['i-0123456789abcdef0', 'No managed instance in us-east-1 has the id i-0123456789abcdef0'],
])('%s is refused, and the others are acknowledged all the same', async (target, error) => {
  const world = await paged();
  const { code, out, err } = await typed(world, ['ack', target, 'pod-23']);
  expect(code).toBe(1);
  expect(err).toContain(error);
  expect(out).toContain(`Acknowledged ${INCIDENT}`);
});

test('a note cannot break out of its tag, nor grow beyond what is kept of it', async () => {
  const world = await paged();
  const note = `\u202Eline one\nline two ${'x'.repeat(500)}`;
  await typed(world, ['ack', 'pod-23', '--note', note]);
  const [value = ''] = tagWrites(world, 'watchdog:ack');
  expect(value).toMatch(/^pod-23-20240801-1210-0023 ana: line one line two x+…$/);
  expect(value.length).toBeLessThan(100);
});
