import { breachesOf } from './breaches';
import { ANA, HandMade, POD, stoppedByAws } from './hand-made';

interface Case {
  readonly id: string;
  readonly what: string;
  readonly good: HandMade;
  readonly bad: HandMade;
}

const rescued = (): HandMade => stoppedByAws().reads(106, 'stopped').starts(107);
const person = { by: ANA, code: 'Client.UserInitiatedShutdown' };

const fallen = (times: number): HandMade => {
  const history = stoppedByAws();
  for (let time = 0; time < times; time += 1) {
    const began = 200 + time * 60;
    history.state(began, ['stopped', 'pending']);
    history.state(began + 10, ['pending', 'stopped'], { code: 'Client.InternalError' });
  }
  return history;
};

const draws = (count: number): HandMade => {
  const history = new HandMade().instance();
  for (let time = 0; time < count; time += 1) {
    const effect = { draws: [{ bucket: 'StartInstances', tokens: 1 }] };
    history.call(10, 'StartInstances', { instanceIds: [POD], effect });
  }
  return history;
};

const CASES: readonly Case[] = [
  {
    id: 'SIM',
    what: 'the simulator refused something',
    good: rescued(),
    bad: rescued().add(110, { kind: 'failure', text: 'Unsimulated call' }),
  },
  {
    id: 'S1',
    what: 'a start of what was read as running',
    good: rescued(),
    bad: stoppedByAws().reads(106, 'running').starts(107),
  },
  {
    id: 'S1',
    what: 'a start of what was stopped before anybody saw it serving',
    good: rescued(),
    bad: new HandMade().instance({ state: 'stopped' }).reads(106, 'stopped').starts(107),
  },
  {
    id: 'S1',
    what: 'a start after the tag was removed',
    good: stoppedByAws().reads(106, 'stopped').tags(106.9, {}).starts(107),
    bad: stoppedByAws().tags(105, {}).reads(106, 'stopped').starts(107),
  },
  {
    id: 'S2',
    what: 'a version that was skipped',
    good: new HandMade().instance().writes(1).writes(2),
    bad: new HandMade().instance().writes(1).writes(2, { version: 3 }),
  },
  {
    id: 'S2',
    what: 'a stale token',
    good: new HandMade().instance().writes(1, { token: 1 }).writes(2, { token: 2, owner: 'b' }),
    bad: new HandMade().instance().writes(1, { token: 2 }).writes(2, { token: 1 }),
  },
  {
    id: 'S2',
    what: 'two tag writes at once',
    good: new HandMade()
      .instance()
      .call(1, 'CreateTags', { instanceIds: [POD], invocation: 1 })
      .call(2, 'CreateTags', { instanceIds: [POD], invocation: 2 }),
    bad: new HandMade()
      .instance()
      .call(1, 'CreateTags', { instanceIds: [POD], invocation: 1, lasts: 3 })
      .call(2, 'CreateTags', { instanceIds: [POD], invocation: 2 }),
  },
  {
    id: 'S4',
    what: 'a termination',
    good: rescued(),
    bad: rescued().call(120, 'TerminateInstances', { instanceIds: [POD] }),
  },
  {
    id: 'S7',
    what: 'undoing what a person did',
    good: rescued(),
    bad: new HandMade()
      .instance()
      .reads(10, 'running')
      .stops(100, person)
      .reads(106, 'stopped')
      .starts(107),
  },
  {
    id: 'S7',
    what: 'undoing a guest shutdown that the policy leaves alone',
    good: new HandMade({ livechat: { onGuestShutdown: 'start' } })
      .instance()
      .stops(100, { by: { kind: 'guest', name: POD } })
      .starts(107),
    bad: new HandMade()
      .instance()
      .stops(100, { by: { kind: 'guest', name: POD } })
      .starts(107),
  },
  {
    id: 'S8',
    what: 'a fourth start within the hour',
    good: rescued().starts(1_000).starts(2_000).starts(3_800),
    bad: rescued().starts(1_000).starts(2_000).starts(3_000),
  },
  {
    id: 'S12',
    what: 'a start that names nobody',
    good: rescued(),
    bad: rescued().call(120, 'StartInstances', { instanceIds: [] }),
  },
  {
    id: 'S12',
    what: 'a start although no policy parses',
    good: rescued(),
    bad: stoppedByAws({ livechat: { mode: 'yolo' } }).starts(107),
  },
  {
    id: 'S12',
    what: 'a start of an instance that is not managed',
    good: rescued(),
    bad: new HandMade().instance({ tags: {} }).stops(100).starts(107),
  },
  {
    id: 'S13',
    what: 'a start on the word of an event alone',
    good: rescued(),
    bad: stoppedByAws().reads(106, 'stopped', 1).starts(107, { invocation: 2 }),
  },
  {
    id: 'S13',
    what: 'a start though the read failed',
    good: rescued(),
    bad: stoppedByAws()
      .call(106, 'DescribeInstances', { code: 'Unavailable', invocation: 2 })
      .starts(107, { invocation: 2 }),
  },
  {
    id: 'S15',
    what: 'a third start in one stop',
    good: rescued().starts(107.1, { invocation: 2 }),
    bad: rescued().starts(107.1, { invocation: 2 }).starts(107.2, { invocation: 3 }),
  },
  {
    id: 'S15',
    what: 'the same page twice',
    good: rescued().message(108, 'opened').message(120, 'serving'),
    bad: rescued().message(108, 'opened').message(110, 'opened'),
  },
  { id: 'S16', what: 'three starts at once', good: draws(2), bad: draws(3) },
  {
    id: 'S17',
    what: 'a run that Lambda had to end',
    good: rescued().add(120, { kind: 'ended', invocation: 1, outcome: 'returned', failed: 0 }),
    bad: rescued().add(120, { kind: 'ended', invocation: 1, outcome: 'timed-out', failed: 1 }),
  },
  {
    id: 'S18',
    what: 'a start without an intent',
    good: rescued().until(400),
    bad: stoppedByAws().reads(106, 'stopped').starts(107, { recorded: false }),
  },
  {
    id: 'S18',
    what: 'a start whose outcome nobody wrote down',
    good: rescued().until(400),
    bad: stoppedByAws()
      .reads(106, 'stopped')
      .writes(107)
      .starts(107, { recorded: false })
      .until(400),
  },
  {
    id: 'S19',
    what: '"serving" without a proof',
    good: rescued().state(107.1, ['stopped', 'pending']).serves(140, true).message(141, 'serving'),
    bad: rescued().state(107.1, ['stopped', 'pending']).message(141, 'serving'),
  },
  {
    id: 'S19',
    what: '"recovered" after one evaluation',
    good: rescued()
      .state(107.1, ['stopped', 'pending'])
      .checksOk(240)
      .decides(301, 'resolve', 'recovered'),
    bad: rescued()
      .state(107.1, ['stopped', 'pending'])
      .checksOk(240)
      .decides(299, 'resolve', 'recovered'),
  },
  {
    id: 'S21',
    what: 'an incident out of nothing',
    // Told twice by a lost write: not another incident.
    good: rescued().message(108, 'opened').message(138, 'opened'),
    bad: rescued()
      .message(108, 'opened')
      .state(110, ['stopped', 'pending'])
      .message(120, 'opened', { incidentId: 'pod-23-2' }),
  },
  {
    id: 'S24',
    what: 'a touch after the tag was removed',
    good: rescued()
      .tags(110, {})
      .call(125, 'CreateTags', { instanceIds: [POD] }),
    bad: rescued()
      .tags(110, {})
      .call(140, 'CreateTags', { instanceIds: [POD] }),
  },
  {
    id: 'S25',
    what: 'a start although it is held',
    good: stoppedByAws()
      .reads(106, 'stopped')
      .tags(106.9, { watchdog: 'livechat', 'watchdog:hold': 'us' })
      .starts(107),
    bad: stoppedByAws()
      .tags(105, { watchdog: 'livechat', 'watchdog:hold': 'us' })
      .reads(106, 'stopped')
      .starts(107),
  },
  {
    id: 'S25',
    what: 'a start during a pause',
    good: stoppedByAws()
      .tags(105, { watchdog: 'livechat', 'watchdog:pause-until': '2024-08-01T12:01:46Z done' })
      .reads(106, 'stopped')
      .starts(107),
    bad: stoppedByAws()
      .tags(105, { watchdog: 'livechat', 'watchdog:pause-until': '2024-08-01T13:00:00Z work' })
      .reads(106, 'stopped')
      .starts(107),
  },
  {
    id: 'S27',
    what: 'a third start that falls back',
    good: fallen(2).message(275, 'needs-person', { severity: 'critical' }).until(900),
    bad: fallen(3).message(275, 'needs-person', { severity: 'critical' }).until(900),
  },
  {
    id: 'S27',
    what: 'two falls and no page',
    good: fallen(1).until(900),
    bad: fallen(2).until(900),
  },
];

describe.each(CASES)('$id: $what', ({ id, good, bad }) => {
  it('is caught', () => expect(breachesOf(id, bad)).toHaveLength(1));
  it('is not seen where it is not', () => expect(breachesOf(id, good)).toEqual([]));
});
