import { impeded, mended, needsPerson, only, PAGE_WITHIN_S, rescued, wanted } from './episodes';
import type { ServiceName } from '../history';
import { family, type Sketch, type Stage } from './scenario';

const stops = ({ world, id, at }: Stage): void =>
  at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 }));

/**
 * AWS stops it while a part of the watchdog fails, until `untilS`; nobody need act. Two messages
 * are fair, or more where nobody can know whether one was sent.
 */
const rescuedWith = (
  [name, title]: readonly [name: string, title: string],
  meet: (stage: Stage) => void,
  { untilS = 0, messages = 2 }: { readonly untilS?: number; readonly messages?: number } = {},
): Sketch => ({
  name,
  title,
  play(stage) {
    meet(stage);
    stops(stage);
  },
  label: (truth, [id = '']) => only(impeded(rescued(truth, id), untilS, messages)),
});

/** A lease that an invocation took before it died holds the next one off for so long. */
const LEASE_S = 30;

const down =
  (service: ServiceName, fromS: number, toS: number) =>
  ({ world, span }: Stage): void =>
    world.faults.serviceDown(service, span(fromS, toS));

const TABLE: readonly Sketch[] = [
  ...([60, 180, 900] as const).map((toS) =>
    rescuedWith(
      [`table-down-for-${toS}-s`, `AWS stops it while the incident table is gone for ${toS} s.`],
      down('dynamodb', -30, toS),
      { untilS: toS },
    ),
  ),
  rescuedWith(
    ['table-throttled', 'Half of all calls of the table are throttled.'],
    (stage) =>
      stage.world.faults.throttle('dynamodb', { ...stage.span(-30, 300), probability: 0.5 }),
    // What SNS took and the table did not note is told once more: never is worse than twice.
    { untilS: 300, messages: 4 },
  ),
  rescuedWith(
    ['table-answers-lost', 'The table does what it is asked and its answer is lost.'],
    (stage) =>
      stage.world.faults.timeouts('dynamodb', {
        ...stage.span(-30, 300),
        effect: 'full',
        probability: 0.3,
      }),
    { untilS: 300, messages: 4 },
  ),
  {
    name: 'table-down-guest-shuts-down',
    title: 'It shuts itself down while the table is gone for three minutes.',
    play(stage) {
      down('dynamodb', -30, 180)(stage);
      stage.at(0, () => stage.world.people.shutdownGuest(stage.id));
    },
    label: (truth, [id = '']) => {
      const episode = needsPerson(truth, id, {
        why: 'It shut itself down and its policy leaves that to a person.',
        messages: 3,
      });
      return only({
        ...impeded(episode, 180),
        page: { fromS: 0, byS: 180 + PAGE_WITHIN_S, toS: Number.POSITIVE_INFINITY },
      });
    },
  },
  {
    name: 'table-down-person-stops-it',
    title: 'A person stops it while the table is gone for five minutes.',
    play(stage) {
      down('dynamodb', -30, 300)(stage);
      stage.at(0, () => stage.world.people.stop(stage.id));
    },
    label: (_truth, [id = '']) =>
      only(wanted(id, { why: 'A person stopped it on purpose: nobody is called.', messages: 2 })),
  },
];

const SNS: readonly Sketch[] = [
  ...([20, 120, 600] as const).map((toS): Sketch => ({
    name: `sns-down-for-${toS}-s`,
    title: `AWS stops it while SNS takes nothing for ${toS} s.`,
    play(stage) {
      down('sns', -30, toS)(stage);
      stops(stage);
    },
    label: (truth, [id = '']) => only(impeded(rescued(truth, id), toS)),
  })),
  rescuedWith(
    ['sns-throttled', 'Half of all messages to SNS are throttled.'],
    (stage) => stage.world.faults.throttle('sns', { ...stage.span(-30, 300), probability: 0.5 }),
    { untilS: 300 },
  ),
  {
    name: 'sns-down-page-overtaken',
    title: 'EC2 has no room for it for three minutes, and SNS takes nothing for ten.',
    play(stage) {
      down('sns', -30, 600)(stage);
      stage.world.faults.capacityOut({ zone: 'us-east-1b', ...stage.span(0, 180) });
      stops(stage);
    },
    // The call that was due cannot be made; once it could be, it serves.
    label(truth, [id = '']) {
      const why = 'Nobody could be called, and it serves again before anybody can be.';
      const { page, ...episode } = needsPerson(truth, id, { why, messages: 3 });
      const right = page !== undefined && { page: { ...page, byS: 'never' as const } };
      return only({ ...impeded(episode, 600), ...right });
    },
  },
  {
    name: 'sns-answers-lost',
    title: 'SNS takes the messages of the first minute and its answers are lost.',
    play(stage) {
      const often = { ...stage.span(-30, 60), effect: 'full', probability: 0.5 } as const;
      stage.world.faults.timeouts('sns', often);
      stops(stage);
    },
    // Whether it was taken nobody can know: twice is right, never is not.
    label: (truth, [id = '']) => only(impeded(rescued(truth, id), 60, 12)),
  },
];

