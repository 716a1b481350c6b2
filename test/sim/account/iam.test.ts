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

/** One statement about anything, with a condition; a request with a context. */
const SINGLE: readonly [string, string, Record<string, Json>, Record<string, unknown>, boolean][] =
  [
    [
      'an attribute',
      'StringEquals',
      { 'ec2:Attribute': 'InstanceType' },
      { 'ec2:Attribute': 'InstanceType' },
      true,
    ],
    [
      'another attribute',
      'StringEquals',
      { 'ec2:Attribute': 'InstanceType' },
      { 'ec2:Attribute': 'UserData' },
      false,
    ],
    ['no attribute', 'StringEquals', { 'ec2:Attribute': 'InstanceType' }, {}, false],
    [
      'a named attribute',
      'Null',
      { 'ec2:Attribute/InstanceType': 'false' },
      { 'ec2:Attribute/InstanceType': 'm6i.large' },
      true,
    ],
    [
      'a tag of the request',
      'StringEquals',
      { 'aws:RequestTag/watchdog': 'own' },
      { 'aws:RequestTag/watchdog': 'own' },
      true,
    ],
    [
      'another tag of the request',
      'StringEquals',
      { 'aws:RequestTag/watchdog': 'own' },
      { 'aws:RequestTag/other': 'own' },
      false,
    ],
    [
      'the creating action',
      'StringEquals',
      { 'ec2:CreateAction': 'CreateCapacityReservation' },
      { 'ec2:CreateAction': 'CreateCapacityReservation' },
      true,
    ],
    [
      'tagging without creating',
      'StringEquals',
      { 'ec2:CreateAction': 'CreateCapacityReservation' },
      {},
      false,
    ],
    ['one of many', 'StringEquals', { 'a:b': ['x', 'y'] }, { 'a:b': 'y' }, true],
    ['none of many', 'StringNotEquals', { 'a:b': ['x', 'y'] }, { 'a:b': 'y' }, false],
    ['neither of many', 'StringNotEquals', { 'a:b': ['x', 'y'] }, { 'a:b': 'z' }, true],
    ['a negation of an absent key', 'StringNotEquals', { 'a:b': 'x' }, {}, true],
    ['any case', 'StringEqualsIgnoreCase', { 'a:b': 'Xy' }, { 'a:b': 'xY' }, true],
    ['its own case', 'StringEquals', { 'a:b': 'Xy' }, { 'a:b': 'xY' }, false],
    ['no pattern in StringEquals', 'StringEquals', { 'a:b': 'x*' }, { 'a:b': 'xy' }, false],
    ['a pattern in StringLike', 'StringLike', { 'a:b': 'x?z*' }, { 'a:b': 'xyz1' }, true],
    ['an empty value', 'Null', { 'a:b': 'false' }, { 'a:b': '' }, true],
    ['a boolean of JSON', 'Bool', { 'a:b': true }, { 'a:b': 'true' }, true],
    [
      'an ARN',
      'ArnEquals',
      { 'a:b': 'arn:aws:ec2:*:111122223333:instance/*' },
      { 'a:b': INSTANCE },
      true,
    ],
    [
      'an ARN of another account',
      'ArnEquals',
      { 'a:b': 'arn:aws:ec2:*:444455556666:instance/*' },
      { 'a:b': INSTANCE },
      false,
    ],
    [
      'a wildcard that would reach across a colon',
      'ArnLike',
      { 'a:b': 'arn:aws:*:instance/i-1' },
      { 'a:b': INSTANCE },
      false,
    ],
    [
      'a name with a colon',
      'ArnLike',
      { 'a:b': 'arn:aws:sns:*:*:a:*' },
      { 'a:b': 'arn:aws:sns:us-east-1:1:a:b:c' },
      true,
    ],
    ['any other ARN', 'ArnNotEquals', { 'a:b': INSTANCE }, { 'a:b': `${INSTANCE}2` }, true],
    ['not that ARN', 'ArnNotLike', { 'a:b': INSTANCE }, { 'a:b': INSTANCE }, false],
  ];

const MANY: typeof SINGLE = [
  ['all of them', 'ForAllValues:StringEquals', { 'aws:TagKeys': ['a', 'b'] }, keys('b', 'a'), true],
  ['none at all', 'ForAllValues:StringEquals', { 'aws:TagKeys': ['a'] }, {}, true],
  ['an empty list', 'ForAllValues:StringEquals', { 'aws:TagKeys': ['a'] }, keys(), true],
  ['an empty list', 'Null', { 'aws:TagKeys': 'false' }, keys(), false],
  [
    'patterns for all',
    'ForAllValues:StringLike',
    { 'aws:TagKeys': 'watchdog:*' },
    keys('watchdog:a', 'b'),
    false,
  ],
  [
    'no forbidden one',
    'ForAllValues:StringNotEquals',
    { 'aws:TagKeys': ['x'] },
    keys('a', 'b'),
    true,
  ],
  [
    'a forbidden one',
    'ForAllValues:StringNotEquals',
    { 'aws:TagKeys': ['x'] },
    keys('a', 'x'),
    false,
  ],
  ['any of none', 'ForAnyValue:StringEquals', { 'aws:TagKeys': ['a'] }, {}, false],
  [
    'any of none, if there are some',
    'ForAnyValue:StringEqualsIfExists',
    { 'aws:TagKeys': ['a'] },
    {},
    true,
  ],
  [
    'any by its pattern',
    'ForAnyValue:StringLike',
    { 'aws:TagKeys': 'wa*' },
    keys('a', 'watchdog'),
    true,
  ],
];

describe.each([...SINGLE, ...MANY])('%s by %s', (_what, operator, condition, context, holds) => {
  const request = {
    action: 'ec2:StartInstances',
    resource: INSTANCE,
    context: context as Record<string, string>,
  };
  const statement = start({ [operator]: condition });

  it(`is ${holds ? 'allowed' : 'not allowed'}`, () => {
    expect(roleWith(statement).judge(request)).toBe(holds ? 'allowed' : 'not-allowed');
  });

  it(`is ${holds ? 'denied' : 'not denied'} by a deny beside an allow`, () => {
    const deny = { ...(statement as object), Effect: 'Deny' };
    expect(roleWith(start(), deny).judge(request)).toBe(holds ? 'denied' : 'allowed');
    expect(roleWith(deny, start()).judge(request)).toBe(holds ? 'denied' : 'allowed');
  });
});

it('does not guess what an operator without a quantifier means for many values', () => {
  const role = roleWith(start({ StringEquals: { 'aws:TagKeys': 'a' } }));
  const ask = (context: ReturnType<typeof keys>) => () =>
    role.judge({ action: 'ec2:StartInstances', resource: INSTANCE, context });
  expect(ask(keys('a', 'b'))).toThrow('needs a quantifier');
  expect(ask(keys('a'))()).toBe('allowed');
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
