import { parseSignal } from '../../../lambda/core/signals/parse';
import { instant } from '../../../lambda/core/time';

const HOME = { accountId: '111122223333', region: 'us-east-1' };
const ID = 'i-0a1b2c3d4e5f60023';
const KEY = 'pod-23-20240801-1210-0023/presence/1';
const AT = instant(Date.UTC(2024, 7, 1, 12, 11, 7));

const event = (source: string, detailType: string, detail: object): object => ({
  id: 'e',
  source,
  'detail-type': detailType,
  account: HOME.accountId,
  region: HOME.region,
  time: '2024-08-01T12:11:07Z',
  resources: [],
  detail,
});
const callback = (over: object = {}): unknown =>
  parseSignal(
    event('watchdog.hook', 'Hook Status', {
      'instance-id': ID,
      key: KEY,
      status: 'done',
      ...over,
    }),
    HOME,
  );
const command = (over: object = {}): unknown =>
  parseSignal(
    event('aws.ssm', 'EC2 Command Invocation Status-change Notification', {
      'command-id': 'c-1',
      'document-name': 'LiveChat-Backfill',
      'instance-id': ID,
      status: 'Success',
      ...over,
    }),
    HOME,
  );

describe('the callback of a hook', () => {
  it('is news of its key', () => {
    expect(callback({ try: 2, chatsRecovered: 17 })).toMatchObject({
      outcome: 'signal',
      signal: {
        instanceIds: [ID],
        news: {
          kind: 'callback',
          key: KEY,
          status: 'done',
          attempt: 2,
          chatsRecovered: 17,
          at: AT,
        },
      },
    });
  });

  it.each([
    ['no instance', { 'instance-id': 'pod-23' }],
    ['no key', { key: '' }],
    ['a key that is none', { key: 'a b' }],
    ['another status', { status: 'perhaps' }],
  ])('with %s is rejected', (_, over) => {
    expect(callback(over)).toMatchObject({ outcome: 'rejected' });
  });

  it.each([-1, 1.5, '17', Number.MAX_VALUE])('does not take %p for a number of chats', (number) => {
    const parsed = callback({ chatsRecovered: number });
    expect(JSON.stringify(parsed)).not.toContain('chatsRecovered');
  });
});

describe('the status of a command', () => {
  it.each([
    ['InProgress', 'started'],
    ['Success', 'done'],
    ['Failed', 'failed'],
    ['TimedOut', 'failed'],
    ['Cancelled', 'failed'],
  ])('%s is %s', (status, means) => {
    expect(command({ status })).toMatchObject({
      outcome: 'signal',
      signal: { news: { kind: 'command', commandId: 'c-1', status: means } },
    });
  });

  it.each(['Pending', 'Delayed', 'Cancelling', 'toString'])('%s is ignored', (status) => {
    expect(command({ status })).toMatchObject({ outcome: 'ignored' });
  });

  it('without its id is rejected', () => {
    expect(command({ 'command-id': '' })).toMatchObject({ outcome: 'rejected' });
  });
});
