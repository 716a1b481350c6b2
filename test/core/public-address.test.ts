import type { Situation } from '../../lambda/core/decision';
import type { AttemptOutcome } from '../../lambda/core/incident';
import type { InstanceView, PublicAddress } from '../../lambda/core/observation';
import type { Policy } from '../../lambda/core/policy';
import { associateAddress, isAddressNews } from '../../lambda/core/public-address';
import {
  USER_STOP,
  aPolicy,
  aRecord,
  aSituation,
  aView,
  anIncident,
  at,
  readyEvent,
  stateChange,
  stoppedView,
  tagged,
} from './builders';
import { Story } from './story';
import { booted, comesBack, healthy, ill, stopping } from './story-views';

const IP = '198.51.100.23';
const ELASTIC: PublicAddress = { kind: 'elastic', publicIp: IP };
const ASSIGNED: PublicAddress = { kind: 'auto-assigned', publicIp: '203.0.113.23' };
const NONE = { publicIp: undefined, hasElasticIp: false } as const;
const HAS_IT = { publicIp: IP, hasElasticIp: true } as const;
const ASKED: Partial<Policy> = { reassociateAddress: true };

const TAKEN: AttemptOutcome = {
  kind: 'refused',
  code: 'AddressTaken',
  message: 'It is associated with i-0fedcba9876543210.',
};

/** AWS stops it at 0 s and it is started at 30 s; from 50 s on it runs as `view` says. */
function stoppedByAws(
  policy: Partial<Policy> = {},
  address: PublicAddress | undefined = ELASTIC,
): Story {
  const story = new Story(policy, { ...(address && { address }) });
  story.look(1, stopping(), { fresh: [stateChange('stopping')] });
  story.look(30, stoppedView(), { fresh: [stateChange('stopped', at(30))] });
  return story;
}

/** It serves from 79 s on, and is recovered at 300 s. */
function serves(story: Story, over: Partial<InstanceView>): void {
  story.look(80, booted(31, over), { fresh: [readyEvent(at(79))] });
  story.look(84, booted(31, over));
  story.look(240, { ...healthy(31), ...over });
  story.look(300, { ...healthy(31), ...over });
}

const textOf = (story: Story): string =>
  story.alerts.flatMap(({ kind, text }) => (kind === 'changed' ? [text] : [])).join(' ');

describe('an address that a server comes back without', () => {
  it('is told once when it serves, and nothing is done about it by default', () => {
    const story = stoppedByAws();
    story.look(50, booted(31, NONE));
    expect(story.told).toEqual(['opened']);
    serves(story, NONE);
    expect(story.told).toEqual(['opened', 'serving', 'changed']);
    expect(story.alerts.at(-1)?.severity).toBe('critical');
    expect(textOf(story)).toContain(`not at its Elastic IP ${IP} since the stop, but at none`);
    expect(story.acts).toEqual([]);
    expect(story.record.incident).toBeUndefined();
  });

  it('is NOT told where it still has it', () => {
    const story = stoppedByAws(ASKED);
    story.look(50, booted(31, HAS_IT));
    serves(story, HAS_IT);
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.acts).toEqual([]);
  });

  it('is NOT told where nobody knows that it had one', () => {
    const story = new Story(ASKED);
    story.look(30, stoppedView());
    story.look(50, booted(31, NONE));
    serves(story, NONE);
    expect(story.told).toEqual(['opened', 'serving']);
  });

  it('is told, both the old one and the new one, where AWS assigned it', () => {
    const story = stoppedByAws(ASKED, ASSIGNED);
    const over = { publicIp: '203.0.113.99', hasElasticIp: false };
    story.look(50, booted(31, over));
    serves(story, over);
    expect(story.told).toEqual(['opened', 'serving', 'changed']);
    expect(story.alerts.at(-1)?.severity).toBe('warning');
    expect(textOf(story)).toContain('203.0.113.23 since the stop, but at 203.0.113.99');
    expect(story.acts).toEqual([]);
  });

  it('is told after a stop of our own too, and NOT where it was only impaired', () => {
    const mine = new Story(ASKED, { address: ELASTIC });
    mine.look(700, ill('system', 0, HAS_IT));
    expect(mine.acts).toEqual(['stop-start 700']);
    const healed = new Story({}, { address: ELASTIC });
    healed.look(150, ill('instance', 0, { ...HAS_IT, tags: tagged({}) }));
    // Somebody takes it away while the server runs in its old boot: that was wanted.
    healed.look(160, aView(NONE));
    expect(healed.record.incident?.lostAddress).toBeUndefined();
    comesBack(mine, 700);
    expect(mine.record.incident).toBeUndefined();
    expect(textOf(mine)).not.toBe('');
  });
});

