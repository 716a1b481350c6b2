import { isWatchdogRole } from '../../../lambda/core/signals/actor';
import { iso } from '../../../lambda/core/time';
import { apiCall, ID, OTHER_ID, parse, session, signalOf, USER } from './event';

const items = (...ids: readonly unknown[]) => ({
  instancesSet: { items: ids.map((instanceId) => ({ instanceId })) },
});

describe('a call in CloudTrail', () => {
  it('says what was called, when, by whom and from where', () => {
    const signal = signalOf(apiCall(), 'api-call');
    expect(signal).toMatchObject({
      call: 'StopInstances',
      instanceIds: [ID],
      actor: {
        principal: 'arn:aws:iam::111122223333:user/nikki',
        kind: 'person',
        sourceIp: '192.0.2.1',
        userAgent: 'aws-cli/2.13.5',
      },
    });
    expect(iso(signal.at)).toBe('2024-08-01T12:09:58.000Z');
  });

  it.each(['StartInstances', 'StopInstances', 'RebootInstances', 'TerminateInstances'])(
    '%s is read',
    (eventName) => {
      expect(signalOf(apiCall({ eventName }), 'api-call').call).toBe(eventName);
    },
  );

  // Why this test? `String()` of either threw, and the whole batch was to come again.
  it.each([
    ['nested deep', JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown],
    ['with a toString of its own', { toString: 1, valueOf: null }],
  ])('by an identity whose type is %s is read all the same', (_what, type) => {
    const userIdentity = { type, arn: USER };
    expect(signalOf(apiCall({ userIdentity }), 'api-call').actor.kind).toBe('person');
  });

  it('names all instances of request and answer, each once', () => {
    const signal = signalOf(
      apiCall({ requestParameters: items(ID, OTHER_ID), responseElements: items(ID) }),
      'api-call',
    );
    expect(signal.instanceIds).toEqual([ID, OTHER_ID]);
  });

  it('names the instances of the answer where the request has none, and vice versa', () => {
    const answered = apiCall({ requestParameters: null, responseElements: items(ID) });
    const asked = apiCall({ eventName: 'RebootInstances', responseElements: { _return: true } });
    expect(signalOf(answered, 'api-call').instanceIds).toEqual([ID]);
    expect(signalOf(asked, 'api-call').instanceIds).toEqual([ID]);
  });

  it.each([
    ['that failed', apiCall({ errorCode: 'Client.UnauthorizedOperation' })],
    ['that was a dry run', apiCall({ errorCode: 'Client.DryRunOperation' })],
    ['of another name', apiCall({ eventName: 'RunInstances' })],
    ['of another service', apiCall({ eventSource: 'rds.amazonaws.com' })],
  ])('%s is ignored', (_name, raw) => {
    expect(parse(raw).outcome).toBe('ignored');
  });

  it('that names no instance is rejected', () => {
    const raw = apiCall({ requestParameters: items('pod-23'), responseElements: null });
    expect(parse(raw)).toEqual({
      outcome: 'rejected',
      reason: expect.stringContaining('detail.requestParameters.instancesSet'),
    });
  });
});

describe('the actor of a call', () => {
  const actorOf = (detail: Readonly<Record<string, unknown>>) =>
    signalOf(apiCall(detail), 'api-call').actor;
  const role = session('Deploy');

  it.each([
    ['an IAM user', { userIdentity: USER }, 'person'],
    ['root', { userIdentity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root' } }, 'person'],
    [
      'SSO',
      { userIdentity: session('AWSReservedSSO_Admin_0a1b2c', 'nikki@example.com') },
      'person',
    ],
    ['a role', { userIdentity: role }, 'role'],
    [
      'a service',
      { userIdentity: { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' } },
      'service',
    ],
    [
      'a service for a role',
      { userIdentity: { ...role, invokedBy: 'ssm.amazonaws.com' } },
      'service',
    ],
    ['AWS itself', { userIdentity: { ...role, invokedBy: 'AWS Internal' } }, 'service'],
    [
      'Instance Scheduler',
      { userIdentity: session('InstanceSchedulerStack-Main-1A2B') },
      'scheduler',
    ],
    ['its role of today', { userIdentity: session('prod-Scheduler-Role') }, 'scheduler'],
    [
      'EventBridge Scheduler',
      { userIdentity: { ...role, invokedBy: 'scheduler.amazonaws.com' } },
      'scheduler',
    ],
    [
      'FIS',
      { userIdentity: { ...session('Chaos', 'EXP1'), invokedBy: 'fis.amazonaws.com' } },
      'fis',
    ],
    ['FIS by its address', { userIdentity: role, sourceIPAddress: 'fis.amazonaws.com' }, 'fis'],
    ['the watchdog', { userIdentity: session('LiveChatWatchdog-FunctionRole-1A2B') }, 'watchdog'],
    ['a session named so', { userIdentity: session('Deploy', 'InstanceScheduler') }, 'role'],
    ['a session of that name', { userIdentity: session('Deploy', 'Watchdog') }, 'role'],
    ['a user agent of FIS', { userIdentity: USER, userAgent: 'fis.amazonaws.com' }, 'person'],
    [
      'a user of that name',
      { userIdentity: { ...USER, arn: 'arn:aws:iam::1:user/watchdog' } },
      'person',
    ],
  ])('is told for %s', (_name, detail, kind) => {
    expect(actorOf(detail).kind).toBe(kind);
  });

  it('is the service where there is no ARN, and unknown where there is nothing', () => {
    const service = { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' };
    expect(actorOf({ userIdentity: service }).principal).toBe('autoscaling.amazonaws.com');
    expect(actorOf({ userIdentity: undefined }).principal).toBe('unknown');
  });

  it('is cut and cleaned of what would break a log or an alert', () => {
    const arn = `arn:aws:iam::111122223333:user/\u001b[2J\nEvil${'x'.repeat(3_000)}`;
    const actor = actorOf({ userIdentity: { type: 'IAMUser', arn }, userAgent: 'a\r\nb' });
    expect(actor.principal).toMatch(/^[^\u0000-\u001f]{1,300}$/);
    expect(actor.userAgent).toBe('a b');
  });

  it('is the watchdog only by a role’s name', () => {
    expect(isWatchdogRole('arn:aws:sts::111122223333:assumed-role/Watchdog-1/x')).toBe(true);
    expect(isWatchdogRole('arn:aws:sts::111122223333:assumed-role/Deploy/watchdog')).toBe(false);
    expect(isWatchdogRole('arn:aws:iam::111122223333:user/watchdog')).toBe(false);
  });
});
