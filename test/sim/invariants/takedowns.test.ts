import { breachesOf } from './breaches';
import { HandMade, POD, otherPod } from './hand-made';
import { AGAIN, ANYTIME, STOPS, ailing, copied, kept, marked, retyped } from './takedown-histories';

interface Case {
  readonly id: string;
  readonly what: string;
  readonly good: HandMade;
  readonly bad: HandMade;
}

const HELD = { watchdog: 'livechat', 'watchdog:hold': 'us' };

/** Its host fails at 100 s. */
const broken = (policies?: object): HandMade =>
  new HandMade(policies).instance().reads(10, 'running').check(100, ['system', 'impaired']);

/** Its guest hangs at 100 s. */
const hung = (): HandMade => new HandMade().instance().check(100, ['instance', 'impaired']);

/** AWS begins to stop it at 100 s, and it hangs. */
const stuck = (policies?: object): HandMade =>
  new HandMade(policies).instance().state(100, ['running', 'stopping']);

const FORCING = {
  livechat: {
    ladders: {
      'stuck-stopping': ['force-stop', { remediation: 'force-stop', skipOsShutdown: true }],
    },
  },
};

/** Four servers, of which so many are impaired at 100 s. */
function zone(ill: number, check: 'system' | 'application' = 'system'): HandMade {
  const history = new HandMade().instance().others(3).check(100, [check, 'impaired']);
  for (let number = 1; number < ill; number += 1) {
    history.check(100, [check, 'impaired'], otherPod(number));
  }
  return history;
}

/** A fleet of 20 may have two under takedown at once. */
function fleetOf(count: number, takedowns: number): HandMade {
  const history = new HandMade().instance();
  for (let number = 1; number < count; number += 1) {
    history.instance({ instanceId: otherPod(number), zone: `us-east-1${number}` });
  }
  for (let number = 1; number <= takedowns; number += 1) {
    const instanceId = otherPod(number);
    history.takesDown(300 + number * 10, 'reboot', { instanceId });
    history.serves(301 + number * 10, false, instanceId);
  }
  return history;
}

