import { withSeen, withSent } from '../../lambda/core/journal';
import {
  OK_CHECKS,
  UNKNOWN_CHECKS,
  aView,
  anIncident,
  at,
  impaired,
  stoppedView,
} from './builders';
import { anAlert } from './alert/sample';

const lines = (incident = anIncident()): readonly string[] =>
  (incident.seen ?? []).map((seen) => `${(seen.at - at(0)) / 1_000} ${seen.what} ${seen.now}`);

describe('what EC2 showed', () => {
  it('is kept when it changes, once', () => {
    const stopped = withSeen(anIncident(), stoppedView(), at(1));
    expect(withSeen(stopped, stoppedView(), at(5))).toBe(stopped);
    const booting = withSeen(stopped, aView({ checks: impaired(at(6), 'instance') }), at(7));
    const well = withSeen(booting, aView({ checks: OK_CHECKS }), at(60));
    expect(lines(well)).toEqual([
      '1 state stopped',
      '7 state running',
      '7 system ok',
      '7 instance impaired',
      '7 attachedEbs ok',
      '60 instance ok',
    ]);
  });

  it('that a read did not bring is NOT news', () => {
    const well = withSeen(anIncident(), aView(), at(1));
    expect(withSeen(well, aView({ checks: UNKNOWN_CHECKS }), at(5))).toBe(well);
  });

  it('of an incident that flaps for days is bounded: the newest', () => {
    let incident = anIncident();
    for (let second = 0; second < 500; second += 1) {
      const checks = second % 2 === 0 ? OK_CHECKS : impaired(at(0));
      incident = withSeen(incident, aView({ checks }), at(second));
    }
    expect(incident.seen).toHaveLength(60);
    expect(lines(incident).at(-1)).toBe('499 system impaired');
  });
});

describe('what people were sent', () => {
  it('is kept with when it was decided, and when SNS had it', () => {
    const page = anAlert('needs-person', { reason: 'held' });
    const { sent } = withSent(anIncident(), [page], { now: at(9), inStorm: false });
    expect(sent).toEqual([
      { kind: 'needs-person', severity: 'critical', reason: 'held', at: at(2), sentAt: at(9) },
    ]);
  });

  it('in the message of a storm is marked as that', () => {
    const { sent } = withSent(anIncident(), [anAlert('opened')], { now: at(9), inStorm: true });
    expect(sent?.[0]?.inStorm).toBe(true);
  });

  it('leaves the incident as it is where nothing was sent', () => {
    const incident = anIncident();
    expect(withSent(incident, [], { now: at(9), inStorm: false })).toBe(incident);
  });
});
