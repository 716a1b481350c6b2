import { breachesOf } from './breaches';
import { ANA, HandMade, POD, otherPod, stoppedByAws } from './hand-made';

/** The event `stopped` reaches the queue at once. */
/** A person is called for it, two minutes and a quarter in. */
const paged = (): HandMade => new HandMade().instance().reads(106, 'stopped').page(135, 'first');

const told = (): HandMade =>
  stoppedByAws()
    .add(105, {
      kind: 'event',
      eventId: 'e',
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      rules: ['r'],
      instanceIds: [POD],
      state: 'stopped',
    })
    .add(105.2, {
      kind: 'delivered',
      queue: 'q',
      messageId: 'm',
      eventId: 'e',
      source: 'aws.ec2',
    });

interface Case {
  readonly id: string;
  readonly what: string;
  readonly history: HandMade;
  readonly breaches: number;
}

/** EC2 has no capacity from 106 s on, and it is asked every five minutes. */
function noCapacity(
  until: number,
  { toldAt, pause }: { readonly toldAt: readonly number[]; readonly pause?: number },
): HandMade {
  const history = told();
  const code = 'InsufficientInstanceCapacity';
  for (let seconds = 106; seconds < until; seconds += 300) {
    if (pause !== undefined && seconds > pause) break;
    history.call(seconds, 'StartInstances', { instanceIds: [POD], code });
  }
  for (const seconds of toldAt) {
    history.message(seconds, 'needs-person', { severity: 'critical' });
  }
  return history.until(until);
}

/** All four servers of a zone are impaired at 100 s; three of them are well again at 900 s. */
function zoneStorm(): HandMade {
  const history = new HandMade().instance().others(3).check(100, ['system', 'impaired']);
  for (const number of [1, 2, 3]) {
    history.check(100, ['system', 'impaired'], otherPod(number));
    history.check(900, ['system', 'ok'], otherPod(number));
  }
  return history;
}

