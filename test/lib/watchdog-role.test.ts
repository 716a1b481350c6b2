import { AWS_EBS_ALIAS } from '../../lambda/adapters/aws-ebs-key';
import { EVENT_SOURCE as CORE_EVENT_SOURCE } from '../../lambda/core/alert/event';
import { OPERATOR_TAGS, OPT_IN_TAG, OWN_TAGS, RESERVATION_TAG } from '../../lambda/core/tags';
import { EVENT_SOURCE } from '../../lib/environment';
import {
  AWS_KEY_SID,
  INSTANCES,
  OPTED_IN,
  allowedIn,
  allowing,
  arnHere,
  full,
  permissionsOf,
  roleOf,
  small,
  templates,
} from './role-under-test';
import { FULL, onlyResource, resourcesOf, statementsOf } from './stack-under-test';

describe.each(templates)('the role, in %s', (_, template) => {
  const statements = allowedIn(template);
  const actions = statements.flatMap((statement) => statement.actions);

  test('has what its inline policy says and nothing from elsewhere', () => {
    expect(roleOf(template)['ManagedPolicyArns']).toBeUndefined();
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  });

  test('fits the quota of a role: 10,240 characters of inline policies', () => {
    expect(JSON.stringify(roleOf(template)['Policies']).length).toBeLessThan(9_500);
  });

  test.each([
    /terminate/i,
    /delete(?!Message$)/i,
    /release/i,
    /attach/i,
    /associate(?!Address$)/i,
    /disassociate/i,
    /runInstances/i,
    /passRole/i,
    /userData/i,
    /securityGroup/i,
    /^iam:/,
    /^kms:(Schedule|Disable|Put)/,
  ])('allows no action that matches %s', (forbidden) => {
    expect(actions.filter((action) => forbidden.test(action))).toEqual([]);
  });

  test('has no wildcard among its actions but for the data keys of the topics', () => {
    const wildcards = actions.filter((action) => action.includes('*'));
    expect(wildcards.filter((action) => action !== 'kms:GenerateDataKey*')).toEqual([]);
  });

  test('has the resource "*" only where AWS takes no other', () => {
    const everywhere = statements.filter(({ resources }) => resources.includes('*'));
    const application = ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'];
    expect(everywhere.flatMap((statement) => statement.actions).sort()).toEqual([
      'cloudtrail:LookupEvents',
      ...(template === full ? application : []),
      ...(template === full ? ['ec2:DescribeAddresses'] : []),
      'ec2:DescribeInstanceStatus',
      'ec2:DescribeInstanceTypeOfferings',
      'ec2:DescribeInstanceTypes',
      'ec2:DescribeInstances',
      'ec2:DescribeVolumes',
      ...(template === full ? ['ssm:ListCommandInvocations'] : []),
    ]);
  });
});