const CASES: readonly Case[] = [
  {
    id: 'S5',
    what: 'a stop before its toleration was over',
    good: broken().takesDown(225, 'stop'),
    bad: broken().takesDown(200, 'stop'),
  },
  {
    id: 'S5',
    what: 'a stop without the reboot that comes first',
    good: hung().takesDown(230, 'reboot').takesDown(800, 'stop'),
    bad: hung().takesDown(800, 'stop'),
  },
  {
    id: 'S5',
    what: 'a stop without the restart that comes first, unless a reboot did as much',
    good: ailing()
      .check(110, ['instance', 'impaired'])
      .takesDown(400, 'reboot')
      .check(500, ['instance', 'ok'])
      .takesDown(900, 'stop'),
    bad: ailing().takesDown(900, 'stop'),
  },
  {
    id: 'S5',
    what: 'a reboot of what is well',
    good: hung().takesDown(230, 'reboot'),
    bad: hung().check(160, ['instance', 'ok']).takesDown(230, 'reboot'),
  },
  {
    id: 'S5',
    what: 'a planned move outside its window',
    good: new HandMade({ livechat: { maintenanceWindow: { from: '12:00', to: '13:00' } } })
      .instance()
      .scheduled(100)
      .takesDown(300, 'stop'),
    bad: new HandMade({ livechat: { maintenanceWindow: { from: '02:00', to: '05:00' } } })
      .instance()
      .scheduled(100)
      .takesDown(300, 'stop'),
  },
  {
    id: 'S5',
    what: 'a planned move of which AWS has said nothing, or which is done',
    good: new HandMade(ANYTIME).instance().scheduled(100).takesDown(300, 'stop'),
    bad: new HandMade(ANYTIME)
      .instance()
      .scheduled(100)
      .scheduled(200, 'completed')
      .remediates(300, 'stop-scheduled')
      .takesDown(300, 'stop'),
  },
  {
    id: 'S5',
    what: 'a document that its policy does not name',
    good: ailing('restart-livechat'),
    bad: ailing('AWS-StopEC2Instance'),
  },
  {
    id: 'S5',
    what: 'a reboot without the restart that comes first, unless its record says that it was made',
    good: kept(ailing(), 'TimeoutError').takesDown(800, 'reboot'),
    bad: kept(ailing(), 'ok').takesDown(800, 'reboot'),
  },
  {
    id: 'S6',
    what: 'force where the policy leaves it to a person',
    good: stuck(FORCING).takesDown(900, 'force'),
    bad: stuck().takesDown(900, 'force'),
  },
  {
    id: 'S6',
    what: 'force before the deadline',
    good: stuck(FORCING).takesDown(700, 'force'),
    bad: stuck(FORCING).takesDown(600, 'force'),
  },
  {
    id: 'S6',
    what: 'a guest that is not even asked, on the first rung',
    good: stuck(FORCING).takesDown(900, 'force').takesDown(1_600, 'skip'),
    bad: stuck(FORCING).takesDown(900, 'skip'),
  },
  {
    id: 'S6',
    what: 'force of what runs',
    good: broken(FORCING).takesDown(900, 'stop'),
    bad: broken(FORCING).takesDown(900, 'force'),
  },
  {
    id: 'S7',
    what: 'ending its own stop though it knew that a person wanted it too',
    good: broken().stopsItself(230).starts(240),
    bad: copied(copied(broken().stopsItself(230).asks(240), 250), 260)
      .reads(299, 'stopped')
      .starts(300),
  },
  {
    id: 'S7',
    what: 'ending its own stop though a person wants it too: not before it was told',
    good: broken().stopsItself(230).asks(240).reads(299, 'stopped').starts(300),
    bad: copied(copied(broken().stopsItself(230).asks(240), 250), 260)
      .reads(299, 'stopped')
      .starts(300),
  },
  {
    id: 'S8',
    what: 'a reboot after the budget is used up',
    good: hung().starts(200).starts(300).takesDown(400, 'reboot'),
    bad: hung().starts(200).starts(300).starts(350).takesDown(400, 'reboot'),
  },
  {
    id: 'S8',
    what: 'a stop for whose start no budget is left; the start itself is never withheld',
    good: broken().starts(200).starts(300).stopsItself(400).starts(420),
    bad: broken().starts(200).starts(300).starts(350).stopsItself(400).starts(420),
  },
  {
    id: 'S9',
    what: 'three at once in a fleet of twenty',
    good: fleetOf(20, 2),
    bad: fleetOf(20, 3),
  },
  {
    id: 'S9',
    what: 'two at once in a fleet of two',
    good: fleetOf(4, 2).serves(315, true, otherPod(1)),
    bad: fleetOf(4, 2),
  },
  {
    id: 'S9',
    what: "two at once though neither is in a person's hands",
    good: fleetOf(4, 2).escalates(315, otherPod(1)),
    bad: fleetOf(4, 2).escalates(315, otherPod(3)),
  },
  {
    id: 'S10',
    what: 'a stop during a storm of its zone',
    good: zone(2).takesDown(230, 'stop'),
    bad: zone(3).takesDown(230, 'stop'),
  },
  {
    id: 'S10',
    what: 'a stop during a storm, where more than applications fail',
    good: zone(2).check(100, ['application', 'impaired'], otherPod(2)).takesDown(230, 'stop'),
    bad: zone(2).check(100, ['attachedEbs', 'impaired'], otherPod(2)).takesDown(230, 'stop'),
  },
  {
    id: 'S11',
    what: 'a restart though every application fails',
    good: zone(3, 'application').takesDown(230, 'restart-service'),
    bad: zone(4, 'application').takesDown(230, 'restart-service'),
  },
  {
    id: 'S13',
    what: 'a reboot without a read of the checks',
    good: hung().takesDown(230, 'reboot'),
    bad: hung()
      .reads(229, 'running', 2)
      .call(230, 'RebootInstances', { instanceIds: [POD], invocation: 2 }),
  },
  {
    id: 'S15',
    what: 'the same reboot twice',
    good: hung().takesDown(230, 'reboot').takesDown(290, 'reboot'),
    bad: hung().takesDown(230, 'reboot').takesDown(250, 'reboot'),
  },
  {
    id: 'S18',
    what: 'a stop along with its intent',
    good: broken().takesDown(230, 'stop').until(900),
    bad: broken()
      .writes(230, { invocation: 2 })
      .call(230, 'StopInstances', { instanceIds: [POD], invocation: 2 })
      .until(900),
  },
  {
    id: 'S18',
    what: 'a stop whose claim was never heard to be kept',
    good: kept(broken(), 'TimeoutError')
      .call(221, ...AGAIN)
      .call(230, ...STOPS),
    bad: kept(broken(), 'TimeoutError').call(230, ...STOPS),
  },
  {
    id: 'S19',
    what: '"recovered" by what passed before its reboot',
    good: hung()
      .checksOk(60)
      .takesDown(230, 'reboot')
      .check(290, ['instance', 'ok'])
      .decides(420, 'resolve', 'recovered'),
    bad: hung()
      .checksOk(60)
      .takesDown(230, 'reboot')
      .check(290, ['instance', 'ok'])
      .decides(300, 'resolve', 'recovered'),
  },
  {
    id: 'S20',
    what: 'a reboot within the startup grace',
    good: hung().state(105, ['stopped', 'pending']).takesDown(410, 'reboot'),
    bad: hung().state(105, ['stopped', 'pending']).takesDown(390, 'reboot'),
  },
  {
    id: 'S21',
    what: 'an incident though AWS has withdrawn what it announced',
    good: new HandMade().instance().scheduled(100).message(270, 'opened'),
    bad: new HandMade()
      .instance()
      .scheduled(100)
      .scheduled(200, 'withdrawn')
      .message(270, 'opened'),
  },
  {
    id: 'S21',
    what: 'an incident by its own reboot',
    good: hung().message(230, 'opened').takesDown(231, 'reboot'),
    bad: hung()
      .message(230, 'opened')
      .takesDown(231, 'reboot')
      .check(260, ['instance', 'impaired'])
      .check(320, ['instance', 'ok'])
      .message(330, 'opened', { incidentId: 'pod-23-2' }),
  },
  {
    id: 'S25',
    what: 'a reboot of what is held',
    good: hung().tags(240, HELD).takesDown(230, 'reboot'),
    bad: hung().tags(220, HELD).takesDown(230, 'reboot'),
  },
  {
    id: 'S26',
    what: 'a type that nobody listed',
    good: retyped('m6a.large'),
    bad: retyped('t3.nano'),
  },
  {
    id: 'S28',
    what: 'a stop that is never followed by its start',
    good: broken().stopsItself(230).state(240, ['stopped', 'pending']).until(2_000),
    bad: broken().stopsItself(230).until(2_000),
  },
  {
    id: 'S28',
    what: 'a stop that is never followed by its start, unless a person wants it so',
    good: broken().stopsItself(230).asks(240).until(2_000),
    bad: broken().asks(200).stopsItself(230).until(2_000),
  },
  {
    id: 'S28',
    what: 'a stop that was not announced on the instance',
    good: broken().stopsItself(230).state(240, ['stopped', 'pending']).until(2_000),
    bad: broken()
      .takesDown(230, 'stop')
      .stops(230.1, { by: { kind: 'watchdog', name: 'role' } })
      .state(240, ['stopped', 'pending'])
      .until(2_000),
  },
  {
    id: 'F55',
    what: 'an instance that is left out',
    good: new HandMade().instance().decides(100, 'ignore', 'healthy'),
    bad: new HandMade().instance().logs(100, 'error', 'instance failed'),
  },
  {
    id: 'S29',
    what: 'a game day of yesterday',
    good: marked('2024-08-01T13:00:00Z'),
    bad: marked('2024-08-01T11:00:00Z'),
  },
];

describe.each(CASES)('$id: $what', ({ id, good, bad }) => {
  it('is caught', () => expect(breachesOf(id, bad)).toHaveLength(1));
  it('is not seen where it is not', () => expect(breachesOf(id, good)).toEqual([]));
});

const IDS = [...new Set(CASES.map(({ id }) => id))];

it.each(IDS)('%s has nothing against a history in which nothing happens', (id) => {
  expect(breachesOf(id, new HandMade().instance().until(10_000))).toEqual([]);
});
