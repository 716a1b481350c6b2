import type { Json, Template } from '../../../sim/account/template';

/** What a test changes of the small template. */
export interface TemplateChanges {
  readonly statements?: readonly Json[];
  readonly mapping?: Readonly<Record<string, Json>>;
  readonly queue?: Readonly<Record<string, Json>>;
  readonly queuePolicy?: readonly Json[];
  readonly pattern?: Json;
  readonly timeout?: number;
  /** More resources. */
  readonly resources?: Template['Resources'];
  readonly outputs?: Template['Outputs'];
}

/** All that the account's services are asked for, without any condition. */
export const ALLOW_ALL: Json = {
  Effect: 'Allow',
  Action: [
    'ec2:*',
    'dynamodb:*',
    'sns:*',
    'sqs:*',
    'cloudtrail:*',
    'ssm:*',
    'cloudwatch:*',
    'events:*',
  ],
  Resource: '*',
};

const arnOf = (id: string): Json => ({ 'Fn::GetAtt': [id, 'Arn'] });

const LET_EVENTS_IN: Json = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: arnOf('Signals'),
  Condition: { ArnEquals: { 'aws:SourceArn': arnOf('StateRule') } },
};

/** A template of CloudFormation's shape with one of each resource that the simulator reads. */
export function smallTemplate(changes: TemplateChanges = {}): Template {
  return {
    ...(changes.outputs && { Outputs: changes.outputs }),
    Resources: {
      Dead: { Type: 'AWS::SQS::Queue', Properties: {} },
      Signals: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: 90,
          RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 2 },
          ...changes.queue,
        },
      },
      SignalsPolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Signals' }],
          PolicyDocument: { Statement: changes.queuePolicy ?? [LET_EVENTS_IN] },
        },
      },
      StateRule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          State: 'ENABLED',
          EventPattern: changes.pattern ?? { source: ['aws.ec2'] },
          Targets: [{ Arn: arnOf('Signals'), Id: 'Target0' }],
        },
      },
      Incidents: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        },
      },
      Alerts: { Type: 'AWS::SNS::Topic', Properties: {} },
      Role: { Type: 'AWS::IAM::Role', Properties: {} },
      RolePolicy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyDocument: { Statement: changes.statements ?? [ALLOW_ALL] },
          Roles: [{ Ref: 'Role' }],
        },
      },
      ...functionOf(changes),
      ...changes.resources,
    },
  };
}

/** The function and what feeds it. */
function functionOf(changes: TemplateChanges): Template['Resources'] {
  return {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Role: arnOf('Role'),
        Timeout: changes.timeout ?? 15,
        Environment: {
          Variables: {
            QUEUE_URL: { Ref: 'Signals' },
            TOPIC_ARN: { Ref: 'Alerts' },
            TABLE_NAME: { Ref: 'Incidents' },
            POLICIES: '{"livechat":{}}',
          },
        },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        BatchSize: 100,
        MaximumBatchingWindowInSeconds: 1,
        EventSourceArn: arnOf('Signals'),
        FunctionName: { Ref: 'Function' },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
        ...changes.mapping,
      },
    },
  };
}
