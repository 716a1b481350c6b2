import type { HookInput } from '../../lambda/core/hook';
import { HOOK_DETAIL_TYPE } from '../../lambda/core/hook-event';
import { OPERATOR_TAGS } from '../../lambda/core/tags';
import { instant, iso, parseInstant, type Instant } from '../../lambda/core/time';
import type { Expectation } from '../drill-result';
import { factsOf, type Fact } from '../history';
import type { World } from '../world';
import { demand, type DrillSpec, type Played } from './drill';
import { decided, isResolved, messagesOf, resolvedAs, says, ZERO_S } from './ladder-drill';
import { chatServer, POD_23 } from './servers';

const FLUSH = 'livechat-flush';
const DEADLINE_S = 300;

const HOOKS: readonly HookInput[] = [
  { name: 'drain', on: 'before-stop', kind: 'event', deadlineSeconds: DEADLINE_S },
  { name: 'flush', on: 'before-stop', kind: 'ssm', document: FLUSH, after: 'drain' },
  { name: 'resume', on: 'stop-called-off', kind: 'event', deadlineSeconds: 60 },
  { name: 'offline', on: 'down', kind: 'event', deadlineSeconds: 60 },
  { name: 'presence', on: 'serving', kind: 'event', deadlineSeconds: 60 },
];

/** When the window of the policy opens, at which the move is due. */
const DUE = '2024-08-02T02:00:00.000Z';
const ANSWERS = { offline: 0.5, presence: 0.5, resume: 1 } as const;

const POD_24 = 'i-0a1b2c3d4e5f60024';

/** A host is to be retired; its server's move is told an hour before its window opens. */
function retired(world: World): void {
  world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
  for (const [hook, medianS] of Object.entries(ANSWERS)) {
    world.programs.answerHook({ hook, medianS });
  }
  announced(world, POD_23);
}

function announced(world: World, instanceId: string): void {
  const notBefore = parseInstant('2024-08-03T12:00:00Z') ?? instant(0);
  const id = `instance-event-0d59937288b7${instanceId.slice(-4)}`;
  const event = { id, code: 'instance-retirement', description: 'Old', notBefore };
  world.at(ZERO_S, () => world.aws.schedule(instanceId, event));
}

const base = {
  startAt: '2024-08-02T00:50:00Z',
  zeroS: ZERO_S,
  // Until twenty minutes before the window closes.
  limitS: 110 * 60,
  policies: {
    livechat: {
      readyEvent: true,
      hooks: HOOKS,
      maintenanceWindow: { from: '02:00', to: '03:00' },
    },
  },
  documents: { [FLUSH]: { effect: 'nothing', medianS: 20 } },
} as const satisfies Partial<DrillSpec>;

/** One thing of the story that has its place in the order. */
interface Deed {
  readonly at: Instant;
  readonly what: string;
}

/** What was asked of hooks and done to the server, in order. */
function deedsOf(facts: readonly Fact[]): readonly Deed[] {
  const asked = factsOf(facts, 'log')
    .filter(({ message, fields }) => message === 'hook' && fields['outcome'] === 'accepted')
    .map(({ at, fields }): Deed => ({ at, what: String(fields['hook']) }));
  const done = factsOf(facts, 'effect').flatMap(({ at, stopped, started }): readonly Deed[] => [
    ...stopped.map(() => ({ at, what: 'STOP' })),
    ...started.map(() => ({ at, what: 'START' })),
  ]);
  return [...asked, ...done].toSorted((one, other) => one.at - other.at);
}

function inOrder(order: string, { facts }: Played): Expectation {
  const got = deedsOf(facts)
    .map(({ what }) => what)
    .join(', ');
  return demand(`in this order, each once: ${order} (got: ${got})`, got === order);
}

const firstOf = (facts: readonly Fact[], what: string): Instant | undefined =>
  deedsOf(facts).find((deed) => deed.what === what)?.at;

/** When a document or a program said that a hook's work was done. */
const flushedAt = (facts: readonly Fact[]): Instant | undefined =>
  factsOf(facts, 'command').find(({ status }) => status === 'Success')?.at;

/** Draining begins with the window, and the stop follows its end, not before. */
function stoppedOnceDrained({ facts }: Played): readonly Expectation[] {
  const drained = firstOf(facts, 'drain');
  const flushed = flushedAt(facts);
  const stopped = firstOf(facts, 'STOP');
  const waitS =
    flushed === undefined || stopped === undefined ? undefined : (stopped - flushed) / 1_000;
  return [
    demand(
      `it is drained when its window opens, not before (${drained && iso(drained)})`,
      drained !== undefined && iso(drained) >= DUE && iso(drained) < '2024-08-02T02:02',
    ),
    demand(
      `and stopped within 10 s of the word that it is flushed (${waitS} s)`,
      waitS !== undefined && waitS >= 0 && waitS <= 10,
    ),
  ];
}

/** What presence is told of the outage: it began with the stop, not with the drain. */
function windowOfTheStop({ facts }: Played): Expectation {
  const asked = factsOf(facts, 'program-event').find(
    ({ detailType, detail }) => detailType === HOOK_DETAIL_TYPE && detail['hook'] === 'presence',
  );
  const outage = asked?.detail['outage'];
  const good = outageTime(outage, 'lastKnownGood');
  const bad = outageTime(outage, 'firstKnownBad');
  const stopped = firstOf(facts, 'STOP') ?? instant(0);
  const lengths = [good, bad].map((time) => Math.abs(stopped - time) / 1_000);
  return demand(
    `the outage window begins within 10 s of the stop (${lengths.join(' s, ')} s)`,
    lengths.every((length) => length <= 10),
  );
}

