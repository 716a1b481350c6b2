import { addNotice, findingNotice, healthNotice } from '../../lambda/core/notices';
import { aRecord, at, healthEvent } from './builders';

describe('a notice', () => {
  const notice = { key: 'k', severity: 'info', text: 't' } as const;

  it('is told once', () => {
    const told = addNotice(aRecord(), notice, at(1));
    expect(told.outbox).toEqual([{ ...notice, kind: 'notice', at: at(1) }]);
    expect(addNotice(told, notice, at(2))).toBe(told);
  });

  it('is NOT remembered for ever: 50 keys, the newest', () => {
    let record = aRecord();
    for (let index = 0; index < 200; index += 1) {
      record = addNotice(record, { ...notice, key: `k${index}` }, at(index));
    }
    expect(record.told).toHaveLength(50);
    expect(record.told.at(-1)).toBe('k199');
  });
});

describe('AWS Health', () => {
  it.each([
    ['availability-issue', 'open', 'impaired', 'warning'],
    ['auto-recovery-failure', 'closed', 'resolved', 'critical'],
    ['auto-recovery-success', 'closed', 'resolved', 'info'],
    ['retirement-scheduled', 'upcoming', 'pending', 'warning'],
    ['volume-lost', 'open', 'impaired', 'critical'],
    ['other', 'open', 'unknown', 'info'],
    ['availability-issue', 'closed', 'impaired', undefined],
    ['availability-issue', 'open', 'resolved', undefined],
    ['retirement-scheduled', 'closed', 'unknown', undefined],
  ] as const)('%s, %s, %s: %s', (topic, status, entityStatus, severity) => {
    expect(healthNotice(healthEvent({ topic, status, entityStatus }))?.severity).toBe(severity);
  });

  it('is one notice an event and stage, whatever the update', () => {
    const first = healthNotice(healthEvent({ key: 'a', at: at(1) }));
    const update = healthNotice(healthEvent({ key: 'b', at: at(900) }));
    expect(update?.key).toBe(first?.key);
    expect(healthNotice(healthEvent({ status: 'upcoming' }))?.key).not.toBe(first?.key);
  });
});

describe('an instance that is left alone', () => {
  it('is told with what mends it', () => {
    const { text, severity } = findingNotice({ kind: 'unknown-policy', value: 'livchat' }, [
      'livechat',
    ]);
    expect(severity).toBe('warning');
    expect(text).toContain('"livchat" names no policy (there are: livechat)');
  });

  it('is told again when the tag is wrong in another way', () => {
    const key = (value: string): string => findingNotice({ kind: 'unknown-policy', value }, []).key;
    expect(key('a')).not.toBe(key('b'));
  });
});
