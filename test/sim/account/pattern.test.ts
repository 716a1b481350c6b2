import { compilePattern } from '../../../sim/account/pattern';
import { UnsimulatedTemplateError, type Json } from '../../../sim/account/template';

const EVENT = {
  source: 'aws.ec2',
  resources: ['arn:a', 'arn:b'],
  detail: { state: 'stopped', 'instance-id': 'i-1', nested: { deep: 1 } },
};

const CASES: readonly [Json, boolean][] = [
  [{ source: ['aws.ec2'] }, true],
  [{ source: ['aws.ec2', 'aws.health'] }, true],
  [{ source: ['aws.health'] }, false],
  [{ source: ['aws.ec2'], detail: { state: ['running'] } }, false],
  [{ detail: { nested: { deep: [1] } } }, true],
  [{ detail: { nested: { deep: ['1'] } } }, false],
  [{ resources: ['arn:b'] }, true],
  [{ resources: ['arn:c'] }, false],
  [{ detail: { absent: ['x'] } }, false],
  [{ detail: { absent: [{ exists: false }] } }, true],
  [{ detail: { state: [{ exists: true }] } }, true],
  [{ detail: { 'instance-id': [{ prefix: 'i-' }] } }, true],
  [{ detail: { state: [{ 'anything-but': ['running', 'pending'] }] } }, true],
  [{ detail: { state: [{ 'anything-but': 'stopped' }] } }, false],
  [{ detail: { absent: [{ 'anything-but': 'stopped' }] } }, false],
];

it.each(CASES)('%j', (pattern, matches) => {
  expect(compilePattern(pattern)(EVENT)).toBe(matches);
});

it.each([
  [{ source: [{ suffix: 'ec2' }] }],
  [{ source: [{ wildcard: 'aws.*' }] }],
  [{ source: [{ numeric: ['>', 1] }] }],
  [{ $or: [{ source: ['a'] }] }],
  [{ source: [{ prefix: { 'equals-ignore-case': 'x' } }] }],
  [{ source: 'aws.ec2' }],
] as readonly [Json][])('refuses %j when it is loaded', (pattern) => {
  expect(() => compilePattern(pattern)).toThrow(UnsimulatedTemplateError);
});
