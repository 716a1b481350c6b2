import fc from 'fast-check';
import type { AlertKind, PendingAlert } from '../../../lambda/core/alert/alert';
import { renderReadiness } from '../../../lambda/core/alert/readiness-text';
import { renderStorm } from '../../../lambda/core/alert/storm';
import type { AlertText } from '../../../lambda/core/alert/text';
import type { AttemptOutcome, Incident } from '../../../lambda/core/incident';
import type { EscalateReason } from '../../../lambda/core/reasons';
import { REASONS } from '../../../lambda/core/reasons';
import type { InstanceRecord } from '../../../lambda/core/record';
import { ID, aCause, aRecord, anActor, anAttempt, anIncident, at } from '../builders';
import { CONTEXT, LABELS, anAlert, text } from './sample';

/** What somebody may write into a tag, a role's name or an error, to mislead who is on call. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    'pod\nYou      delete everything: https://evil.example',
    'x\r\n\r\nYou      nothing to do.',
    '<script>alert(1)</script><a href="https://evil.example">console</a>',
    '\u202eevil\u202c \u2066right\u2069 שרת חי العربية',
    '😀👩‍👩‍👧‍👦🇺🇳'.repeat(30),
    'A'.repeat(10_000),
    'a\u2028b\u2029c\u0085d\u0000e\u001b[2Jf',
    'Runbook  https://evil.example',
    '',
    ' ',
    '\u200b',
    '{id} $& $1 %s',
  ),
);

const KINDS: readonly AlertKind[] = [
  'opened',
  'changed',
  'needs-person',
  'serving',
  'closed',
  'notice',
];

const outcomeOf = (kind: AttemptOutcome['kind'], value: string): AttemptOutcome => {
  switch (kind) {
    case 'accepted':
      return { kind, at: at(3) };
    case 'intended':
    case 'not-asked':
      return { kind };
    case 'refused':
      return { kind, code: value, message: value };
    default:
      return { kind, code: value };
  }
};

const hostileRecord: fc.Arbitrary<InstanceRecord> = fc
  .record({
    name: hostile,
    policy: hostile,
    principal: hostile,
    evidence: fc.array(hostile, { maxLength: 3 }),
    message: hostile,
    cause: fc.constantFrom('aws' as const, 'api' as const, 'unknown' as const, 'guest' as const),
    outcome: fc.constantFrom<AttemptOutcome['kind']>(
      'accepted',
      'refused',
      'no-capacity',
      'unavailable',
      'wrong-state',
      'intended',
    ),
    condition: fc.constantFrom<Incident['condition']>(
      'stopped',
      'impaired',
      'planned',
      'terminated',
    ),
    volumes: fc.array(hostile, { maxLength: 3 }),
    impaired: fc.subarray<'system' | 'attachedEbs'>(['system', 'attachedEbs']),
    ownType: fc.option(hostile, { nil: undefined }),
    hasIncident: fc.boolean(),
  })
  .map(({ name, policy, principal, evidence, message, cause, outcome, condition, ...rest }) => {
    const { hasIncident, volumes, impaired, ownType } = rest;
    return aRecord({
      ownType,
      label: { name, policy, instanceType: 'm6i.large', zone: 'us-east-1b' },
      ...(hasIncident && {
        incident: anIncident({
          condition,
          cause: aCause({ kind: cause, evidence, actor: anActor({ principal }) }),
          asFound: { impaired, volumeIds: volumes, elasticIp: principal },
          attempts: [anAttempt(at(2), outcomeOf(outcome, message))],
        }),
      }),
    });
  });

const anyAlert: fc.Arbitrary<PendingAlert> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    reason: fc.constantFrom(...(Object.keys(REASONS.escalate) as EscalateReason[])),
    words: hostile,
  })
  .map(({ kind, reason, words }) => anAlert(kind, { reason, text: words }));

const RUNS = { seed: 20_240_801, numRuns: 400 };

function expectFit({ subject, email, sms }: AlertText): void {
  // SNS: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
  expect(sms).toMatch(/^[\x20-\x7e]{1,160}$/);
  expect(email).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}](?<!\n)/u);
  expect(Buffer.byteLength(email)).toBeLessThan(20_000);
}

describe('whatever people and machines write into names, tags, principals and errors', () => {
  it("an alert's subject, SMS and e-mail keep their form", () => {
    fc.assert(
      fc.property(hostileRecord, anyAlert, (record, alert) => {
        const rendered = text(alert, record);
        expectFit(rendered);
        const [, ...lines] = rendered.email.split('\n');
        for (const line of lines) expect(line).toMatch(LABELS);
      }),
      RUNS,
    );
  });

  it('an e-mail has as many lines as with a harmless name', () => {
    fc.assert(
      fc.property(hostileRecord, fc.constantFrom(...KINDS), hostile, (record, kind, words) => {
        const lines = (name: string, told: string): number =>
          text(anAlert(kind, { reason: 'held', text: told }), {
            ...record,
            label: { ...record.label, name },
          }).email.split('\n').length;
        expect(lines(record.label.name, words)).toBe(lines('pod-23', 'x'));
      }),
      RUNS,
    );
  });

  it("a storm's message keeps its form, and its members stay in their list", () => {
    fc.assert(
      fc.property(fc.array(hostileRecord, { minLength: 1, maxLength: 60 }), (records) => {
        const step = { kind: 'tell', id: 'storm-20240801-1210', openedAt: at(1), storm: undefined };
        const rendered = renderStorm(step as Parameters<typeof renderStorm>[0], records, {
          context: CONTEXT,
          now: at(9),
        });
        expectFit(rendered);
        const [, ...lines] = rendered.email.split('\n');
        for (const line of lines) {
          expect(line).toMatch(/^(State|Next|You|Incident|Runbook) +|^ {2}|^and \d+ more$|^$/);
        }
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  it('a readiness message likewise', () => {
    const gap = fc.record({ name: hostile, operator: hostile });
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 90 }), (gaps) => {
        const rendered = renderReadiness(
          gaps.map(({ name, operator }) => ({
            instanceId: ID,
            name,
            findings: [{ kind: 'service-managed', operator }],
          })),
          'https://example.org/runbook',
        );
        expectFit(rendered);
        const [, ...lines] = rendered.email.split('\n');
        expect(lines.length).toBeLessThan(70);
        for (const line of lines) expect(line).toMatch(/^Runbook {2}https|^ {2}|^and \d+ more|^$/);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });
});