const EC2: readonly Sketch[] = [
  rescuedWith(
    ['ec2-throttled-half', 'EC2 throttles half of all calls for five minutes.'],
    (stage) => stage.world.faults.throttleEc2({ ...stage.span(-30, 300), probability: 0.5 }),
    { untilS: 300 },
  ),
  {
    name: 'ec2-reads-fail-for-2-min',
    title: 'EC2 answers no read for two minutes: what is unknown is not told.',
    play(stage) {
      for (const operation of ['DescribeInstances', 'DescribeInstanceStatus']) {
        stage.world.faults.throttleEc2({ ...stage.span(-30, 120), operation });
      }
      stops(stage);
    },
    label: (truth, [id = '']) => only(impeded(rescued(truth, id), 120)),
  },
  rescuedWith(
    ['ec2-starts-throttled-for-2-min', 'EC2 takes no start for two minutes.'],
    (stage) =>
      stage.world.faults.throttleEc2({ ...stage.span(0, 120), operation: 'StartInstances' }),
    { untilS: 120 },
  ),
  {
    name: 'ec2-starts-throttled-for-10-min',
    title: 'EC2 takes no start for ten minutes: a person should know after three.',
    play(stage) {
      stage.world.faults.throttleEc2({ ...stage.span(0, 600), operation: 'StartInstances' });
      stops(stage);
    },
    label: (truth, [id = '']) => {
      const firstS = truth.reached(id, 'stopped');
      const why = 'EC2 takes no start for minutes.';
      return only({
        ...impeded(needsPerson(truth, id, { why, messages: 3 }), 600),
        page: { fromS: firstS + 170, byS: firstS + 180 + PAGE_WITHIN_S, toS: truth.serves(id) },
      });
    },
  },
  rescuedWith(
    ['ec2-reads-are-30-s-old', 'EC2 answers reads with what was true 30 s ago.'],
    (stage) => stage.world.faults.staleReads(stage.span(-60, 900), 30),
    { untilS: 900 },
  ),
];

/** The calls at which the Lambda dies, and whether the service still got them. */
const KILLED: readonly Sketch[] = (
  ['StartInstances', 'Publish', 'PutItem', 'DescribeInstances', 'SendMessage'] as const
).flatMap((operation) =>
  (['before-effect', 'after-effect'] as const).map((when) => ({
    name: `killed-${when === 'before-effect' ? 'before' : 'after'}-${operation.toLowerCase()}`,
    title: `The Lambda dies at its first ${operation} of the story (${when}).`,
    play(stage) {
      // Deaths count from the start of the run: the call of the story is the next one.
      stage.at(0, () => stage.world.faults.killInvocation({ operation, nth: 1, when }));
      stops(stage);
    },
    label: (truth, [id = '']) => {
      const isTwice = operation === 'Publish' && when === 'after-effect';
      // What was on its way to people when it died comes once more.
      return only(impeded(rescued(truth, id), truth.died() + LEASE_S, isTwice ? 3 : 2));
    },
  })),
);

const LAMBDA: readonly Sketch[] = [
  ...([30, 150] as const).map((toS): Sketch => ({
    name: `lambda-throttled-for-${toS}-s`,
    title: `Lambda takes no invocation for ${toS} s.`,
    play(stage) {
      stage.world.faults.throttleLambda(stage.span(-10, toS));
      stops(stage);
    },
    label: (truth, [id = '']) => only(impeded(rescued(truth, id), toS)),
  })),
  ...([-30, 30] as const).map((skewS) =>
    rescuedWith(
      [`clock-${skewS}-s-off`, `The function's clock is ${skewS} s off.`],
      (stage) => stage.world.faults.skewClock(stage.span(-200, 2_400), skewS),
      { untilS: 2_400 },
    ),
  ),
  rescuedWith(
    ['sweeps-skipped', 'The schedule brings no sweep for half an hour.'],
    (stage) => stage.world.faults.skipSweeps(stage.span(-60, 1_800)),
    { untilS: 1_800 },
  ),
];

const TRAIL: readonly Sketch[] = [
  {
    name: 'cloudtrail-down-person-stops-it',
    title: 'A person stops it while CloudTrail answers nothing.',
    play(stage) {
      down('cloudtrail', -60, 3_600)(stage);
      stage.at(0, () => stage.world.people.stop(stage.id));
    },
    label: (_truth, [id = '']) =>
      only(wanted(id, { why: 'A person stopped it on purpose: nobody is called.', messages: 2 })),
  },
  {
    name: 'trail-late-person-stops-it',
    title: 'A person stops it, and the trail tells of it twenty minutes late.',
    trail: true,
    play(stage) {
      stage.world.faults.delayEvents(({ source }) => source !== 'watchdog.server', {
        leastS: 0,
        mostS: 1_200,
      });
      stage.at(0, () => stage.world.people.stop(stage.id));
    },
    label: (_truth, [id = '']) =>
      only(wanted(id, { why: 'A person stopped it on purpose: nobody is called.' })),
  },
  rescuedWith(
    ['cloudtrail-down', 'AWS stops it while CloudTrail answers nothing.'],
    (stage) => down('cloudtrail', -60, 3_600)(stage),
    { untilS: 3_600 },
  ),
];

const OTHERS: readonly Sketch[] = [
  {
    name: 'ssm-down-for-3-min',
    title: 'The application dies and Systems Manager takes no command for three minutes.',
    policy: 'asked',
    minutes: 60,
    play(stage) {
      down('ssm', 0, 390)(stage);
      stage.at(0, () => stage.world.aws.appDies(stage.id, 'restart-service'));
    },
    label: (truth, [id = '']) => only(impeded(mended(truth, id, { check: 'application' }), 390)),
  },
  {
    name: 'cloudwatch-down',
    title: 'CloudWatch answers nothing for ten minutes, and users are served.',
    policy: 'measured',
    play(stage) {
      const { world, id } = stage;
      world.metrics.set(id, { namespace: 'LiveChat', name: 'OpenSockets' }, 120);
      down('cloudwatch', 0, 600)(stage);
    },
    label: () => ({ episodes: [] }),
  },
];

/** Parts of the watchdog itself, and what it stands on, fail. */
export const OWN_PARTS = family('own-parts', [
  ...TABLE,
  ...SNS,
  ...EC2,
  ...KILLED,
  ...LAMBDA,
  ...TRAIL,
  ...OTHERS,
]);