describe('an Elastic IP under a policy that wants it back', () => {
  it('is associated again as soon as the server runs, once, and that is told', () => {
    const story = stoppedByAws(ASKED);
    story.look(50, booted(31, NONE));
    expect(story.acts).toEqual(['associate-address 50']);
    expect(story.record.incident?.attempts.at(-1)).toMatchObject({
      reason: 'address-lost',
      detail: IP,
    });
    // EC2 may show for a moment what was before.
    story.look(54, booted(31, NONE));
    story.look(58, booted(31, HAS_IT));
    serves(story, HAS_IT);
    expect(story.acts).toEqual(['associate-address 50']);
    expect(story.told).toEqual(['opened', 'changed', 'serving']);
    expect(textOf(story)).toContain('the watchdog associated it again');
    expect(story.starts).toHaveLength(1);
  });

  it('is NOT taken from whoever has it now: told with the holder, and not asked again', () => {
    const story = stoppedByAws(ASKED);
    story.look(50, booted(31, NONE), { outcome: TAKEN });
    serves(story, NONE);
    expect(story.acts).toEqual(['associate-address 50']);
    expect(story.told).toEqual(['opened', 'serving', 'changed']);
    expect(textOf(story)).toContain('i-0fedcba9876543210');
  });

  it('is asked for again while EC2 fails, a few times only, and then told', () => {
    const story = stoppedByAws(ASKED);
    const outcome: AttemptOutcome = { kind: 'unavailable', code: 'RequestLimitExceeded' };
    for (let second = 50; second < 600; second += 4) {
      const fresh = second === 82 ? [readyEvent(at(81))] : [];
      story.look(second, booted(31, NONE), { outcome, fresh });
    }
    expect(story.acts).toHaveLength(8);
    expect(story.told.filter((kind) => kind === 'changed')).toHaveLength(1);
  });

  it('keeps the incident open while it is still seen to', () => {
    const story = stoppedByAws({ ...ASKED, recoveredAfter: 1 });
    const outcome: AttemptOutcome = { kind: 'unavailable', code: 'InternalError' };
    story.look(50, booted(31, NONE), { outcome });
    story.look(51, { ...healthy(31), ...NONE }, { fresh: [readyEvent(at(51))] });
    expect(story.record.incident?.resolved).toBeUndefined();
    story.look(70, { ...healthy(31), ...NONE });
    story.look(74, { ...healthy(31), ...HAS_IT });
    expect(story.record.incident).toBeUndefined();
    expect(story.told).toEqual(['opened', 'serving', 'changed']);
  });

  it('is asked for again after a Lambda died before EC2 heard of it', () => {
    const story = stoppedByAws(ASKED);
    story.look(50, booted(31, NONE), { diesAfterIntent: true });
    story.look(60, booted(31, NONE));
    expect(story.acts).toEqual([]);
    story.look(81, booted(31, NONE));
    expect(story.acts).toEqual(['associate-address 81']);
  });

  it.each<[string, Partial<Policy>, Partial<InstanceView>]>([
    ['while it is still booting', {}, { ...NONE, state: 'pending' }],
    ['while a person holds it', {}, { ...NONE, tags: tagged({ 'watchdog:hold': 'us' }) }],
    ['where it was given another one', {}, { publicIp: '198.51.100.99', hasElasticIp: true }],
    ['where the policy leaves it to a person', { reassociateAddress: false }, NONE],
  ])('is NOT associated %s', (_, policy, over) => {
    const story = stoppedByAws({ ...ASKED, ...policy });
    story.look(50, booted(31, over));
    expect(story.acts).toEqual([]);
  });

  it('is NOT associated where somebody else started the server', () => {
    const story = new Story(ASKED, { address: ELASTIC });
    story.look(1, stopping(USER_STOP));
    story.look(30, stoppedView(USER_STOP));
    story.look(60, booted(31, NONE));
    serves(story, NONE);
    expect(story.starts).toEqual([]);
    expect(story.acts).toEqual([]);
    expect(story.told).toContain('changed');
  });
});

