import {
  blocksRescue,
  describeFinding,
  findingsOf,
  outOfScope,
  policyOf,
  readyTagProves,
  readyTagValue,
  type Finding,
  type RescueFacts,
} from '../../lambda/core/readiness';
import { ID, T0, aPolicy, aView, policiesOf, tagged } from './builders';

const FACTS: RescueFacts = { kmsKeyArns: [], stopProtection: false, mayStart: true };
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1';
const kinds = (findings: readonly Finding[]): readonly string[] => findings.map(({ kind }) => kind);

describe('what a rescue needs', () => {
  it.each<[string, Partial<RescueFacts>, readonly string[], readonly string[]]>([
    ['everything is there', {}, [], []],
    ['it may not be started', { mayStart: false }, [], ['start-not-permitted']],
    ['a key that is not configured', { kmsKeyArns: [KEY] }, [], ['kms-key-not-configured']],
    ['a key that is configured', { kmsKeyArns: [KEY] }, [KEY], []],
    ['stop protection', { stopProtection: true }, [], ['stop-protection']],
    [
      'nothing could be read',
      { kmsKeyArns: undefined, stopProtection: undefined, mayStart: undefined },
      [],
      [],
    ],
  ])('%s', (_name, facts, configured, expected) => {
    expect(kinds(findingsOf(aView(), { ...FACTS, ...facts }, configured))).toEqual(expected);
  });

  it('an address that changes is told, an Elastic IP is NOT', () => {
    const view = aView({ publicIp: '203.0.113.9', hasElasticIp: false });
    expect(kinds(findingsOf(view, FACTS, []))).toEqual(['address-changes']);
    expect(findingsOf({ ...view, hasElasticIp: true }, FACTS, [])).toEqual([]);
  });
});

describe('out of scope', () => {
  it('is NOT an ordinary instance', () => {
    expect(outOfScope(aView())).toBeUndefined();
  });

  it('each kind is described in a sentence, and a rescue cannot be', () => {
    const found = [
      outOfScope(aView({ lifecycle: 'spot' })),
      outOfScope(aView({ tags: tagged({ 'aws:autoscaling:groupName': 'web' }) })),
      outOfScope(aView({ operator: 'eks.amazonaws.com' })),
      outOfScope(aView({ rootDevice: 'instance-store' })),
    ].filter((finding) => finding !== undefined);
    expect(kinds(found)).toEqual([
      'spot',
      'auto-scaling',
      'service-managed',
      'instance-store-root',
    ]);
    for (const finding of found) {
      expect(describeFinding(finding)).toMatch(/^It.+\.$/);
      expect(blocksRescue(finding)).toBe(true);
    }
  });
});

describe('the policy of an instance', () => {
  const policies = policiesOf(aPolicy(), aPolicy({ name: 'other' }));
  it.each([
    ['other', 'other'],
    [' other ', 'other'],
    ['Other', undefined],
    ['', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
  ])('tag %j: %s', (value, expected) => {
    expect(policyOf(aView({ tags: { watchdog: value } }), policies)?.name).toBe(expected);
  });
});

describe('the ready tag', () => {
  const findings: readonly Finding[] = [{ kind: 'stop-protection' }];

  it('names the instance, the time and the gaps, in 256 characters', () => {
    expect(readyTagValue(ID, findings, T0)).toBe(
      `yes ${ID} 2024-08-01T12:10:07.000Z stop-protection`,
    );
    const many = Array.from({ length: 40 }, () => findings[0]).filter((one) => one !== undefined);
    expect(readyTagValue(ID, many, T0)).toHaveLength(256);
  });

  it('proves its own instance ready, NOT another one that it was copied to', () => {
    const value = readyTagValue(ID, findings, T0);
    expect(readyTagProves(aView(), value)).toBe(true);
    expect(readyTagProves(aView({ instanceId: 'i-0fedcba9876543210' }), value)).toBe(false);
  });

  it.each<Finding>([
    { kind: 'start-not-permitted' },
    { kind: 'kms-key-not-configured', keyArn: KEY },
  ])('proves NOTHING when a rescue would fail: $kind', (finding) => {
    const value = readyTagValue(ID, [finding], T0);
    expect(value).toMatch(/^no /);
    expect(readyTagProves(aView(), value)).toBe(false);
  });

  it('proves NOTHING when it is not there', () => {
    expect(readyTagProves(aView(), undefined)).toBe(false);
    expect(readyTagProves(aView(), '')).toBe(false);
  });
});
