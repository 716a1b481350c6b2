import type { HookInput } from '../../lambda/core/hook';
import { HOOK_DETAIL_TYPE } from '../../lambda/core/hook-event';
import type { SsmDocument } from '../account/ssm-commands';
import type { Expectation } from '../drill-result';
import { factsOf, type Fact } from '../history';
import type { World } from '../world';
import { demand, type DrillSpec, type Played } from './drill';
import { decisionFacts } from './figures';
import { chatServer, POD_23 } from './servers';

const ZERO_S = 300;
const BACKFILL = 'livechat-backfill';

const PRESENCE: HookInput = { name: 'presence', on: 'serving', kind: 'event', deadlineSeconds: 60 };
const FILL: HookInput = {
  name: 'backfill',
  on: 'serving',
  kind: 'ssm',
  document: BACKFILL,
  deadlineSeconds: 300,
};

/** A drill of one server that AWS stops, and of what becomes of the word about a hook. */
interface DeliveryDrill {
  readonly name: string;
  readonly twin: string;
  readonly title: string;
  readonly description: string;
  readonly hooks: readonly HookInput[];
  readonly document?: SsmDocument;
  readonly story?: (world: World) => void;
  readonly expect: (played: Played) => readonly Expectation[];
  /** How often the server is started; once when absent. */
  readonly starts?: number;
}

function deliveryDrill(drill: DeliveryDrill): DrillSpec {
  const { name, twin, title, description, hooks, document, story, starts = 1 } = drill;
  return {
    name,
    twin,
    title,
    description,
    startAt: '2024-08-01T12:05:00Z',
    zeroS: ZERO_S,
    limitS: 2_400,
    policies: { livechat: { readyEvent: true, hooks } },
    documents: { [BACKFILL]: document ?? { effect: 'nothing', medianS: 20 } },
    isOver: (facts) => resolvedAs(facts) !== undefined,
    play(world) {
      world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
      world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
      story?.(world);
    },
    expect: (played) => [...actedOnlyBy(starts, played), ...drill.expect(played)],
  };
}

function resolvedAs(facts: readonly Fact[]): string | undefined {
  const end = decisionFacts(facts).find(({ fields }) => fields['decision'] === 'resolve');
  return end === undefined ? undefined : String(end.fields['reason']);
}

/** Whatever becomes of a hook, nothing is stopped, rebooted or started for it. */
function actedOnlyBy(starts: number, { facts }: Played): readonly Expectation[] {
  const effects = factsOf(facts, 'effect');
  const taken = effects.flatMap(({ stopped, rebooted }) => [...stopped, ...rebooted]);
  const started = effects.flatMap((effect) => effect.started);
  return [
    demand('the watchdog stopped and rebooted nothing', taken.length === 0),
    demand(`${starts} started (got ${started.length})`, started.length === starts),
  ];
}

const ends = (reason: string, { facts }: Played): Expectation =>
  demand(`it ends as ${reason} (got ${resolvedAs(facts)})`, resolvedAs(facts) === reason);

const messages = (expected: string, { facts }: Played): Expectation => {
  const got = factsOf(facts, 'message')
    .map(({ attributes }) => attributes['event'])
    .join(', ');
  return demand(`messages: ${expected} (got ${got})`, got === expected);
};

/** The parameters of each SendCommand that reached Systems Manager. */
function commandsOf(facts: readonly Fact[]): readonly Readonly<Record<string, string>>[] {
  const reached = new Set(factsOf(facts, 'effect').map(({ call }) => call));
  return factsOf(facts, 'call').flatMap(({ call, command }) =>
    command === undefined || !reached.has(call) ? [] : [command.parameters],
  );
}

const asked = (hook: string, facts: readonly Fact[]): readonly string[] =>
  factsOf(facts, 'program-event')
    .filter(({ detailType, detail }) => detailType === HOOK_DETAIL_TYPE && detail['hook'] === hook)
    .map(({ detail }) => String(detail['key']));

const questions = (facts: readonly Fact[]): number =>
  factsOf(facts, 'call').filter(({ operation }) => operation === 'ListCommandInvocations').length;

/** Told of a hook in these words: when, in seconds after the server served; undefined if never. */
function toldS(facts: readonly Fact[], words: string): number | undefined {
  const serving = factsOf(facts, 'serving').findLast((fact) => fact.serving)?.at ?? 0;
  const message = factsOf(facts, 'message').find(({ email }) => email.includes(words));
  return message === undefined ? undefined : Math.round((message.at - serving) / 1_000);
}

