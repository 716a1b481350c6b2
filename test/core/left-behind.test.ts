import { decide } from '../../lambda/core/decide';
import type { Pause } from '../../lambda/core/pause';
import type { InstanceRecord } from '../../lambda/core/record';
import { step, type StepInput } from '../../lambda/core/step';
import { decideWithoutStore } from '../../lambda/core/without-store';
import {
  AWS_STOP,
  BOOT,
  ENROLLED,
  GUEST_STOP,
  T0,
  aCause,
  aPolicy,
  aRecord,
  aSituation,
  aView,
  anIncident,
  at,
  impaired,
  policiesOf,
  stateChange,
  stoppedView,
} from './builders';

/** What one look makes of a record. */
function looked(over: Partial<StepInput>) {
  const { record, decision } = step({
    view: aView(),
    record: aRecord(),
    fresh: [],
    policies: policiesOf(aPolicy()),
    lastSweepAt: undefined,
    now: at(600),
    ...over,
  });
  return { record, told: record.outbox, line: `${decision.kind} ${decision.reason}` };
}

const HELD: Pause = { kind: 'held', note: 'release day' };

// Why these tests? A review found each of them (November 2026).
describe('a stop while the whole policy was held', () => {
  const stopped = (policyPauses: StepInput['policyPauses'], record = aRecord()) =>
    looked({ view: stoppedView(AWS_STOP), policyPauses, record, now: at(2) });

  it('stays a person’s after the hold is lifted', () => {
    const held = stopped(new Map([['livechat', HELD]]));
    expect(held.line).toBe('escalate stopped-while-paused');
    expect(stopped(undefined, held.record).line).toBe('escalate stopped-while-paused');
  });

  it('of another policy is NOT held', () => {
    expect(stopped(new Map([['other', HELD]])).line).toBe('remediate stopped-by-aws');
  });

  it('is NOT started without the table either', () => {
    const situation = {
      view: stoppedView(AWS_STOP),
      evidence: [stateChange('stopped')],
      policies: policiesOf(aPolicy()),
      now: at(2),
    };
    expect(decideWithoutStore(situation).kind).toBe('remediate');
    expect(decideWithoutStore({ ...situation, policyPause: HELD }).kind).toBe('defer');
  });
});

describe('an incident that an older version opened', () => {
  const open = (over: Partial<InstanceRecord>): InstanceRecord =>
    aRecord({
      incident: anIncident({
        condition: 'impaired',
        progress: { kind: 'booting', launchTime: BOOT, since: T0 },
      }),
      ...over,
    });
  const ill = aView({ checks: impaired(T0) });

  it('of a server that was never seen well is NOT acted upon', () => {
    const record = open({ enrolment: { kind: 'unseen' } });
    expect(looked({ view: ill, record }).line).toBe('escalate impaired-before-enrolment');
  });

  it('of an enrolled one goes on', () => {
    const record = open({ enrolment: ENROLLED });
    expect(looked({ view: ill, record }).line).toBe('defer takedown-unchecked');
  });
});

describe('what is stuck in stopping', () => {
  const stuck = (code: string, kind: 'aws' | 'guest') =>
    decide(
      aSituation({
        view: stoppedView(code, { state: 'stopping' }),
        incident: anIncident({ cause: aCause({ kind }) }),
        policy: aPolicy({
          ladders: {
            ...aPolicy().ladders,
            'stuck-stopping': aPolicy().ladders['system-impaired'].map((rung) => ({
              ...rung,
              remediation: 'force-stop' as const,
            })),
          },
        }),
        now: at(1_200),
      }),
    );

  it('is forced where it is to be started', () => {
    expect(stuck(AWS_STOP, 'aws')).toMatchObject({ remediation: 'force-stop' });
  });

  it('is NOT forced where it shuts itself down for a person', () => {
    expect(stuck(GUEST_STOP, 'guest')).toEqual({ kind: 'escalate', reason: 'stuck-stopping' });
  });
});

describe('a server that we stopped', () => {
  const ours = aRecord({
    incident: anIncident({ condition: 'impaired', progress: { kind: 'down', since: T0 } }),
  });
  const mistyped = { watchdog: 'livechta' };

  it('and whose tag then names no policy is a person’s, at once', () => {
    const { told } = looked({ view: stoppedView(undefined, { tags: mistyped }), record: ours });
    expect(told.some(({ severity }) => severity === 'critical')).toBe(true);
  });

  it('is NOT called so where AWS stopped it', () => {
    const record = aRecord({ incident: anIncident() });
    const { told } = looked({ view: stoppedView(undefined, { tags: mistyped }), record });
    expect(told.every(({ severity }) => severity !== 'critical')).toBe(true);
  });
});

describe('an incident that is over and not told yet', () => {
  const over = aRecord({
    incident: anIncident({
      condition: 'planned',
      planned: { eventId: 'e', condition: 'stop-scheduled' },
      progress: { kind: 'booting', launchTime: BOOT, since: T0 },
      resolved: { at: at(60), reason: 'cleared' },
    }),
    outbox: [{ key: 'closed', kind: 'closed', severity: 'info', at: at(60) }],
  });

  it('does NOT keep a new stop by AWS from being undone', () => {
    expect(looked({ view: stoppedView(AWS_STOP), record: over }).line).toBe(
      'remediate stopped-by-aws',
    );
  });

  it('stays over while it runs', () => {
    expect(looked({ record: over }).line).toBe('ignore handed-over');
  });
});

describe('an operator’s `now`', () => {
  const event = (id: string) => ({
    id,
    code: 'instance-stop',
    description: 'degraded hardware',
    notBefore: at(864_000),
  });
  const NOW = { watchdog: 'livechat', Name: 'pod-23', 'watchdog:move': 'now' };
  const policies = policiesOf(
    aPolicy({
      maintenanceWindow: { days: ['mon'], from: 120, to: 240, timeZone: 'UTC' },
    }),
  );
  const look = (record: InstanceRecord, tags: Readonly<Record<string, string>>, id: string) =>
    looked({ view: aView({ tags, scheduledEvents: [event(id)] }), record, policies });

  it('moves it once', () => {
    const first = look(aRecord(), NOW, 'event-1');
    expect(first.line).toBe('defer takedown-unchecked');
    const { incident: _moved, ...rest } = first.record;
    // The next announcement waits for its window, though the tag was left on the instance.
    expect(look(rest, NOW, 'event-2').line).toBe('ignore healthy');
  });

  it('counts again once it was taken off', () => {
    const { incident: _moved, ...rest } = look(aRecord(), NOW, 'event-1').record;
    const { 'watchdog:move': _off, ...without } = NOW;
    const off = look(rest, without, 'event-2');
    expect(off.line).toBe('ignore healthy');
    expect(look(off.record, NOW, 'event-2').line).toBe('defer takedown-unchecked');
  });
});