describe('the association, as a decision', () => {
  const lost = { ...ELASTIC };
  const decided = (over: Partial<Situation> = {}, policy: Partial<Policy> = {}) =>
    associateAddress(
      aSituation({
        view: booted(31, NONE),
        incident: anIncident({ lostAddress: lost }),
        policy: aPolicy({ ...ASKED, ...policy }),
        starts: [at(30)],
        now: at(50),
        ...over,
      }),
    )?.kind;
  const handsOff = { kind: 'hands-off', reason: 'stopped-while-paused' } as const;

  it('is made where nothing speaks against it', () => expect(decided()).toBe('remediate'));

  it('is NOT made under a policy that only observes', () => {
    expect(decided({}, { mode: 'observe' })).toBeUndefined();
  });

  it('is NOT made where the stop was not ours to undo', () => {
    const incident = anIncident({ lostAddress: lost, mandate: handsOff });
    expect(decided({ incident })).toBeUndefined();
  });

  it('once EC2 took it, gets its time to show: until then nobody is told, afterwards they are', () => {
    const story = stoppedByAws(ASKED);
    story.look(50, booted(31, NONE));
    story.look(54, booted(31, NONE), { fresh: [readyEvent(at(53))] });
    story.look(100, booted(31, NONE));
    expect(story.told).toEqual(['opened', 'serving']);
    story.look(111, booted(31, NONE));
    expect(story.told).toEqual(['opened', 'serving', 'changed']);
    expect(story.acts).toEqual(['associate-address 50']);
  });
});

describe('whose boot it is', () => {
  it('is ours after a start that was made without the table', () => {
    const story = stoppedByAws(ASKED);
    const { incident } = story.record;
    story.record = {
      ...story.record,
      ...(incident && { incident: { ...incident, attempts: [] } }),
    };
    story.look(50, booted(31, NONE));
    expect(story.acts).toEqual(['associate-address 50']);
  });

  it('is NOT ours where a person stopped and started it after our start', () => {
    const story = stoppedByAws(ASKED);
    story.look(50, booted(31, HAS_IT));
    const theirs = { launchTime: at(31) };
    story.look(200, { ...stopping(USER_STOP), ...theirs });
    story.look(230, stoppedView(USER_STOP, theirs));
    story.look(260, booted(250, NONE));
    expect(story.starts).toHaveLength(1);
    expect(story.record.incident?.lostAddress?.publicIp).toBe(IP);
    expect(story.acts).toEqual([]);
  });
});

describe('the noted address', () => {
  const seen = (view: Partial<InstanceView>, record: Parameters<typeof aRecord>[0] = {}) =>
    isAddressNews(aRecord(record), aView(view));

  it('is news where it is another one, or of another kind', () => {
    expect(seen(HAS_IT)).toBe(true);
    expect(seen(NONE, { address: ELASTIC })).toBe(true);
    expect(seen({ ...HAS_IT, hasElasticIp: false }, { address: ELASTIC })).toBe(true);
  });

  it('is NOT news where it is the same, where the server does not run, or in an incident', () => {
    expect(seen(HAS_IT, { address: ELASTIC })).toBe(false);
    expect(seen(NONE)).toBe(false);
    expect(seen({ ...NONE, state: 'stopped' }, { address: ELASTIC })).toBe(false);
    expect(seen(NONE, { address: ELASTIC, incident: anIncident() })).toBe(false);
  });
});
