import { ResourcePolicy, RolePolicy } from '../../../sim/account/iam';
import { Deployment, UnsimulatedTemplateError, type Json } from '../../../sim/account/template';
import { smallTemplate } from './small-template';

const HOME = { accountId: '111122223333', region: 'us-east-1' };
const ROLE = 'arn:aws:iam::111122223333:role/Watchdog-Role';
const INSTANCE = 'arn:aws:ec2:us-east-1:111122223333:instance/i-1';

const roleWith = (...statements: readonly Json[]): RolePolicy =>
  new RolePolicy(new Deployment(smallTemplate({ statements }), HOME), ROLE);

const start = (Condition?: Json, more: object = {}): Json => ({
  Effect: 'Allow',
  Action: 'ec2:StartInstances',
  Resource: 'arn:aws:ec2:*:*:instance/*',
  ...(Condition === undefined ? {} : { Condition }),
  ...more,
});

const tagged = { 'aws:ResourceTag/watchdog': 'livechat' };
const keys = (...list: readonly string[]) => ({ 'aws:TagKeys': list });

const CASES: readonly [
  string,
  readonly Json[],
  Record<string, string | readonly string[]>,
  string,
][] = [
  ['no statement for it', [start(undefined, { Action: 'ec2:StopInstances' })], {}, 'not-allowed'],
  ['a plain allow', [start()], {}, 'allowed'],
  ['a wildcard in the action', [start(undefined, { Action: 'ec2:Start*' })], {}, 'allowed'],
  ['an action in other case', [start(undefined, { Action: 'EC2:startinstances' })], {}, 'allowed'],
  [
    'another resource',
    [start(undefined, { Resource: 'arn:aws:ec2:*:*:volume/*' })],
    {},
    'not-allowed',
  ],
  ['an explicit deny', [start(), start(undefined, { Effect: 'Deny' })], {}, 'denied'],
  [
    'Null false, tag there',
    [start({ Null: { 'aws:ResourceTag/watchdog': 'false' } })],
    tagged,
    'allowed',
  ],
  [
    'Null false, tag absent',
    [start({ Null: { 'aws:ResourceTag/watchdog': 'false' } })],
    {},
    'not-allowed',
  ],
  ['StringEquals of an absent key', [start({ StringEquals: { 'a:b': 'x' } })], {}, 'not-allowed'],
  ['…IfExists of an absent key', [start({ StringEqualsIfExists: { 'a:b': 'x' } })], {}, 'allowed'],
  [
    'StringLike',
    [start({ StringLike: { 'aws:ResourceTag/watchdog': 'live*' } })],
    tagged,
    'allowed',
  ],
  [
    'StringNotEquals',
    [start({ StringNotEquals: { 'aws:ResourceTag/watchdog': 'livechat' } })],
    tagged,
    'not-allowed',
  ],
  [
    'Bool',
    [start({ Bool: { 'aws:SecureTransport': 'true' } })],
    { 'aws:SecureTransport': 'false' },
    'not-allowed',
  ],
  [
    'a key in other case',
    [start({ StringEquals: { 'AWS:resourcetag/watchdog': 'livechat' } })],
    tagged,
    'allowed',
  ],
  [
    'a tag in other case',
    [start({ StringEquals: { 'aws:ResourceTag/Watchdog': 'livechat' } })],
    tagged,
    'not-allowed',
  ],
  [
    'ForAllValues, all of them',
    [start({ 'ForAllValues:StringEquals': keys('a', 'b') })],
    keys('a'),
    'allowed',
  ],
  [
    'ForAllValues, one too many',
    [start({ 'ForAllValues:StringEquals': keys('a') })],
    keys('a', 'c'),
    'not-allowed',
  ],
  ['ForAnyValue', [start({ 'ForAnyValue:StringEquals': keys('a') })], keys('a', 'c'), 'allowed'],
  [
    'two conditions of which one fails',
    [start({ Null: { 'aws:ResourceTag/watchdog': 'false' }, StringEquals: { 'a:b': 'x' } })],
    tagged,
    'not-allowed',
  ],
];

it.each(CASES)('%s', (_what, statements, context, verdict) => {
  const request = { action: 'ec2:StartInstances', resource: INSTANCE, context };
  expect(roleWith(...statements).judge(request)).toBe(verdict);
});

it.each([
  ['an unknown operator', start({ NumericLessThan: { 'a:b': '1' } })],
  ['an unknown quantifier', start({ 'ForSome:StringEquals': { 'a:b': '1' } })],
  ['NotAction', { Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' }],
  ['a policy variable', start(undefined, { Resource: 'arn:aws:s3:::${aws:username}' })],
] as readonly [string, Json][])('refuses %s when it is loaded', (_what, statement) => {
  expect(() => roleWith(statement)).toThrow(UnsimulatedTemplateError);
});

it('lets a service in by a resource policy only under its condition', () => {
  const policy = new ResourcePolicy([
    {
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: 'arn:q',
        Condition: { ArnEquals: { 'aws:SourceArn': 'arn:rule' } },
      },
    },
  ]);
  const from = (rule: string) => ({
    action: 'sqs:SendMessage',
    resource: 'arn:q',
    context: { 'aws:SourceArn': rule },
  });
  expect(policy.allows('events.amazonaws.com', from('arn:rule'))).toBe(true);
  expect(policy.allows('events.amazonaws.com', from('arn:other'))).toBe(false);
  expect(policy.allows('sns.amazonaws.com', from('arn:rule'))).toBe(false);
});
