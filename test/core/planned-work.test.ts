import type { Evidence } from '../../lambda/core/evidence';
import type { Incident } from '../../lambda/core/incident';
import { laddersOf } from '../../lambda/core/ladder';
import { isWorkGone, plannedCause } from '../../lambda/core/planned-move';
import type { InstanceRecord } from '../../lambda/core/record';
import { step, type StepInput } from '../../lambda/core/step';
import type { TakedownFacts } from '../../lambda/core/takedown-facts';
import { after, before, days, hours, iso, minutes } from '../../lambda/core/time';
import { T0, aPolicy, aView, anIncident, policiesOf, tagged } from './builders';
import {
  moment,
  NIGHTLY,
  TONIGHT,
  ARN,
  anEvent,
  retirement,
  enrolledAt,
  shows,
  later,
  Planned,
} from './planned-server';

describe('work that AWS Health announces', () => {
  const heard = (...facts: readonly Evidence[]) => ({ evidence: facts });

  it('is planned where EC2 shows no event yet', () => {
    const server = new Planned({}, heard(retirement())).look(T0);
    expect(server.record.plan?.eventId).toBe(ARN);
    expect(server.at).toBe(iso(TONIGHT));
    expect(server.told[0]).toContain('AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED');
  });

  it('does not need a message of its own besides', () => {
    const { record } = new Planned({}, heard(retirement())).look(T0);
    expect(record.told).toContain(`health:${ARN}:upcoming`);
    const unplanned = new Planned({}, { ...heard(retirement()), enrolment: { kind: 'unseen' } });
    expect(unplanned.look(T0).record.told).toEqual([]);
  });

  it('a reboot is a reboot', () => {
    const code = 'AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED';
    const fact = retirement({ code, topic: 'maintenance-scheduled' });
    expect(new Planned({}, heard(fact)).look(T0).record.plan?.condition).toBe('reboot-scheduled');
  });

  it("and EC2's event of the same day are one plan, told once", () => {
    const server = new Planned({}, heard(retirement())).look(T0);
    const ec2 = shows(anEvent({ notBefore: after(T0, hours(235)) }));
    server.look(later(hours(1)), ec2).look(later(hours(2)), ec2);
    expect(server.record.plan?.eventId).toBe('instance-event-1');
    expect(server.at).toBe(iso(TONIGHT));
    expect(server.told).toHaveLength(1);
  });

  it("does NOT come before EC2's event of the same day, whichever time is earlier", () => {
    const ec2 = shows(anEvent({ notBefore: after(T0, hours(243)) }));
    const server = new Planned({}, heard(retirement())).look(T0, ec2);
    expect(server.record.plan?.eventId).toBe('instance-event-1');
  });

  it("and EC2's event of another day are two", () => {
    const server = new Planned({}, heard(retirement())).look(T0);
    server.look(later(hours(1)), shows(anEvent({ notBefore: after(T0, days(5)) })));
    expect(server.record.plan?.eventId).toBe('instance-event-1');
    expect(server.told).toHaveLength(2);
  });

  it.each([
    ['closed', { status: 'closed' as const }],
    ['resolved for this server', { entityStatus: 'resolved' as const }],
  ])('that is %s ends its plan', (_, over) => {
    const server = new Planned({}, heard(retirement())).look(T0);
    server.record = { ...server.record, ...heard(retirement({ ...over, at: later(hours(1)) })) };
    server.look(later(hours(2)));
    expect(server.record.plan).toBeUndefined();
    expect(server.told).toHaveLength(2);
  });

  it('stays planned when its evidence was pushed out by other facts', () => {
    const server = new Planned({}, heard(retirement())).look(T0);
    const { plan } = server.record;
    server.record = { ...server.record, evidence: [] };
    expect(server.look(later(hours(2))).record.plan).toEqual(plan);
    expect(server.told).toHaveLength(1);
  });

  it.each([
    ['from before its boot', retirement({ at: before(T0, days(9)) })],
    ['that has begun', retirement({ startsAt: before(T0, hours(1)), status: 'open' })],
    ['about something else', retirement({ topic: 'availability-issue' })],
  ])('is NOT planned %s', (_, fact) => {
    expect(new Planned({}, heard(fact)).look(T0).record.plan).toBeUndefined();
  });
});

