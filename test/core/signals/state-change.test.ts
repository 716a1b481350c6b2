import { iso } from '../../../lambda/core/time';
import { event, ID, OTHER_ID, parse, signalOf, stateChange } from './event';

describe('a state change', () => {
  it('names the instance, the state and the time', () => {
    const signal = signalOf(stateChange({ 'instance-id': ID, state: 'stopped' }), 'state-change');
    expect(signal).toMatchObject({ instanceIds: [ID], state: 'stopped' });
    expect(iso(signal.at)).toBe('2024-08-01T12:10:07.000Z');
  });

  it.each([
    ['a leading space', { 'instance-id': ` ${ID}`, state: 'terminated' }, ID],
    ['a short id', { 'instance-id': 'i-a2d74f12', state: 'pending' }, 'i-a2d74f12'],
    ['the key instance_id', { instance_id: ID, state: 'running' }, ID],
    ['a state in upper case', { 'instance-id': ID, state: 'RUNNING' }, ID],
    [
      'an id that documentation redacted',
      { 'instance-id': 'i-EXAMPLE56126103cb', state: 'stopped' },
      'i-EXAMPLE56126103cb',
    ],
  ])('is read with %s', (_name, detail, id) => {
    expect(signalOf(stateChange(detail), 'state-change').instanceIds).toEqual([id]);
  });

  it('trusts the detail where the ARN names another instance or account', () => {
    const resources = [`arn:aws:ec2:us-east-1:123456789012:instance/${OTHER_ID}`];
    const one = stateChange({ 'instance-id': ID, state: 'stopped' }, { resources });
    expect(signalOf(one, 'state-change').instanceIds).toEqual([ID]);
  });

  it('does not take the instance from the ARN alone', () => {
    expect(parse(stateChange({ state: 'stopped' })).outcome).toBe('rejected');
  });

  it.each([
    ['no id', { state: 'stopped' }, 'detail.instance-id is missing'],
    ['an empty id', { 'instance-id': '', state: 'stopped' }, 'detail.instance-id is ""'],
    ['a number for an id', { 'instance-id': 7, state: 'stopped' }, 'detail.instance-id is 7'],
    ['an id of nine digits', { 'instance-id': 'i-123456789', state: 'stopped' }, 'i-123456789'],
    ['an id in upper case', { 'instance-id': 'i-0ABC1234DEF567890', state: 'stopped' }, 'i-0ABC'],
    ['an id with a tail', { 'instance-id': `${ID}/x`, state: 'stopped' }, '/x'],
    ['two ids', { 'instance-id': `${ID} ${OTHER_ID}`, state: 'stopped' }, 'detail.instance-id'],
    ['an unknown state', { 'instance-id': ID, state: 'asleep' }, 'detail.state is "asleep"'],
    ['no state', { 'instance-id': ID }, 'detail.state is missing'],
    ['an inherited name as state', { 'instance-id': ID, state: 'constructor' }, 'detail.state'],
  ])('is rejected with %s', (_name, detail, reason) => {
    expect(parse(stateChange(detail))).toEqual({
      outcome: 'rejected',
      reason: expect.stringContaining(reason),
    });
  });

  it.each(['', 'soon', '1722514207', '1970-01-01T00:00:00Z', '9999-01-01T00:00:00Z'])(
    'is rejected with the time %j',
    (time) => {
      expect(parse(stateChange({ 'instance-id': ID, state: 'stopped' }, { time }))).toEqual({
        outcome: 'rejected',
        reason: expect.stringMatching(/^time is .* 2001 to 2100/),
      });
    },
  );
});

describe('our own events', () => {
  const own = (source: string, detailType: string, detail: unknown) =>
    event({ source, 'detail-type': detailType, detail });

  it('reads the ready event of a server', () => {
    const ready = own('watchdog.server', 'Server Ready', { 'instance-id': ID });
    expect(signalOf(ready, 'ready').instanceIds).toEqual([ID]);
  });

  it.each([[{}], [{ 'instance-id': 'pod-23' }], [{ 'instance-id': [ID] }]])(
    'rejects a ready event with the detail %j',
    (detail) => {
      expect(parse(own('watchdog.server', 'Server Ready', detail)).outcome).toBe('rejected');
    },
  );

  it('reads the sweep, which names no instance', () => {
    const sweep = own('watchdog.scheduler', 'Sweep', {});
    expect(signalOf(sweep, 'sweep').instanceIds).toEqual([]);
  });

  it('reads a tick with its generation', () => {
    const tick = own('watchdog.queue', 'Tick', { generation: 41 });
    expect(signalOf(tick, 'tick').generation).toBe(41);
  });

  it.each([[undefined], ['41'], [-1], [1.5], [Number.MAX_VALUE], [null]])(
    'rejects a tick of generation %j',
    (generation) => {
      expect(parse(own('watchdog.queue', 'Tick', { generation })).outcome).toBe('rejected');
    },
  );
});