const toldOnce = (facts: readonly Fact[], words: string): boolean =>
  factsOf(facts, 'message').filter(({ email }) =>
    /^New +(.*)$/m.exec(email)?.[1]?.startsWith(words),
  ).length === 1;

const loseWordOfCommands = ({ faults }: World): void =>
  faults.dropEvents(({ source }) => source === 'aws.ssm');

const LOST: readonly DrillSpec[] = [
  deliveryDrill({
    name: 'hook-word-lost',
    twin: 'hook-word-lost-hangs',
    title: 'The backfill ends, and the word of it is lost',
    description:
      'Every event of Systems Manager is lost. The backfill is asked about once it has been ' +
      'quiet for a while, and its end is found: nobody is told of anything.',
    hooks: [FILL],
    document: { effect: 'nothing', medianS: 90 },
    story: loseWordOfCommands,
    expect: (played) => [
      demand('the backfill was sent once', commandsOf(played.facts).length === 1),
      demand(
        `it was asked about, and not often (${questions(played.facts)} times)`,
        questions(played.facts) >= 1 && questions(played.facts) <= 4,
      ),
      ends('recovered', played),
      messages('opened, serving', played),
    ],
  }),
  deliveryDrill({
    name: 'hook-word-lost-hangs',
    twin: 'hook-word-lost',
    title: 'The backfill hangs, and its events are lost',
    description:
      'As hook-word-lost, but the document hangs. Systems Manager says so when it is asked at ' +
      'the deadline of 5 min, and people are told then.',
    hooks: [FILL],
    document: { effect: 'hangs' },
    story: loseWordOfCommands,
    expect(played) {
      const told = toldS(played.facts, 'hook backfill did not end');
      return [
        demand('the backfill was sent once', commandsOf(played.facts).length === 1),
        demand(`told at its deadline (${told} s)`, told !== undefined && told > 295 && told < 330),
        ends('recovered-work-left', played),
      ];
    },
  }),
];

const SHUFFLED: readonly DrillSpec[] = [
  deliveryDrill({
    name: 'hook-late',
    twin: 'hook-words-shuffled',
    title: 'The program is done half a minute after its deadline',
    description:
      'Presence takes longer than its deadline of 60 s. People are told, and told again that it ' +
      'is done after all: nothing is left to them, and it is not sent twice.',
    hooks: [PRESENCE],
    story: ({ programs }) => programs.answerHook({ hook: 'presence', takesS: 90 }),
    expect: (played) => [
      demand('the program was asked once', asked('presence', played.facts).length === 1),
      demand('told at its deadline', toldOnce(played.facts, 'The hook presence did not end')),
      demand('and that it is done', toldOnce(played.facts, 'The hook presence is done after all')),
      ends('recovered', played),
      messages('opened, serving, changed, changed', played),
    ],
  }),
  deliveryDrill({
    name: 'hook-words-shuffled',
    twin: 'hook-late',
    title: 'Every word about a hook comes four times, out of order',
    description:
      'The program fails at first and then succeeds, and says when it starts; each of its words, ' +
      'and each of Systems Manager, comes four times within 20 s and late.',
    hooks: [PRESENCE, FILL],
    story({ programs, faults }) {
      programs.answerHook({ hook: 'presence', medianS: 2, failures: 1, saysStarted: true });
      const which = ({ source }: { readonly source: string }): boolean =>
        source === 'aws.ssm' || source === 'watchdog.hook';
      faults.duplicateEvents(4, { which, withinS: 20 });
      faults.delayEvents(which, { leastS: 0, mostS: 5 });
    },
    expect: (played) => [
      demand('the program was asked twice', asked('presence', played.facts).length === 2),
      demand('with one key', new Set(asked('presence', played.facts)).size === 1),
      demand('the backfill was sent once', commandsOf(played.facts).length === 1),
      ends('recovered', played),
      messages('opened, serving', played),
    ],
  }),
];

