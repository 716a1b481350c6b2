import { leftToPerson, needsPerson, only, SILENCE } from './episodes';
import { family, type Episode, type Scenario, type Sketch, type Stage } from './scenario';

const stops = ({ world, id, at }: Stage): void =>
  at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
const breaks = ({ world, id, at }: Stage): void => at(0, () => world.aws.breaks(id, 'system'));

const STOPPED =
  'AWS stopped it, and the watchdog may not start it: it stays down until a person does.';
const BROKEN = 'Its host is broken and the watchdog may not touch it: a person must.';

const stopped: Scenario['label'] = (truth, [id = '']) =>
  only(needsPerson(truth, id, { why: STOPPED, messages: 3 }));
const broken: Scenario['label'] = (truth, [id = '']) =>
  only(
    leftToPerson(truth, id, {
      check: 'system',
      why: BROKEN,
      // That AWS moves it by itself is waited for first, where it may.
      pageByS: truth.impaired(id, 'system') + 300 + 90,
      messages: 3,
    }),
  );

/** How a person says that the watchdog keeps its hands off. */
const WAYS: readonly (readonly [string, (stage: Stage) => void])[] = [
  [
    'paused',
    ({ world, id, isoAt }) => world.people.setTag(id, 'watchdog:pause-until', isoAt(7_200)),
  ],
  ['held', ({ world, id }) => world.people.setTag(id, 'watchdog:hold', 'we look at it ourselves')],
  ['policy-held', ({ world }) => world.people.holdPolicy('livechat', 'release day')],
];

const TOLD_OFF: readonly Sketch[] = WAYS.flatMap(([how, says]) =>
  (
    [
      ['aws-stops-it', stops, stopped],
      ['host-breaks', breaks, broken],
    ] as const
  ).map(([what, happens, label]) => ({
    name: `${how}-${what}`,
    title: `The watchdog is told to keep its hands off (${how}): ${what}.`,
    play(stage) {
      stage.at(-30, () => says(stage));
      happens(stage);
    },
    label,
  })),
);

/** Told off, down, and then somebody reacts. */
const REACTS: readonly Sketch[] = [
  {
    name: 'acknowledged-after-2-min',
    title: 'AWS stops what is held; the person who is called acknowledges it by tag.',
    play(stage) {
      const { world, id, at } = stage;
      at(-30, () => world.people.setTag(id, 'watchdog:hold', 'mine'));
      stops(stage);
      world.history.onFact((fact) => {
        if (fact.kind !== 'message' || fact.attributes['severity'] !== 'critical') return;
        const incident = fact.attributes['incidentId'] ?? '';
        world.at(world.elapsedS() + 120, () =>
          world.people.setTag(id, 'watchdog:ack', `${incident} ana`),
        );
      });
    },
    label: (truth, [id = '']) => {
      const episode = needsPerson(truth, id, { why: STOPPED, messages: 3 });
      return only(withAcknowledgement(episode));
    },
  },
  {
    name: 'released-after-10-min',
    title: 'AWS stops what is held for a while; ten minutes later the hold is lifted.',
    play(stage) {
      const { world, id, at } = stage;
      at(-30, () => world.people.setTag(id, 'watchdog:hold', 'mine'));
      stops(stage);
      at(600, () => world.people.removeTag(id, 'watchdog:hold'));
      at(900, () => world.people.start(id));
    },
    label: stopped,
  },
  {
    name: 'pause-is-over-host-breaks',
    title: 'The host breaks during a pause of ten minutes: told, and moved afterwards.',
    minutes: 60,
    play(stage) {
      const { world, id, at, isoAt } = stage;
      at(-30, () => world.people.setTag(id, 'watchdog:pause-until', isoAt(600)));
      breaks(stage);
    },
    label: broken,
  },
];

/** Two minutes after the page at the latest, and the page has a minute and a half. */
function withAcknowledgement(episode: Episode): Episode {
  const { page } = episode;
  if (page === undefined || page.byS === 'never') return episode;
  return { ...episode, page: { ...page, acknowledgedS: page.byS + 120 } };
}

const PUT_DOWN = "It is not the watchdog's to start: worth a word, and no call.";

const OUT_OF_SCOPE: readonly Sketch[] = (
  [
    ['auto-scaling-member', { asg: 'chat-workers' }, 'livechat'],
    ['spot', { lifecycle: 'spot' }, 'livechat'],
    ['service-managed', { operator: 'eks.amazonaws.com' }, 'livechat'],
    ['unknown-policy', {}, 'livchat'],
  ] as const
).map(([name, server, tag]) => ({
  name: `out-of-scope-${name}`,
  title: `What the watchdog leaves alone (${name}) is tagged, and AWS stops it 3 min later.`,
  server,
  minutes: 95,
  play({ world, id, at }) {
    world.people.removeTag(id, 'watchdog');
    at(0, () => world.people.setTag(id, 'watchdog', tag));
    at(180, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
  },
  // The digest of notices that need nobody comes an hour after the first of them.
  label: (_truth, [id = '']) =>
    only({
      instanceId: id,
      why: PUT_DOWN,
      fromS: 0,
      telling: { kind: 'quiet', loudest: 'warning', byS: 5_400 },
      messages: 1,
    }),
}));

const NOT_ENROLLED: readonly Sketch[] = [
  {
    name: 'tagged-while-stopped-by-a-person',
    title: 'A person stopped it weeks ago, and today it is tagged: that is no incident.',
    server: {
      state: 'stopped',
      stateReason: {
        code: 'Client.UserInitiatedShutdown',
        message: 'Client.UserInitiatedShutdown',
      },
      stoppedAt: '2024-07-11T03:12:00Z',
      launchedAt: '2024-05-02T08:00:00Z',
    },
    play({ world, id, at }) {
      world.people.removeTag(id, 'watchdog');
      at(0, () => world.people.setTag(id, 'watchdog', 'livechat'));
    },
    label: (_truth, [id = '']) =>
      only({
        instanceId: id,
        why: 'It is down on purpose: the owner may hear of it.',
        fromS: 0,
        telling: { kind: 'quiet', loudest: 'info' },
        messages: 1,
      }),
  },
  {
    name: 'healthy-one-held',
    title: 'A person holds a server that serves: nothing to tell.',
    play: ({ world, id, at }) => at(0, () => world.people.setTag(id, 'watchdog:hold', 'mine')),
    label: () => SILENCE,
  },
];

/** What the watchdog may not touch. */
export const HANDS_OFF = family('hands-off', [
  ...TOLD_OFF,
  ...REACTS,
  ...OUT_OF_SCOPE,
  ...NOT_ENROLLED,
]);
