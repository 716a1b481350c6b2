import { onlyResource, resourcesOf, statementsOf, templateOf } from './stack-under-test';

const QUEUE = 'AWS::SQS::Queue';
const template = templateOf();

describe('the signal queue', () => {
  const signals = onlyResource(template, QUEUE, 'SignalsQueue').properties;

  test('is a standard queue', () => {
    expect(signals['FifoQueue']).toBeUndefined();
  });

  test("hides a message for six times the function's timeout", () => {
    const { Timeout } = onlyResource(template, 'AWS::Lambda::Function').properties;
    expect(signals['VisibilityTimeout']).toBe(90);
    expect(signals['VisibilityTimeout']).toBe(Number(Timeout) * 6);
  });

  test('sets a signal aside after five attempts', () => {
    const dead = onlyResource(template, QUEUE, 'DeadLetters').id;
    expect(signals['RedrivePolicy']).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [dead, 'Arn'] },
      maxReceiveCount: 5,
    });
  });

  test.each(['DeadLetters', 'Undelivered'])('%s keep what they hold for two weeks', (part) => {
    const { properties } = onlyResource(template, QUEUE, part);
    expect(properties['MessageRetentionPeriod']).toBe(14 * 86_400);
  });
});

describe('every queue', () => {
  const queues = resourcesOf(template, QUEUE);

  test('is encrypted at rest', () => {
    expect(queues).toHaveLength(3);
    template.allResourcesProperties(QUEUE, { SqsManagedSseEnabled: true });
  });

  test.each(queues.map(({ id }) => [id]))('%s refuses what does not come over TLS', (id) => {
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').filter(
      ({ properties }) => JSON.stringify(properties['Queues']) === JSON.stringify([{ Ref: id }]),
    );
    expect(policies).toHaveLength(1);
    expect(statementsOf(policies[0]?.properties['PolicyDocument'])).toContainEqual({
      sid: undefined,
      effect: 'Deny',
      actions: ['sqs:*'],
      resources: [{ 'Fn::GetAtt': [id, 'Arn'] }],
      principal: { AWS: '*' },
      condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });
});
