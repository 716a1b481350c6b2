import { climb } from '../../lambda/core/climb';
import type { Decision, Situation } from '../../lambda/core/decision';
import type { Evidence } from '../../lambda/core/evidence';
import type { Incident } from '../../lambda/core/incident';
import { DAYS } from '../../lambda/core/maintenance-window';
import { workBegins } from '../../lambda/core/planned-work';
import type { Policy } from '../../lambda/core/policy';
import { hours, after, type Instant } from '../../lambda/core/time';
import { T0, aPolicy, aView, anImpairment, at, healthEvent, impaired, tagged } from './builders';
import { anEvent } from './planned-server';

const brief = (decision: Decision | undefined): string =>
  decision?.kind === 'remediate' ? decision.remediation : `${decision?.kind} ${decision?.reason}`;

/** It is 12:20 UTC; the window is from this hour to that one. */
const within = (from: number, to: number): Policy =>
  aPolicy({ maintenanceWindow: { days: DAYS, from: from * 60, to: to * 60, timeZone: 'UTC' } });
const OPEN = within(12, 13);
const TONIGHT = within(22, 23);

const EVENT = anEvent({ notBefore: T0 });
const ARN = healthEvent().eventArn;

const incident = (over: Partial<NonNullable<Incident['planned']>> = {}): Incident => ({
  ...anImpairment().incident,
  condition: 'planned',
  planned: { eventId: EVENT.id, condition: 'stop-scheduled', ...over },
});

/** It waits in an open incident for a move; AWS begins then. */
const waits = (begins: Instant, over: Partial<Situation> = {}): string =>
  brief(
    climb(
      anImpairment('instance', {
        view: aView({ scheduledEvents: [{ ...EVENT, notBefore: begins }] }),
        incident: incident(),
        policy: OPEN,
        ...over,
      }),
    ),
  );

describe('a planned move that waited', () => {
  it('is made before AWS begins', () => {
    expect(waits(at(601))).toBe('stop-start');
  });

  // Why this test? What was held up for hours was stopped by us while AWS was at work on it.
  it('is NOT made once AWS has begun: a person is called', () => {
    expect(waits(at(600))).toBe('escalate no-window');
  });

  it('NOT either where an operator had asked for it', () => {
    const asked = incident({ askedBy: 'operator' });
    expect(waits(at(601), { incident: asked, policy: TONIGHT })).toBe('stop-start');
    expect(waits(at(600), { incident: asked, policy: TONIGHT })).toBe('escalate no-window');
  });

  it('is called off by an operator, whoever had asked for it', () => {
    const view = aView({ scheduledEvents: [EVENT], tags: tagged({ 'watchdog:move': 'veto' }) });
    expect(waits(T0, { view, incident: incident({ askedBy: 'operator' }) })).toBe(
      'ignore move-vetoed',
    );
  });

  it('waits for its window, and a person is called where none comes before AWS begins', () => {
    expect(waits(after(T0, hours(11)), { policy: TONIGHT })).toBe('defer outside-window');
    expect(waits(after(T0, hours(9)), { policy: TONIGHT })).toBe('escalate no-window');
  });

  it('what is impaired by now is helped all the same', () => {
    const view = aView({ scheduledEvents: [EVENT], checks: impaired(T0, 'instance') });
    expect(waits(T0, { view })).toBe('reboot');
  });

  it('knows when AWS begins from EC2, or from the last word of AWS Health', () => {
    const view = aView({ scheduledEvents: [EVENT] });
    const evidence: readonly Evidence[] = [
      healthEvent({ startsAt: at(100) }),
      healthEvent({ startsAt: at(900) }),
      healthEvent({ eventArn: `${ARN}-other`, startsAt: at(500) }),
    ];
    expect(workBegins({ view, evidence, incident: incident() })).toBe(T0);
    expect(workBegins({ view, evidence, incident: incident({ eventId: ARN }) })).toBe(at(900));
    const ownType = incident({ eventId: 'own-type' });
    expect(workBegins({ view, evidence, incident: ownType })).toBeUndefined();
    expect(workBegins({ view, evidence, incident: anImpairment().incident })).toBeUndefined();
  });
});
