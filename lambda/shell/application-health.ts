import type { Check, InstanceView } from '../core/observation';
import { policyOf } from '../core/readiness';
import type { Policy } from '../core/policy';
import { between, minutes, type Instant } from '../core/time';
import type { Run } from './run';

/** CloudWatch is minutes late: for so long it may speak of the boot before. */
const SPEAKS_OF_THE_LAST_BOOT = minutes(5);

/** An instance, and the policy by which CloudWatch tells of its application. */
export interface Judged {
  readonly instanceId: string;
  readonly policy: Policy;
}

/** Whether the policy names an alarm or a metric by which the application is judged. */
export function isJudged(policy: Policy | undefined): policy is Policy {
  return policy?.applicationAlarm !== undefined || policy?.applicationMetric !== undefined;
}

/** Of these instances the ones about whose application CloudWatch is to be asked. */
export function judgedOf({ settings }: Run, views: readonly InstanceView[]): readonly Judged[] {
  return views.flatMap((view) => {
    const policy = policyOf(view, settings.policies);
    return isJudged(policy) ? [{ instanceId: view.instanceId, policy }] : [];
  });
}

/** The same for instances that are not seen yet, by the policy under which they were seen last. */
export function judgedById({ settings, records }: Run, ids: readonly string[]): readonly Judged[] {
  return ids.flatMap((instanceId) => {
    const policy = settings.policies.get(records.get(instanceId)?.label.policy ?? '');
    return isJudged(policy) ? [{ instanceId, policy }] : [];
  });
}

/** Asks CloudWatch about those of which this pass has not heard yet; what it says is kept. */
export async function readApplications(run: Run, judged: readonly Judged[]): Promise<void> {
  const asked = judged.filter(({ instanceId }) => !run.applications.has(instanceId));
  if (asked.length === 0) return;
  const checks = await run.ports.application.read(asked);
  for (const [instanceId, check] of checks) run.applications.set(instanceId, check);
  const unread = asked.length - asked.filter(({ instanceId }) => checks.has(instanceId)).length;
  if (unread === 0) return;
  run.ports.telemetry.count('ReadsFailed', 1);
  run.ports.telemetry.log('error', 'CloudWatch did not answer', { instances: unread });
}

/**
 * The view with what CloudWatch says of its application. Impaired wins over EC2's own application
 * check; what could not be read is unknown, unless EC2 itself calls it impaired. An impairment
 * counts only beside EC2's own checks: before those are known nothing is blamed on it (S13).
 */
export function withApplication(run: Run, view: InstanceView): InstanceView {
  if (!isJudged(policyOf(view, run.settings.policies))) return view;
  const own = view.checks.application;
  const said = ofThisBoot(run.applications.get(view.instanceId), view, run.ports.clock.now());
  return { ...view, checks: { ...view.checks, application: verdict(own, said, view) } };
}

function verdict(own: Check, said: Check, { checks }: InstanceView): Check {
  if (own.status === 'impaired') return own;
  if (said.status === 'impaired' && checks.system.status === 'unknown') {
    return { status: 'unknown' };
  }
  // EC2's own check counts beside it where EC2 makes one.
  const isMade = own.status !== 'not-configured' && own.status !== 'not-applicable';
  return said.status === 'ok' && isMade && own.status !== 'unknown' ? own : said;
}

/** What was said of the boot before proves nothing of this one (S19). */
function ofThisBoot(check: Check | undefined, { launchTime }: InstanceView, now: Instant): Check {
  if (check === undefined) return { status: 'unknown' };
  const isYoung = between(launchTime, now) < SPEAKS_OF_THE_LAST_BOOT;
  return isYoung ? { status: 'initializing' } : check;
}
