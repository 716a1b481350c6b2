import type { Evidence } from '../../lambda/core/evidence';
import { before, seconds } from '../../lambda/core/time';
import {
  DOWN,
  ROLE,
  SESSION,
  actor,
  call,
  downEvent,
  judge,
  summary,
  USER,
  type Drawn,
} from './stopped-server';

describe('a game day', () => {
  const at = before(DOWN, seconds(9));
  const mark = (when: string, role = ROLE) => ({
    tags: { 'watchdog:game-day': `${when} ${role}` },
  });
  const byRole = call(at, actor({ kind: 'fis', principal: SESSION }));
  const detail = (view: Drawn['view'], evidence: readonly Evidence[] = [byRole], code = USER) =>
    judge(code, '', { ...(view === undefined ? {} : { view }), evidence: [downEvent, ...evidence] })
      .detail;

  it('is a stop by the marked role before the mark expires', () => {
    const view = mark('2024-08-01T13:00:00Z');
    const cause = judge(USER, '', { view, evidence: [downEvent, byRole] });
    expect(summary(cause)).toBe('api game-day high');
    expect(detail(mark('2024-08-01T06:00:00-07:00'))).toBe('game-day');
  });

  it.each<readonly [string, Drawn['view'], readonly Evidence[]]>([
    ['the mark had expired at the stop', mark('2024-08-01T12:09:58Z'), [byRole]],
    ['there is no mark', {}, [byRole]],
    ['the mark has no role', { tags: { 'watchdog:game-day': '2024-08-01T13:00:00Z' } }, [byRole]],
    ['the mark has no zone', mark('2024-08-01T13:00:00'), [byRole]],
    ['the mark is a day', mark('2024-08-02'), [byRole]],
    ['the mark names all roles', mark('2024-08-01T13:00:00Z', '*'), [byRole]],
    ['the mark names another role', mark('2024-08-01T13:00:00Z', `${ROLE}2`), [byRole]],
    [
      'the role is of another account',
      mark('2024-08-01T13:00:00Z', ROLE.replace('1111', '9999')),
      [byRole],
    ],
    ['CloudTrail has not spoken', mark('2024-08-01T13:00:00Z'), []],
    ['a person made the call', mark('2024-08-01T13:00:00Z'), [call(at)]],
    ['a person called too', mark('2024-08-01T13:00:00Z'), [byRole, call(before(at, seconds(5)))]],
    [
      'a user has the role’s name',
      mark('2024-08-01T13:00:00Z'),
      [call(at, actor({ principal: 'arn:aws:iam::111122223333:user/GameDay' }))],
    ],
    [
      'a session has the role’s name',
      mark('2024-08-01T13:00:00Z'),
      [call(at, actor({ principal: 'arn:aws:sts::111122223333:assumed-role/Deploy/GameDay' }))],
    ],
  ])('is not one when %s', (_name, view, evidence) => {
    expect(detail(view, evidence)).toBe('plain');
  });

  it('is not one when the instance was hibernated, shut down from inside or terminated', () => {
    const view = mark('2024-08-01T13:00:00Z');
    expect(detail(view, [byRole], 'Client.UserInitiatedHibernate')).toBe('plain');
    expect(detail(view, [byRole], 'Client.InstanceInitiatedShutdown')).toBe('plain');
    expect(detail({ ...view, state: 'terminated' })).toBe('plain');
  });
});
