import fc from 'fast-check';
import type { AlertKind, PendingAlert } from '../../../lambda/core/alert/alert';
import type { AttemptOutcome, Incident } from '../../../lambda/core/incident';
import type { EscalateReason } from '../../../lambda/core/reasons';
import { REASONS } from '../../../lambda/core/reasons';
import type { InstanceRecord } from '../../../lambda/core/record';
import { aCause, aRecord, anActor, anAttempt, anIncident, at } from '../builders';
import { anAlert } from './sample';

/** What somebody may write into a tag, a role's name or an error, to mislead who is on call. */
export const hostile = fc.oneof(
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
    '*bold* _slant_ ~gone~ `code` |x| [console](https://evil.example)',
    '<!channel> <@U012AB3CD> <https://evil.example|console> @here',
    '&lt;script&gt; &#x3c;b&#x3e;',
  ),
);

/** Every kind of alert. */
export const KINDS: readonly AlertKind[] = [
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

/** A record in which every field that others write is hostile. */
export const hostileRecord: fc.Arbitrary<InstanceRecord> = fc
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

/** An alert of any kind, with such a text. */
export const anyAlert: fc.Arbitrary<PendingAlert> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    reason: fc.constantFrom(...(Object.keys(REASONS.escalate) as EscalateReason[])),
    words: hostile,
  })
  .map(({ kind, reason, words }) => anAlert(kind, { reason, text: words }));

/** How often, and from which seed. */
export const RUNS = { seed: 20_240_801, numRuns: 400 };
