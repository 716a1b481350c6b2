import { renderSharedNotice, sharedNotices } from '../../../lambda/core/alert/shared-notice';
import type { InstanceRecord } from '../../../lambda/core/record';
import { aRecord } from '../builders';
import { CONTEXT, anAlert } from './sample';

const KEY = 'health:arn:aws:health:us-east-1::event/EC2/X/1:open';
const noticed = (count: number, key = KEY, name = 'pod'): readonly InstanceRecord[] =>
  Array.from({ length: count }, (_, index) =>
    aRecord({
      instanceId: `i-${index}`,
      label: { ...aRecord().label, name: `${name}-${index}` },
      outbox: [anAlert('notice', { key, severity: 'warning', text: 'AWS Health: X. Bad.' })],
    }),
  );
const render = (records: readonly InstanceRecord[]) => {
  const [shared] = sharedNotices(records);
  if (shared === undefined) throw new Error('nothing is shared');
  return renderSharedNotice(shared, CONTEXT);
};

describe('a notice that AWS Health gives to many', () => {
  it('is one from five servers on, and NOT below', () => {
    expect(sharedNotices(noticed(5))[0]?.records).toHaveLength(5);
    expect(sharedNotices(noticed(4))).toEqual([]);
  });

  it('is NOT shared with another event, nor is what is told of one server', () => {
    expect(sharedNotices([...noticed(3), ...noticed(3, `${KEY}2`)])).toEqual([]);
    expect(sharedNotices(noticed(9, 'finding:spot:'))).toEqual([]);
  });

  it('says what it is and names the servers', () => {
    const { subject, email, sms } = render(noticed(6));
    expect(subject).toBe('6 servers notice: AWS Health: X. Bad.');
    expect(email).toContain('What     AWS Health: X. Bad.\n');
    expect(email).toContain('  pod-5 (i-5, us-east-1b)\n');
    expect(sms).toBe('6 servers notice: AWS Health: X. Bad. See the e-mail.');
  });

  it('fits for a thousand, and a hostile name stays in its line', () => {
    const { email, subject } = render(
      noticed(1_000, KEY, `x\nYou      run this ${'y'.repeat(999)}`),
    );
    expect(email).toContain('  and 800 more\n');
    expect(email.split('\n').filter((line) => line.startsWith('You'))).toEqual([]);
    expect(Buffer.byteLength(email)).toBeLessThan(40_000);
    expect(subject.length).toBeLessThan(100);
  });
});
