import { awsRecoveryUntil } from '../../lambda/core/aws-recovery';
import type { Situation } from '../../lambda/core/decision';
import { minutes } from '../../lambda/core/time';
import {
  T0,
  aPolicy,
  aView,
  anImpairment,
  at,
  clearFacts,
  healthEvent,
  impaired,
} from './builders';

const waits = (over: Partial<Situation>): ReturnType<typeof awsRecoveryUntil> =>
  awsRecoveryUntil(anImpairment('system', { facts: clearFacts({ awsRecovers: true }), ...over }));

const sick = (over: Parameters<typeof aView>[0]): Partial<Situation> => ({
  view: aView({ checks: impaired(T0), ...over }),
});
const said = (...events: readonly Parameters<typeof healthEvent>[0][]): Partial<Situation> => ({
  evidence: events.map((over) => healthEvent(over)),
});
const event = { id: 'instance-event-0', code: 'system-maintenance', description: '' };

describe("how long AWS's own recovery is waited for", () => {
  it('from the failure of the host, as long as the policy says', () => {
    expect(waits({})).toBe(at(300));
    expect(waits({ policy: aPolicy({ awsRecoveryWait: minutes(20) }) })).toBe(at(1_200));
  });

  it('where it is not known whether AWS recovers it, too', () => {
    expect(waits({ facts: clearFacts({ awsRecovers: undefined }) })).toBe(at(300));
    expect(waits({ facts: undefined })).toBe(at(300));
    expect(waits(sick({ autoRecovery: 'default' }))).toBe(at(300));
  });

  it.each<[string, Partial<Situation>]>([
    ['switched off for the instance', sick({ autoRecovery: 'disabled' })],
    ['on a Dedicated Host', sick({ hostId: 'h-0123456789abcdef0' })],
    ['not for its type', { facts: clearFacts({ awsRecovers: false }) }],
    ['not while AWS has work scheduled', sick({ scheduledEvents: [event] })],
    ['not during a service event', said({ topic: 'service-issue', status: 'open' })],
  ])('not at all: %s', (_name, over) => {
    expect(waits(over)).toBe('no');
  });

  it.each<[string, Partial<Situation>]>([
    ['a service event that is over', said({ topic: 'service-issue', status: 'closed' })],
    ['an issue of this instance', said({ topic: 'availability-issue', status: 'open' })],
  ])('all the same with %s', (_name, over) => {
    expect(waits(over)).toBe(at(300));
  });

  // Why this test? An application that failed for an hour made the wait for the host look over.
  it('counts from the failure of the host, not of anything else', () => {
    const checks = impaired(at(500), 'system', impaired(T0, 'application'));
    expect(waits({ view: aView({ checks }) })).toBe(at(800));
    const unknown = { view: aView({ checks: impaired(undefined) }) };
    expect(waits(unknown)).toBe(at(420));
  });
});

describe("AWS's word of its recovery", () => {
  it('failed: it is our turn at once', () => {
    expect(waits(said({ topic: 'auto-recovery-failure', at: at(60) }))).toBe('failed');
  });

  it('succeeded: its checks get their time', () => {
    expect(waits(said({ topic: 'auto-recovery-success', at: at(60) }))).toBe(at(540));
  });

  it('the newest counts', () => {
    const first = { topic: 'auto-recovery-failure', at: at(60), eventArn: 'arn:1' } as const;
    const then = { topic: 'auto-recovery-success', at: at(90), eventArn: 'arn:2' } as const;
    expect(waits(said(first, then))).toBe(at(570));
  });

  it('may come a little before the check fails, but NOT from an earlier day', () => {
    const failed = (seconds: number) =>
      waits(said({ topic: 'auto-recovery-failure', at: at(seconds) }));
    expect(failed(-600)).toBe('failed');
    expect(failed(-601)).toBe(at(300));
  });

  it('counts although AWS has a service event open', () => {
    const over = said(
      { topic: 'service-issue', status: 'open', eventArn: 'arn:1' },
      { topic: 'auto-recovery-failure', at: at(60), eventArn: 'arn:2' },
    );
    expect(waits(over)).toBe('failed');
  });
});
