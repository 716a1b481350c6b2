import { EVENT_SOURCE } from '../../lambda/core/alert/event';
import type { Expectation } from '../drill-result';
import { factsOf, type Fact, type FactOf } from '../history';
import { demand, type DrillSpec, type Played } from './drill';
import { chatServer, POD_23 } from './servers';

/** A second server of the same zone, down a minute later. */
const POD_24 = 'i-0a1b2c3d4e5f60024';
const ZERO_S = 300;
const CAPACITY_BACK_S = ZERO_S + 1_500;

/** Two servers that EC2 has no room for during 25 minutes: each is a page of its own. */
const base = {
  startAt: '2024-08-01T12:05:00Z',
  zeroS: ZERO_S,
  limitS: CAPACITY_BACK_S + 1_800,
  play(world) {
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
    world.ec2.addInstance(chatServer(POD_24, { name: 'pod-24' }));
    world.faults.capacityOut({ zone: 'us-east-1b', fromS: 0, toS: CAPACITY_BACK_S });
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
    world.at(ZERO_S + 60, () => void world.aws.hostFailure(POD_24, { stoppingS: 25 }));
  },
} as const satisfies Partial<DrillSpec>;

/** The incidents that people were told of by mail. */
const incidentsOf = (facts: readonly Fact[]): readonly string[] => [
  ...new Set(
    factsOf(facts, 'message')
      .map(({ attributes }) => attributes['incidentId'] ?? 'none')
      .filter((id) => id !== 'none'),
  ),
];

const effectsOf = (facts: readonly Fact[], alarmName: string): string =>
  factsOf(facts, 'page')
    .filter((page) => page.alarmName === alarmName)
    .map(({ effect }) => effect)
    .join(' ');

const detailTypes = (events: readonly FactOf<'program-event'>[], id: string): string =>
  events
    .filter(({ detail }) => detail['incidentId'] === id)
    .map(({ detail }) => String(detail['kind']))
    .join(' ');

/** The page opens, is sent again while nobody acknowledges it, and closes once it serves. */
const PAGED = /^opened( again)+ closed$/;
const TOLD = /^(opened )?needs-person( needs-person)* serving$/;

function everywhere({ facts, figures }: Played): readonly Expectation[] {
  const incidents = incidentsOf(facts);
  const mails = factsOf(facts, 'message');
  const chats = factsOf(facts, 'chat');
  const events = factsOf(facts, 'program-event');
  return [
    demand('two incidents, both serve again', incidents.length === 2 && figures.servingS !== null),
    ...incidents.flatMap((id): readonly Expectation[] => [
      demand(
        `the pager opens, hears again of, and closes the alarm of ${id}`,
        PAGED.test(effectsOf(facts, `watchdog-${id}`)),
      ),
      demand(
        `in chat ${id} is one thread, with as many messages as by mail`,
        chats.filter(({ threadId }) => threadId === id).length ===
          mails.filter(({ attributes }) => attributes['incidentId'] === id).length,
      ),
      demand(`programs hear each step of ${id}`, TOLD.test(detailTypes(events, id))),
    ]),
    demand(
      'no page is left open, and none is closed that nobody opened',
      factsOf(facts, 'page').every(({ effect }) => effect !== 'nothing') &&
        ['opened', 'closed'].every(
          (one) =>
            factsOf(facts, 'page').filter(({ effect }) => effect === one).length ===
            incidents.length,
        ),
    ),
    demand(
      'chat shows what a person must do as steps',
      chats
        .filter(({ attributes }) => attributes['severity'] === 'critical')
        .every(({ nextSteps }) => nextSteps.length > 0),
    ),
    demand(
      'every event is of the source of the watchdog',
      events.length > 0 && events.every(({ source }) => source === EVENT_SOURCE),
    ),
  ];
}

const CHANNELS_ON: DrillSpec = {
  ...base,
  name: 'channels-on',
  twin: 'channels-off',
  title: 'Two incidents in every channel',
  description:
    'Two servers find no capacity, with chat, pager and events on: each incident is a thread in ' +
    'chat and an alarm of its own at the pager, which opens while the other is open and closes ' +
    'when its server serves; programs hear each step.',
  config: { chatTopic: true, pagerTopic: true, events: true },
  expect: everywhere,
};

const CHANNELS_OFF: DrillSpec = {
  ...base,
  name: 'channels-off',
  twin: 'channels-on',
  title: 'The same two incidents with mail alone',
  description:
    'As by default no other channel is on: people hear the same, and nothing else is called.',
  expect: ({ facts, figures }) => [
    demand('two incidents, both serve again', incidentsOf(facts).length === 2),
    demand('told by mail', figures.alerts.length > 0),
    demand(
      'nothing in chat, at the pager or for programs',
      (['chat', 'page', 'program-event'] as const).every(
        (kind) => factsOf(facts, kind).length === 0,
      ),
    ),
    demand(
      'EventBridge is not called',
      factsOf(facts, 'call').every(({ service }) => service !== 'events'),
    ),
  ],
};

/** Drills of what arrives where. */
export const CHANNEL_DRILLS: readonly DrillSpec[] = [CHANNELS_ON, CHANNELS_OFF];
