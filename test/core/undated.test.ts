import { climb } from '../../lambda/core/climb';
import type { Checks, InstanceView } from '../../lambda/core/observation';
import { undatedOf } from '../../lambda/core/undated';
import {
  OK_CHECKS,
  T0,
  UNKNOWN_CHECKS,
  aPolicy,
  aView,
  anImpairment,
  at,
  impaired,
} from './builders';
import { Story } from './story';

const undated = (name: keyof Checks): InstanceView => aView({ checks: impaired(undefined, name) });

describe('a check that fails, and EC2 does not say since when', () => {
  it('counts from the look that first saw it', () => {
    const since = { check: 'instance', since: at(100) } as const;
    const checks = impaired(undefined, 'instance');
    expect(undatedOf(checks, undefined, at(100))).toEqual(since);
    expect(undatedOf(checks, since, at(160))).toBe(since);
  });

  it('NOT while another one, worse, has taken its place, nor once it is over', () => {
    const known = { check: 'instance', since: at(100) } as const;
    const both = impaired(undefined, 'system', impaired(undefined, 'instance'));
    expect(undatedOf(both, known, at(160))).toEqual({ check: 'system', since: at(160) });
    expect(undatedOf(OK_CHECKS, known, at(160))).toBeUndefined();
    expect(undatedOf(impaired(T0, 'instance'), known, at(160))).toBeUndefined();
  });

  it('a look that does not read it changes nothing', () => {
    const known = { check: 'instance', since: at(100) } as const;
    expect(undatedOf(UNKNOWN_CHECKS, known, at(160))).toBe(known);
  });

  // Why this test? An incident open for hours, for its volumes, had a guest rebooted at once.
  it('is tolerated like any other, however long its incident is open (S5)', () => {
    const story = new Story();
    for (const seconds of [120, 180, 3_600]) {
      story.look(seconds, aView({ checks: impaired(T0, 'attachedEbs') }));
    }
    story.look(7_200, undated('instance'));
    story.look(7_319, undated('instance'));
    expect(story.acts).toEqual([]);
    story.look(7_320, undated('instance'));
    expect(story.acts).toEqual(['reboot 7320']);
  });

  it('that opened the incident counts from there', () => {
    const story = new Story();
    for (const seconds of [60, 120, 179]) story.look(seconds, undated('instance'));
    expect(story.acts).toEqual([]);
    story.look(180, undated('instance'));
    expect(story.acts).toEqual(['reboot 180']);
  });

  it('in a record of an older version counts from the opening', () => {
    const decision = climb(
      anImpairment('instance', { view: undated('instance'), policy: aPolicy(), now: at(240) }),
    );
    expect(decision).toMatchObject({ kind: 'remediate', remediation: 'reboot' });
  });
});
