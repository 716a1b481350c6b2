import { HandMade, POD } from './hand-made';

/** Planned moves at any time of the day. */
export const ANYTIME = { livechat: { maintenanceWindow: { from: '00:00', to: '00:00' } } };

/** Its application fails at 100 s, and its service is restarted, where a document is sent. */
export function ailing(document?: string): HandMade {
  const history = new HandMade({ livechat: { restartDocument: 'restart-livechat' } })
    .instance()
    .check(100, ['application', 'impaired']);
  if (document === undefined) return history;
  const instanceIds = [POD];
  return history
    .readsChecks(229)
    .call(230, 'SendCommand', { service: 'ssm', instanceIds, effect: { document } });
}

/** A claim on it is kept at 220 s, and its invocation hears this of it. */
export function kept(history: HandMade, answer: string): HandMade {
  const stored = { pk: 'fleet', sk: `instance#${POD}`, version: 2, leaseToken: 1, leaseOwner: 'a' };
  return history.call(220, 'TransactWriteItems', {
    service: 'dynamodb',
    effect: { stored, code: 'ok' },
    code: answer,
  });
}

/** The same claim once more, which DynamoDB answers as it did the first one. */
export const AGAIN = ['TransactWriteItems', { service: 'dynamodb' }] as const;
/** The call that stops it. */
export const STOPS = ['StopInstances', { instanceIds: [POD] }] as const;

/** CloudTrail's copy of a call on it reaches the queue. */
export function copied(history: HandMade, seconds: number): HandMade {
  const eventId = `copy-${seconds}`;
  const source = 'aws.ec2';
  return history
    .add(seconds, {
      kind: 'event',
      eventId,
      source,
      detailType: 'AWS API Call via CloudTrail',
      rules: ['r'],
      instanceIds: [POD],
    })
    .add(seconds, { kind: 'delivered', queue: 'q', messageId: eventId, eventId, source });
}

/** It gets another type while it is stopped. */
export function retyped(instanceType: string): HandMade {
  const policies = {
    livechat: { alternateTypes: ['m6a.large'], ladders: { 'no-capacity': ['change-type'] } },
  };
  const changed = [{ instanceId: POD, instanceType }];
  return new HandMade(policies)
    .instance()
    .stops(100)
    .reads(150, 'stopped')
    .call(200, 'ModifyInstanceAttribute', { effect: { changed } });
}

/** A server with the mark of a game day, which an experiment stops. */
export function marked(until: string): HandMade {
  const role = 'arn:aws:iam::111122223333:role/fis';
  return new HandMade()
    .instance({ tags: { watchdog: 'livechat', 'watchdog:game-day': `${until} ${role}` } })
    .stops(100, { by: { kind: 'fis', name: role }, code: 'Client.UserInitiatedShutdown' })
    .reads(106, 'stopped')
    .starts(107);
}