describe('mutations', () => {
  test('a start: only instances of this account and Region that carry the opt-in tag', () => {
    const { resources, condition } = allowing('ec2:StartInstances');
    expect(resources).toEqual([INSTANCES]);
    expect(condition).toEqual(OPTED_IN);
  });

  test("a tag: only there, and only the watchdog's own keys, at least one of them", () => {
    const { resources, condition } = allowing('ec2:CreateTags');
    expect(resources).toEqual([INSTANCES]);
    expect(condition).toEqual({
      Null: { [`aws:ResourceTag/${OPT_IN_TAG}`]: 'false', 'aws:TagKeys': 'false' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': Object.values(OWN_TAGS) },
    });
  });

  test.each([OPT_IN_TAG, RESERVATION_TAG, ...Object.values(OPERATOR_TAGS)])(
    'never the tag %s',
    (key) => {
      const { condition } = allowing('ec2:CreateTags');
      const keys = (condition as Record<string, Record<string, unknown>>)[
        'ForAllValues:StringEquals'
      ]?.['aws:TagKeys'];
      expect(keys).not.toContain(key);
    },
  );

  test('attributes, among which user data, are read only of what opted in', () => {
    const { resources, condition } = allowing('ec2:DescribeInstanceAttribute');
    expect(resources).toEqual([INSTANCES]);
    expect(condition).toEqual(OPTED_IN);
  });
});

describe("the stack's own resources", () => {
  const attribute = (type: string, part = '') => ({
    'Fn::GetAtt': [onlyResource(small, type, part).id, 'Arn'],
  });

  test.each([
    ['sqs:ReceiveMessage', attribute('AWS::SQS::Queue', 'SignalsQueue')],
    ['sqs:SendMessage', attribute('AWS::SQS::Queue', 'SignalsQueue')],
    ['dynamodb:Query', attribute('AWS::DynamoDB::Table')],
    ['dynamodb:PutItem', attribute('AWS::DynamoDB::Table')],
    ['sns:Publish', { Ref: onlyResource(small, 'AWS::SNS::Topic', 'Alerts').id }],
    ['logs:PutLogEvents', attribute('AWS::Logs::LogGroup')],
  ])('%s is allowed there only', (action, resource) => {
    expect(allowing(action).resources).toEqual([resource]);
  });

  test('with chat and pager it publishes to their topics too', () => {
    const topics = ['Alerts', 'Chat', 'Pager'].map((part) => ({
      Ref: onlyResource(full, 'AWS::SNS::Topic', part).id,
    }));
    expect(allowing('sns:Publish', full).resources).toEqual(topics);
  });

  test('events are of its own source only, on the bus of this account, and only where wanted', () => {
    expect(EVENT_SOURCE).toBe(CORE_EVENT_SOURCE);
    expect(allowing('events:PutEvents', full)).toMatchObject({
      resources: [arnHere('events', 'event-bus/default')],
      condition: {
        'ForAllValues:StringEquals': { 'events:source': CORE_EVENT_SOURCE },
        Null: { 'events:source': 'false' },
      },
    });
    expect(JSON.stringify(permissionsOf(small))).not.toContain('events:');
  });

  test('it cannot publish to the topic that tells of its own failure', () => {
    const ops = onlyResource(small, 'AWS::SNS::Topic', 'Ops').id;
    expect(JSON.stringify(permissionsOf(small))).not.toContain(ops);
  });

  test('only Lambda may assume it', () => {
    expect(statementsOf(roleOf(small)['AssumeRolePolicyDocument'])).toMatchObject([
      { actions: ['sts:AssumeRole'], principal: { Service: 'lambda.amazonaws.com' } },
    ]);
  });
});

describe('KMS', () => {
  test("is no part of the role but for the metadata of AWS's own key, unless configured", () => {
    const concerned = permissionsOf(small).filter(({ actions }) =>
      actions.some((action) => action.startsWith('kms:')),
    );
    expect(concerned.map(({ sid }) => sid)).toEqual([AWS_KEY_SID]);
  });

  test.each(templates)(
    "AWS's own key for volumes is described, and no other, in %s",
    (_, template) => {
      const found = permissionsOf(template).filter(({ sid }) => sid === AWS_KEY_SID);
      expect(found).toMatchObject([
        {
          effect: 'Allow',
          actions: ['kms:DescribeKey'],
          resources: [arnHere('kms', 'key/*')],
          condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': AWS_EBS_ALIAS } },
        },
      ]);
    },
  );

  test('grants on the configured keys are for EC2 only', () => {
    const { actions, resources, condition } = allowing('kms:CreateGrant', full);
    expect(actions).toEqual(['kms:CreateGrant']);
    expect(resources).toEqual(FULL.kmsKeyArns);
    expect(condition).toEqual({ Bool: { 'kms:GrantIsForAWSResource': 'true' } });
  });

  test.each([
    'kms:DescribeKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ])('%s only through EC2', (action) => {
    const { actions, resources, condition } = allowing(action, full);
    expect(actions).toContain('kms:Decrypt');
    expect(resources).toEqual(FULL.kmsKeyArns);
    expect(condition).toEqual({
      StringEquals: {
        'kms:ViaService': { 'Fn::Join': ['', ['ec2.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
      },
    });
  });

  test('the key of encrypted topics is usable, and no other key without a condition', () => {
    const key = onlyResource(full, 'AWS::KMS::Key').id;
    const bare = allowedIn(full).filter(
      ({ actions, condition }) =>
        condition === undefined && actions.some((action) => action.startsWith('kms:')),
    );
    expect(bare).toMatchObject([
      {
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: [{ 'Fn::GetAtt': [key, 'Arn'] }],
      },
    ]);
    expect(resourcesOf(small, 'AWS::KMS::Key')).toEqual([]);
  });
});
