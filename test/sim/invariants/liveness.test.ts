import { INVARIANTS } from '../../../sim/invariants';
import { storyOf } from '../../../sim/invariants/story';
import { ANA, HandMade, POD, stoppedByAws } from './hand-made';

/** The event `stopped` reaches the queue at once. */
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

const breachesOf = (id: string, history: HandMade): readonly string[] => {
  const facts = [...history.facts].sort((a, b) => a.at - b.at);
  return INVARIANTS.filter((invariant) => invariant.id === id)
    .flatMap((invariant) => invariant.check(storyOf(facts)))
    .map(({ text }) => text);
};

interface Case {
  readonly id: string;
  readonly what: string;
  readonly history: HandMade;
  readonly breaches: number;
}

const CASES: readonly Case[] = [
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
];

describe.each(CASES)('$id: $what', ({ id, history, breaches }) => {
  it(`has ${breaches} breaches`, () => expect(breachesOf(id, history)).toHaveLength(breaches));
});
