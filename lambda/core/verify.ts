import type { Evidence } from './evidence';
import type { Progress, Proof } from './incident';
import { CHECKS, type Check, type Checks, type InstanceView } from './observation';
import type { Policy } from './policy';
import { CLOCK_SKEW, before, between, earliest, latest, seconds, type Instant } from './time';

/** EC2 evaluates its checks once a minute: reads that are closer see the same evaluation. */
const EVALUATION_INTERVAL = seconds(60);

/** Whether the policy has its own way of judging the application. */
export function judgesApplication(policy: Policy): boolean {
  return (
    policy.applicationCheck !== undefined ||
    policy.applicationAlarm !== undefined ||
    policy.applicationMetric !== undefined
  );
}

/** The checks that count for this instance under its policy. */
function configured(checks: Checks, policy: Policy): readonly Check[] {
  const applies = (check: Check): boolean =>
    check.status !== 'not-applicable' && check.status !== 'not-configured';
  const ec2 = [checks.system, checks.instance, checks.attachedEbs].filter(applies);
  return judgesApplication(policy) ? [...ec2, checks.application] : ec2;
}

/** What one look at the checks says: `unknown` when one that counts was not read. */
export type Evaluation = 'ok' | 'failing' | 'unknown';

/**
 * Evaluates every check that counts. No check at all is no proof of anything, and what EC2 calls
 * impaired fails, also an application check of which the policy knows nothing.
 */
export function evaluate(checks: Checks, policy: Policy): Evaluation {
  if (impairmentOf(checks) !== undefined) return 'failing';
  const counted = configured(checks, policy);
  if (counted.length === 0 || counted.some((check) => check.status === 'unknown')) return 'unknown';
  return counted.every((check) => check.status === 'ok') ? 'ok' : 'failing';
}

/** The names of the checks that EC2 calls impaired, and since when the first of them is. */
export interface Impairment {
  readonly checks: readonly (keyof Checks)[];
  readonly since: Instant | undefined;
}

/** What is impaired, or undefined. An unknown status is neither impaired nor healthy. */
export function impairmentOf(checks: Checks): Impairment | undefined {
  const impaired = CHECKS.filter((name) => checks[name].status === 'impaired');
  if (impaired.length === 0) return undefined;
  const starts = impaired.map((name) => checks[name].impairedSince);
  const [first, ...rest] = starts.filter((at) => at !== undefined);
  const since = first === undefined ? undefined : earliest(first, ...rest);
  return { checks: impaired, since };
}

/**
 * The first positive proof in this boot that the server serves: its own ready event, the
 * application check, or with neither configured EC2's checks. All checks together are a proof too
 * when the application is among them.
 */
export function servingProof(
  view: InstanceView,
  evidence: readonly Evidence[],
  policy: Policy,
): { readonly proof: Proof; readonly at: Instant | undefined } | undefined {
  const boot = before(view.launchTime, CLOCK_SKEW);
  const ready = evidence.findLast((fact) => fact.kind === 'ready' && fact.at >= boot);
  if (ready !== undefined) {
    return { proof: 'ready-event', at: latest(ready.at, view.launchTime) };
  }
  if (judgesApplication(policy)) {
    const ok = view.checks.application.status === 'ok';
    return ok ? { proof: 'application-check', at: undefined } : undefined;
  }
  const enough = !policy.readyEvent && evaluate(view.checks, policy) === 'ok';
  return enough ? { proof: 'status-checks', at: undefined } : undefined;
}

/**
 * Counts an evaluation: one more pass when at least a minute lies between, back to none when a
 * check fails, no change when the checks could not be read.
 */
export function countPass(
  serving: Extract<Progress, { kind: 'serving' }>,
  evaluation: Evaluation,
  now: Instant,
): Extract<Progress, { kind: 'serving' }> {
  if (evaluation === 'unknown') return serving;
  if (evaluation === 'failing') {
    return serving.passes === 0 ? serving : { ...serving, passes: 0, lastPassAt: undefined };
  }
  const { lastPassAt } = serving;
  if (lastPassAt !== undefined && between(lastPassAt, now) < EVALUATION_INTERVAL) return serving;
  return { ...serving, passes: serving.passes + 1, lastPassAt: now };
}
