import { climb } from '../../lambda/core/climb';
import type { Evidence } from '../../lambda/core/evidence';
import type { Actor } from '../../lambda/core/signals/signal';
import { anActor, anImpairment, at } from './builders';

type Call = Extract<Evidence, { kind: 'api-call' }>['call'];

/** A call about the server at so many seconds; the incident is open since 120 s. */
const called = (seconds: number, by: Partial<Actor> = {}, call: Call = 'StartInstances') =>
  ({ kind: 'api-call', at: at(seconds), call, actor: anActor(by) }) as const;

/** What is done at 600 s, after these calls. */
function decidedAfter(...evidence: readonly Evidence[]): string {
  const decision = climb(anImpairment('system', { evidence }));
  return decision === undefined ? 'nothing' : `${decision.kind} ${decision.reason}`;
}

const PROGRAM = 'arn:aws:sts::111122223333:assumed-role/other-healer/run';

describe('a person or a program that is at it too (F45)', () => {
  it('has the floor for ten minutes: nothing is taken down meanwhile', () => {
    expect(decidedAfter(called(500))).toBe('defer another-hand');
    expect(climb(anImpairment('system', { evidence: [called(500)] }))).toMatchObject({
      until: at(1_100),
    });
  });

  it('and NOT for longer', () => {
    expect(decidedAfter(called(1))).toBe('defer another-hand');
    expect(decidedAfter(called(0))).toBe('remediate system-impaired');
  });

  it('that keeps at it is told to a person, who may end the fight', () => {
    const calls = [200, 300, 500].map((seconds) => called(seconds, { principal: PROGRAM }));
    expect(decidedAfter(...calls)).toBe('escalate another-automation');
    expect(decidedAfter(...calls.slice(1))).toBe('defer another-hand');
  });

  it.each(['watchdog', 'service'] as const)('is NOT what %s itself called', (kind) => {
    expect(decidedAfter(called(500, { kind }))).toBe('remediate system-impaired');
  });

  it('is NOT who was at it long before the incident', () => {
    const calls = [-3_000, -2_000, -1_000].map((seconds) => called(seconds));
    expect(decidedAfter(...calls)).toBe('remediate system-impaired');
  });
});
