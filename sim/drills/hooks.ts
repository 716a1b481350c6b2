import type { HookInput } from '../../lambda/core/hook';
import { HOOK_DETAIL_TYPE } from '../../lambda/core/hook-event';
import type { Expectation } from '../drill-result';
import { factsOf, type Fact } from '../history';
import { demand, type DrillSpec, type Played } from './drill';
import { decisionFacts } from './figures';
import { chatServer, POD_23 } from './servers';

const ZERO_S = 300;
const BACKFILL = 'livechat-backfill';

const HOOKS: readonly HookInput[] = [
  { name: 'offline', on: 'down', kind: 'event', deadlineSeconds: 60 },
  { name: 'presence', on: 'serving', kind: 'event', deadlineSeconds: 60 },
  { name: 'backfill', on: 'serving', kind: 'ssm', document: BACKFILL, after: 'presence' },
];

const base = {
  startAt: '2024-08-01T12:05:00Z',
  zeroS: ZERO_S,
  limitS: 2_400,
  policies: { livechat: { readyEvent: true, hooks: HOOKS } },
  documents: { [BACKFILL]: { effect: 'nothing', medianS: 20 } },
  isOver: (facts) => resolvedAs(facts) !== undefined,
} as const satisfies Partial<DrillSpec>;

function resolvedAs(facts: readonly Fact[]): string | undefined {
  const end = decisionFacts(facts).find(({ fields }) => fields['decision'] === 'resolve');
  return end === undefined ? undefined : String(end.fields['reason']);
}

/** When a hook was taken, in seconds after the server began to serve. */
function startedAfterServing(facts: readonly Fact[], hook: string): number | undefined {
  const serving = factsOf(facts, 'serving').findLast((fact) => fact.serving)?.at;
  const sent = factsOf(facts, 'log').find(
    ({ message, fields }) =>
      message === 'hook' && fields['hook'] === hook && fields['outcome'] === 'accepted',
  )?.at;
  return serving === undefined || sent === undefined ? undefined : (sent - serving) / 1_000;
}

const askedFor = (facts: readonly Fact[], hook: string): readonly string[] =>
  factsOf(facts, 'program-event')
    .filter(({ detailType, detail }) => detailType === HOOK_DETAIL_TYPE && detail['hook'] === hook)
    .map(({ detail }) => String(detail['key']));

const commands = (facts: readonly Fact[]): number =>
  new Set(factsOf(facts, 'command').map(({ commandId }) => commandId)).size;

const messages = (facts: readonly Fact[]): string =>
  factsOf(facts, 'message')
    .map(({ attributes }) => attributes['event'])
    .join(', ');

/** Never by a failing hook: AWS stopped it, and it was started once. */
function neverStopped({ facts }: Played): readonly Expectation[] {
  const effects = factsOf(facts, 'effect');
  return [
    demand(
      'the watchdog stopped and rebooted nothing',
      effects.every(({ stopped, rebooted }) => stopped.length + rebooted.length === 0),
    ),
    demand(
      'exactly one start was accepted',
      effects.flatMap(({ started }) => started).length === 1,
    ),
  ];
}

const HOOKS_RUN: DrillSpec = {
  ...base,
  name: 'hooks-run',
  twin: 'hook-hangs',
  title: 'After the restart: presence, then the backfill',
  description:
    'AWS stops the server. Its agents are marked offline while it is down; once it serves, a ' +
    'program puts presence in step and a document makes the backfill. Each callback comes twice.',
  play(world) {
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
    world.programs.answerHook({ hook: 'offline', medianS: 0.5 });
    world.programs.answerHook({ hook: 'presence', medianS: 0.5, times: 2 });
    world.faults.duplicateEvents(2, { which: ({ source }) => source === 'aws.ssm', withinS: 20 });
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  expect(played) {
    const { facts } = played;
    const presence = startedAfterServing(facts, 'presence');
    const backfill = startedAfterServing(facts, 'backfill');
    return [
      ...neverStopped(played),
      demand(
        'the program was asked once to mark agents offline',
        askedFor(facts, 'offline').length === 1,
      ),
      demand('and once to put presence in step', askedFor(facts, 'presence').length === 1),
      demand('the backfill was sent once', commands(facts) === 1),
      demand(
        `presence began before the backfill (${presence} s, ${backfill} s after serving)`,
        presence !== undefined && backfill !== undefined && presence < backfill,
      ),
      demand('the backfill began within 5 s of serving', backfill !== undefined && backfill <= 5),
      demand('the incident is resolved as recovered', resolvedAs(facts) === 'recovered'),
      demand(`two messages (got: ${messages(facts)})`, messages(facts) === 'opened, serving'),
    ];
  },
};

const HOOK_HANGS: DrillSpec = {
  ...base,
  name: 'hook-hangs',
  twin: 'hooks-run',
  title: 'After the restart: presence hangs, and holds up nothing',
  description:
    'As hooks-run, but the program that puts presence in step never answers. People are told at ' +
    'its deadline, the backfill runs all the same, and nothing is stopped for it.',
  play(world) {
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
    world.programs.answerHook({ hook: 'offline', medianS: 0.5 });
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  expect(played) {
    const { facts } = played;
    const presence = startedAfterServing(facts, 'presence') ?? 0;
    const serving = factsOf(facts, 'serving').findLast((fact) => fact.serving)?.at ?? 0;
    const told = factsOf(facts, 'message').find(({ email }) =>
      email.includes('hook presence did not end'),
    );
    const toldS = told === undefined ? undefined : (told.at - serving) / 1_000 - presence;
    const last = factsOf(facts, 'message').at(-1);
    return [
      ...neverStopped(played),
      demand(
        `told at its deadline of 60 s (${toldS} s after it began)`,
        toldS !== undefined && toldS > 55 && toldS < 70,
      ),
      demand('the backfill ran all the same', commands(facts) === 1),
      demand('the end says what is left', resolvedAs(facts) === 'recovered-work-left'),
      demand('and people hear it', last?.email.includes('Left to a person') === true),
      demand(
        `four messages (got: ${messages(facts)})`,
        messages(facts) === 'opened, serving, changed, closed',
      ),
    ];
  },
};

/** Drills over the work after an outage. */
export const HOOK_DRILLS: readonly DrillSpec[] = [HOOKS_RUN, HOOK_HANGS];
