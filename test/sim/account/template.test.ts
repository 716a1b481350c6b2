import { Deployment, UnsimulatedTemplateError, type Json } from '../../../sim/account/template';
import { smallTemplate } from './small-template';

const deployment = new Deployment(smallTemplate(), {
  accountId: '111122223333',
  region: 'us-east-1',
});

it.each([
  [{ Ref: 'AWS::AccountId' }, '111122223333'],
  [{ Ref: 'Signals' }, 'https://sqs.us-east-1.amazonaws.com/111122223333/Watchdog-Signals'],
  [{ Ref: 'Alerts' }, 'arn:aws:sns:us-east-1:111122223333:Watchdog-Alerts'],
  [{ Ref: 'Incidents' }, 'Watchdog-Incidents'],
  [{ 'Fn::GetAtt': ['Signals', 'Arn'] }, 'arn:aws:sqs:us-east-1:111122223333:Watchdog-Signals'],
  [{ 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::111122223333:role/Watchdog-Role'],
  [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':x']] }, 'arn:aws:x'],
  [
    { 'Fn::Sub': '${AWS::Region}/${Incidents}/${Role.Arn}' },
    'us-east-1/Watchdog-Incidents/arn:aws:iam::111122223333:role/Watchdog-Role',
  ],
  [
    { 'Fn::Sub': ['${Name}-${AWS::Region}', { Name: { Ref: 'Incidents' } }] },
    'Watchdog-Incidents-us-east-1',
  ],
  [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  [
    { a: [{ Ref: 'AWS::Region' }], b: 1 },
    { a: ['us-east-1'], b: 1 },
  ],
] as readonly [Json, Json][])('resolves %j', (value, resolved) => {
  expect(deployment.resolve(value)).toEqual(resolved);
});

it.each([
  [{ 'Fn::ImportValue': 'x' }],
  [{ 'Fn::If': ['Condition', 'a', 'b'] }],
  [{ Ref: 'Nobody' }],
  [{ 'Fn::GetAtt': ['Nobody', 'Arn'] }],
  [{ 'Fn::GetAtt': ['Incidents', 'StreamArn'] }],
] as readonly [Json][])('refuses %j', (value) => {
  expect(() => deployment.resolve(value)).toThrow(UnsimulatedTemplateError);
});