const CASES: readonly Case[] = [
  {
    id: 'L6',
    what: 'impaired in a storm, and told to a person',
    history: zoneStorm().message(300, 'needs-person', { severity: 'critical' }).until(9_000),
    breaches: 0,
  },
  {
    id: 'L6',
    what: 'impaired in a storm, and moved after it',
    history: zoneStorm().takesDown(1_600, 'stop').until(9_000),
    breaches: 0,
  },
  {
    id: 'L6',
    what: 'impaired in a storm, and forgotten',
    history: zoneStorm().until(9_000),
    breaches: 1,
  },
  {
    id: 'L6',
    what: 'impaired where no storm is',
    history: new HandMade().instance().others(3).check(100, ['system', 'impaired']).until(9_000),
    breaches: 0,
  },
  {
    id: 'L7',
    what: 'asked for and told in time',
    history: noCapacity(9_000, { toldAt: [107, 1_020, 3_740, 7_330] }),
    breaches: 0,
  },
  {
    id: 'L7',
    what: 'not told after an hour',
    history: noCapacity(9_000, { toldAt: [107, 1_020, 7_330] }),
    breaches: 1,
  },
  {
    id: 'L7',
    what: 'given up after half an hour',
    history: noCapacity(3_000, { toldAt: [107, 1_020], pause: 1_900 }),
    breaches: 1,
  },
  {
    id: 'L7',
    what: 'not told after an hour, by which somebody wants it stopped',
    history: noCapacity(9_000, { toldAt: [107, 1_020] }).asks(1_500),
    breaches: 0,
  },
  {
    id: 'L7',
    what: 'a start that is granted',
    history: told().starts(107).until(9_000),
    breaches: 0,
  },
  {
    id: 'L1',
    what: 'started 2 s after the event',
    history: told().starts(107).until(900),
    breaches: 0,
  },
  {
    id: 'L1',
    what: 'started 8 s after the event',
    history: told().starts(113).until(900),
    breaches: 1,
  },
  { id: 'L1', what: 'never started', history: told().until(900), breaches: 1 },
  {
    id: 'L1',
    what: 'never started, since somebody called for its stop too',
    history: told().asks(102).until(900),
    breaches: 0,
  },
  {
    id: 'L1',
    what: 'never started, though somebody called for a stop of before',
    history: told().asks(50).until(900),
    breaches: 1,
  },
  { id: 'L1', what: 'the run ends too early to tell', history: told().until(108), breaches: 0 },
  { id: 'L1', what: 'EC2 was out meanwhile', history: told().fault(104).until(900), breaches: 0 },
  {
    id: 'L1',
    what: 'event lost, sweep in time',
    history: stoppedByAws().starts(250).until(900),
    breaches: 0,
  },
  {
    id: 'L1',
    what: 'event lost, sweep too late',
    history: stoppedByAws().starts(300).until(900),
    breaches: 1,
  },
  {
    id: 'L1',
    what: 'a person had stopped it',
    history: new HandMade().instance().reads(10, 'running').stops(100, { by: ANA }).until(900),
    breaches: 0,
  },
  {
    id: 'L1',
    what: 'it is an Auto Scaling member',
    history: new HandMade()
      .instance({ managedBy: 'auto-scaling' })
      .reads(10, 'running')
      .stops(100)
      .until(900),
    breaches: 0,
  },
  {
    id: 'L2',
    what: 'resolved in time',
    history: told()
      .decides(106, 'defer', 'still-stopping')
      .decides(400, 'resolve', 'recovered')
      .until(4_000),
    breaches: 0,
  },
  {
    id: 'L2',
    what: 'open for ever',
    history: told().decides(106, 'defer', 'still-stopping').until(4_000),
    breaches: 1,
  },
  {
    id: 'L2',
    what: "in a person's hands",
    history: told()
      .decides(106, 'defer', 'still-stopping')
      .message(500, 'needs-person', { severity: 'critical' })
      .until(4_000),
    breaches: 0,
  },
  {
    id: 'L3',
    what: 'told 10 s after detection',
    history: told().reads(106, 'stopped').message(116, 'opened').until(900),
    breaches: 0,
  },
  {
    id: 'L3',
    what: 'told 20 s after detection',
    history: told().reads(106, 'stopped').message(126, 'opened').until(900),
    breaches: 1,
  },
  { id: 'L3', what: 'never told', history: told().reads(106, 'stopped').until(900), breaches: 1 },
  { id: 'L3', what: 'not yet detected', history: told().until(900), breaches: 0 },
  {
    id: 'L3',
    what: 'a page that comes again after 5 and 15 min',
    history: paged().page(440, 'again').page(1_060, 'again').until(4_000),
    breaches: 0,
  },
  {
    id: 'L3',
    what: 'a page that comes again too early',
    history: paged().page(415, 'again').page(1_040, 'again').until(4_000),
    breaches: 1,
  },
  {
    id: 'L3',
    what: 'a page that comes again once',
    history: paged().page(440, 'again').until(4_000),
    breaches: 1,
  },
  { id: 'L3', what: 'a page that comes once', history: paged().until(4_000), breaches: 2 },
  { id: 'L3', what: 'a page of two minutes ago', history: paged().until(260), breaches: 0 },
  {
    id: 'L3',
    what: 'a page after which it serves again',
    history: paged().message(300, 'serving').until(4_000),
    breaches: 0,
  },
  {
    id: 'L3',
    what: 'a page that is acknowledged',
    history: paged()
      .tags(200, { watchdog: 'livechat', 'watchdog:ack': 'pod-23-1 ana' })
      .until(4_000),
    breaches: 0,
  },
  {
    id: 'L3',
    what: 'a page of which another incident is acknowledged',
    history: paged()
      .tags(130, { watchdog: 'livechat', 'watchdog:ack': 'pod-23-0 ana' })
      .until(4_000),
    breaches: 2,
  },
  {
    id: 'L3',
    what: 'a page that comes again though it was acknowledged',
    history: paged()
      .tags(200, { watchdog: 'livechat', 'watchdog:ack': 'pod-23-1 ana' })
      .page(440, 'again')
      .until(4_000),
    breaches: 1,
  },
];

describe.each(CASES)('$id: $what', ({ id, history, breaches }) => {
  it(`has ${breaches} breaches`, () => expect(breachesOf(id, history)).toHaveLength(breaches));
});
