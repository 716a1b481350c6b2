import { decide } from '../../lambda/core/decide';
import type { Situation } from '../../lambda/core/decision';
import { hours } from '../../lambda/core/time';
import {
  NO_CAPACITY,
  USER_STOP,
  aPolicy,
  aSituation,
  aTakedown,
  anAttempt,
  anIncident,
  at,
  stoppedView,
} from './builders';

const THREE_DAYS = hours(72) / 1_000;

/** Stopped by us at 600 s; its start found no capacity at 640 s, which people were told. */
function decidedAt(seconds: number, over: Partial<Situation> = {}): string {
  const decision = decide(
    aSituation({
      view: stoppedView(USER_STOP, { transitionAt: at(601) }),
      incident: anIncident({
        condition: 'impaired',
        attempts: [aTakedown('stop-start', at(600)), anAttempt(at(640), NO_CAPACITY)],
        // Each reminder was sent: what is decided is only whether it is tried.
        escalated: Array.from({ length: 80 }, () => ({
          reason: 'no-capacity' as const,
          at: at(641),
        })),
      }),
      now: at(seconds),
      ...over,
    }),
  );
  return `${decision.kind} ${decision.reason}`;
}

describe('the start that follows a stop of its own (S28)', () => {
  it('is tried for three days, and then a person has it', () => {
    expect(decidedAt(640 + THREE_DAYS)).toBe('remediate finish-own-stop');
    expect(decidedAt(640 + THREE_DAYS + 1)).toBe('escalate gave-up');
  });

  it('waits between two tries', () => {
    expect(decidedAt(642)).toBe('defer backing-off');
    expect(decidedAt(700)).toBe('remediate finish-own-stop');
  });

  it.each<[string, Partial<Situation>]>([
    ['a pause', { pause: { kind: 'paused', until: at(9_000), note: '' } }],
    ['a hold', { pause: { kind: 'held', note: '' } }],
    ['a policy that only observes by now', { policy: aPolicy({ mode: 'observe' }) }],
    ['a budget that is used up', { starts: [100, 200, 300].map(at) }],
    ['a cooldown', { starts: [at(690)] }],
  ])('is NOT kept back by %s: it came down by our hand', (_name, over) => {
    expect(decidedAt(700, over)).toBe('remediate finish-own-stop');
  });
});