function outageTime(outage: unknown, name: string): Instant {
  const has = typeof outage === 'object' && outage !== null && name in outage;
  const text: unknown = has ? Object.entries(outage).find(([key]) => key === name)?.[1] : '';
  return parseInstant(String(text)) ?? instant(0);
}

const kinds = (kindsTold: string, played: Played): Expectation => {
  const got = messagesOf(undefined, played)
    .map(({ attributes }) => String(attributes['event']))
    .toSorted((one, other) => one.localeCompare(other))
    .join(', ');
  return demand(`messages: ${kindsTold} (got: ${got})`, got === kindsTold);
};

/** The page comes at the deadline of the hook that hangs. */
function toldInTime(played: Played): Expectation {
  const page = factsOf(played.facts, 'message').find(
    ({ attributes }) => attributes['event'] === 'needs-person',
  );
  const begun = firstOf(played.facts, 'drain');
  const afterS = page === undefined || begun === undefined ? undefined : (page.at - begun) / 1_000;
  return demand(
    `a person is told at its deadline of ${DEADLINE_S} s (${afterS} s)`,
    afterS !== undefined && afterS > DEADLINE_S - 5 && afterS < DEADLINE_S + 10,
  );
}

/** While the first of two is away the second is not drained: the rest of a fleet serves on. */
function oneAfterTheOther(played: Played): readonly Expectation[] {
  const one = 'drain, flush, STOP, offline, START, presence';
  const { facts } = played;
  const drains = deedsOf(facts).filter(({ what }) => what === 'drain');
  const serves = factsOf(facts, 'serving').find(
    ({ at, serving }) => serving && at > (firstOf(facts, 'STOP') ?? instant(0)),
  );
  const second = drains[1]?.at;
  return [
    inOrder(`${one}, ${one}`, played),
    demand(
      'the second is drained once the first serves again, not before',
      second !== undefined && serves !== undefined && second >= serves.at,
    ),
  ];
}

/** Drills over what goes before a planned stop. */
export const BEFORE_STOP_DRILLS: readonly DrillSpec[] = [
  {
    ...base,
    name: 'planned-drain',
    twin: 'planned-drain-hangs',
    title: 'A planned move: drained, then stopped',
    description:
      'The host is to be retired. In the maintenance window the server is drained and flushed ' +
      'first; once that is done it is moved, and its presence put in step.',
    isOver: isResolved,
    play(world) {
      retired(world);
      world.programs.answerHook({ hook: 'drain', medianS: 90, times: 2 });
    },
    expect: (played) => [
      inOrder('drain, flush, STOP, offline, START, presence', played),
      ...stoppedOnceDrained(played),
      windowOfTheStop(played),
      decided('defer', 'draining', played),
      kinds('notice, opened, serving', played),
      resolvedAs('recovered', played),
    ],
  },
  {
    ...base,
    name: 'planned-drain-hangs',
    twin: 'planned-drain',
    title: 'A planned move: the drain hangs, and nothing is stopped',
    description:
      'As planned-drain, but the program that drains never says that it has. At its deadline a ' +
      'person is told, the drain is undone, and the server is not stopped.',
    play: retired,
    expect: (played) => [
      inOrder('drain, resume', played),
      decided('escalate', 'not-drained', played),
      toldInTime(played),
      says('opened', 'drained first (drain, flush), then taken down', played),
      says('needs-person', 'The hook drain did not end within 5 min', played),
      says('needs-person', 'AWS does it by itself at 2024-08-03 12:00 UTC', played),
      kinds('needs-person, notice, opened', played),
    ],
  },
  {
    ...base,
    name: 'planned-drain-held',
    twin: 'planned-drain',
    title: 'A planned move: held while it is drained',
    description:
      'As planned-drain, and a person holds the server while it is drained. It is not stopped, ' +
      'what drained it is undone, the hold notwithstanding, and people hear of it.',
    play(world) {
      retired(world);
      world.programs.answerHook({ hook: 'drain', medianS: 240 });
      world.at((Date.parse(DUE) - world.startedAt) / 1_000 + 70, () =>
        world.people.setTag(POD_23, OPERATOR_TAGS.hold, 'release night'),
      );
    },
    expect: (played) => [
      inOrder('drain, resume', played),
      decided('escalate', 'held', played),
      says('changed', 'The hook resume brings it back', played),
      kinds('changed, needs-person, notice, opened', played),
    ],
  },
  {
    ...base,
    name: 'planned-drain-in-turn',
    twin: 'planned-drain',
    title: 'Two planned moves: drained one after the other',
    description:
      'Two hosts are to be retired, and the fleet allows one takedown at once: the other server ' +
      'is not drained while one is away.',
    play(world) {
      retired(world);
      world.ec2.addInstance(chatServer(POD_24, { name: 'pod-24' }));
      announced(world, POD_24);
      world.programs.answerHook({ hook: 'drain', medianS: 90 });
    },
    expect: oneAfterTheOther,
  },
];