describe('its own type', () => {
  const policy = {
    alternateTypes: ['m6a.large'],
    ladders: laddersOf({ 'no-capacity': ['change-type', 'reserve-capacity'] }, minutes(2)),
  };
  const standIn = { instanceType: 'm6a.large' };
  const owned = { ownType: 'm6i.large' };

  it('is restored a day later at the earliest, in the window, announced', () => {
    const server = new Planned(policy, owned).look(T0, standIn).look(later(hours(9)), standIn);
    expect(server.record.plan?.eventId).toBe('own-type');
    expect(server.at).toBe('2024-08-03T02:00:00.000Z');
    expect(server.told).toHaveLength(1);
    expect(server.told[0]).toContain('It runs on m6a.large for want of capacity');
    expect(server.told[0]).toContain('change its type back');
  });

  it('is due in its window', () => {
    const fresh = { ...owned, enrolment: enrolledAt(later(hours(20))) };
    const server = new Planned(policy, fresh).look(T0, standIn);
    expect(server.isDue(moment('2024-08-03T02:00:05Z'), standIn)).toBe(true);
    expect(new Planned(policy, fresh).look(T0, standIn).isDue(TONIGHT, standIn)).toBe(false);
  });

  it.each([
    ['without a window', { maintenanceWindow: undefined }],
    ['where the policy lists the change no more', { ladders: laddersOf({}, minutes(2)) }],
    [
      'where no place may be held for it',
      { ladders: laddersOf({ 'no-capacity': ['change-type'] }, minutes(2)) },
    ],
  ])("is a person's decision %s, told once", (_, over) => {
    const server = new Planned({ ...policy, ...over }, owned);
    for (const day of [0, 3, 20]) server.look(later(days(day)), standIn);
    expect(server.at).toBeUndefined();
    expect(server.told).toHaveLength(1);
    expect(server.told[0]).toContain('change it back yourself');
  });

  it("waits for AWS's work, and for an incident to end", () => {
    const busy = new Planned(policy, { ...owned, incident: anIncident() }).look(T0, standIn);
    expect(busy.record.plan).toBeUndefined();
    const both = new Planned(policy, owned).look(T0, { ...standIn, ...shows(anEvent()) });
    expect(both.record.plan?.eventId).toBe('instance-event-1');
  });

  it.each([
    ['it is on it again', 'm6i.large'],
    ['a person chose another one', 'r6i.large'],
  ])('is forgotten where %s', (_, instanceType) => {
    const server = new Planned(policy, owned).look(T0, standIn);
    server.look(later(hours(2)), { instanceType });
    expect(server.record.ownType).toBeUndefined();
    expect(server.record.plan).toBeUndefined();
  });

  it('that could not be restored is planned anew, NOT in the same night', () => {
    const server = new Planned(policy, owned).look(T0, standIn);
    const tried = { ...standIn, launchTime: moment('2024-08-03T02:04:00Z') };
    server.look(moment('2024-08-03T02:10:00Z'), tried);
    expect(server.at).toBe('2024-08-04T02:10:00.000Z');
    expect(server.told).toHaveLength(2);
  });
});

describe('the incident of a planned move', () => {
  const situation = { view: aView(shows(anEvent())), evidence: [], ownType: undefined };
  const work = (eventId: string) => ({ eventId, condition: 'stop-scheduled' as const });

  it('ends when its work is gone', () => {
    expect(isWorkGone(work('instance-event-1'), situation)).toBe(false);
    expect(isWorkGone(work('instance-event-2'), situation)).toBe(true);
    const evidence = [retirement({ status: 'closed' })];
    expect(isWorkGone(work(ARN), { ...situation, evidence })).toBe(true);
    expect(isWorkGone(work(ARN), { ...situation, evidence: [retirement()] })).toBe(false);
    expect(isWorkGone(work(ARN), situation)).toBe(false);
    expect(isWorkGone(work('own-type'), { ...situation, ownType: 'm5.large' })).toBe(false);
    expect(isWorkGone(work('own-type'), situation)).toBe(true);
  });

  it('says why as its cause', () => {
    const server = new Planned().look(T0, shows(anEvent()));
    const { record, policy } = server;
    const view = aView(shows(anEvent()));
    const cause = plannedCause({ record, policy, view, now: TONIGHT });
    expect(cause.kind).toBe('aws');
    expect(cause.evidence[0]).toContain('EC2 announces instance-stop');
  });

  it('announces no new time beside it, since its thread tells', () => {
    const server = new Planned().look(T0, shows(anEvent()));
    const incident: Incident = anIncident({
      condition: 'planned',
      planned: work('instance-event-1'),
    });
    server.record = { ...server.record, incident };
    server.look(moment('2024-08-02T09:00:00Z'), shows(anEvent()));
    expect(server.told).toHaveLength(1);
  });
});

describe('a look at its time', () => {
  const record = (over: Partial<InstanceRecord> = {}): InstanceRecord =>
    new Planned({}, { enrolment: enrolledAt(T0), ...over }).look(T0, shows(anEvent())).record;
  const input = (over: Partial<StepInput> = {}): StepInput => ({
    view: aView(shows(anEvent())),
    record: record(),
    fresh: [],
    policies: policiesOf(aPolicy({ maintenanceWindow: NIGHTLY })),
    lastSweepAt: undefined,
    now: after(TONIGHT, minutes(1)),
    ...over,
  });
  const facts: TakedownFacts = {
    stopProtection: false,
    hasInstanceStore: false,
    awsRecovers: true,
    zone: { managed: 4, impaired: 0 },
    zoneStormAt: undefined,
    application: { running: 4, impaired: 0, isSpokesman: false },
    slotsFree: 1,
    noCapacityAt: undefined,
  };
  const brief = ({ decision }: ReturnType<typeof step>): string =>
    `${decision.kind} ${decision.reason}`;

  it('opens an incident, asks what a stop would cost, and stops and starts it', () => {
    const first = step(input());
    expect(first.record.incident?.condition).toBe('planned');
    expect(brief(first)).toBe('defer takedown-unchecked');
    expect(brief(step(input({ facts })))).toBe('remediate stop-scheduled');
  });

  it('does NOT open one before, nor with a veto', () => {
    expect(brief(step(input({ now: before(TONIGHT, minutes(1)) })))).toBe('ignore healthy');
    const tags = tagged({ 'watchdog:move': 'veto' });
    const vetoed = step(input({ view: aView({ ...shows(anEvent()), tags }) }));
    expect(brief(vetoed)).toBe('ignore healthy');
  });

  it('ends without an act where the work is gone', () => {
    const open = step(input()).record;
    const gone = step(input({ record: open, view: aView(), facts }));
    expect(brief(gone)).toBe('resolve cleared');
    expect(gone.record.outbox.map(({ kind }) => kind)).toContain('closed');
  });

  it('is NOT made where a stop is refused, which calls a person', () => {
    const refused = step(input({ facts: { ...facts, stopProtection: true } }));
    expect(brief(refused)).toBe('escalate stop-protected');
  });
});