const FAILING: readonly DrillSpec[] = [
  deliveryDrill({
    name: 'hook-fails',
    twin: 'hook-fails-once',
    title: 'The backfill fails at every try',
    description:
      'The document ends with an error each time. It is sent again after 5 and 10 s with the ' +
      'same key, then told once, and left to a person.',
    hooks: [FILL],
    document: { effect: 'fails' },
    expect(played) {
      const keys = commandsOf(played.facts).map(({ Key }) => Key);
      return [
        demand(`sent three times (got ${keys.length})`, keys.length === 3),
        demand('with one key', new Set(keys).size === 1),
        demand('told once', toldOnce(played.facts, 'The hook backfill failed')),
        ends('recovered-work-left', played),
        messages('opened, serving, changed, closed', played),
      ];
    },
  }),
  deliveryDrill({
    name: 'hook-fails-once',
    twin: 'hook-fails',
    title: 'The backfill fails at first',
    description: 'The second try succeeds: nobody is told of the first.',
    hooks: [{ ...PRESENCE, name: 'backfill' }],
    story: ({ programs }) =>
      programs.answerHook({ hook: 'backfill', medianS: 5, failures: 1, chatsRecovered: 17 }),
    expect: (played) => [
      demand('asked twice', asked('backfill', played.facts).length === 2),
      demand('with one key', new Set(asked('backfill', played.facts)).size === 1),
      demand(
        'the chats that it recovered are counted',
        factsOf(played.facts, 'metric').some(
          ({ metric, value }) => metric === 'ChatsRecovered' && value === 17,
        ),
      ),
      ends('recovered', played),
      messages('opened, serving', played),
    ],
  }),
];

/** The Lambda dies at its first SendCommand. */
function killedAt(when: 'before-effect' | 'after-effect'): DrillSpec {
  const isBefore = when === 'before-effect';
  return deliveryDrill({
    name: isBefore ? 'killed-before-hook' : 'killed-after-hook',
    twin: isBefore ? 'killed-after-hook' : 'killed-before-hook',
    title: `The Lambda dies right ${isBefore ? 'before' : 'after'} it sent a hook`,
    description: isBefore
      ? 'The intent is recorded and nothing was sent: it is sent half a minute later, once.'
      : 'It was sent, and nobody knows. Half a minute later it is sent again with the same key ' +
        'and the same window: the document sees that it is the same work.',
    hooks: [FILL],
    story: ({ faults }) => faults.killInvocation({ operation: 'SendCommand', nth: 1, when }),
    expect(played) {
      const sent = commandsOf(played.facts);
      const most = isBefore ? 1 : 2;
      return [
        demand(
          `it reached Systems Manager (${sent.length} times)`,
          sent.length >= 1 && sent.length <= most,
        ),
        demand('the very same', new Set(sent.map((one) => JSON.stringify(one))).size === 1),
        ends('recovered', played),
      ];
    },
  });
}

const KILLED: readonly DrillSpec[] = [killedAt('before-effect'), killedAt('after-effect')];

const DOWN_AGAIN: DrillSpec = deliveryDrill({
  name: 'down-in-backfill',
  twin: 'hook-word-lost',
  title: 'The server goes down again while the backfill runs',
  description:
    'The host fails again soon after the server serves. What the first backfill left is ' +
    "made up for by the second one: its window begins where the first one's began.",
  hooks: [FILL],
  starts: 2,
  document: { effect: 'nothing', medianS: 100 },
  story(world) {
    let isDone = false;
    world.history.onFact((fact) => {
      if (isDone || fact.kind !== 'command' || fact.status !== 'InProgress') return;
      isDone = true;
      const again = (): void => void world.aws.hostFailure(POD_23, { stoppingS: 25 });
      world.at(world.elapsedS() + 40, again);
    });
  },
  expect(played) {
    const [first, second, ...more] = commandsOf(played.facts);
    return [
      demand('two backfills were sent', second !== undefined && more.length === 0),
      demand('each with its own key', first?.['Key'] !== second?.['Key']),
      demand(
        'the second window begins with the first',
        first !== undefined && first['LastKnownGood'] === second?.['LastKnownGood'],
      ),
      demand(
        'and ends with the second',
        String(first?.['GoodAgain']) < String(second?.['GoodAgain']),
      ),
      ends('recovered', played),
    ];
  },
});

/** Drills over what becomes of the word between the watchdog and whoever does a hook's work. */
export const HOOK_DELIVERY_DRILLS: readonly DrillSpec[] = [
  ...LOST,
  ...SHUFFLED,
  ...FAILING,
  ...KILLED,
  DOWN_AGAIN,
];
