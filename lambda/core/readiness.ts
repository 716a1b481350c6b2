import type { InstanceView } from './observation';
import type { Policy } from './policy';
import { OPT_IN_TAG } from './tags';
import { iso, type Instant } from './time';
import { unreachable } from './unreachable';

/** Something that a rescue needs and that is missing, or a reason why there can be none. */
export type Finding =
  | { readonly kind: 'spot' }
  | { readonly kind: 'auto-scaling'; readonly group: string }
  | { readonly kind: 'service-managed'; readonly operator: string }
  | { readonly kind: 'instance-store-root' }
  | { readonly kind: 'unknown-policy'; readonly value: string }
  | { readonly kind: 'start-not-permitted' }
  | { readonly kind: 'kms-key-not-configured'; readonly keyArn: string }
  | { readonly kind: 'stop-protection' }
  | { readonly kind: 'address-changes'; readonly publicIp: string }
  | { readonly kind: 'application-check-missing' };

/** The tag that EC2 Auto Scaling puts on its members. */
const AUTO_SCALING_TAG = 'aws:autoscaling:groupName';

/**
 * Why the watchdog must leave this kind of instance alone, or undefined. Spot: only EC2 may start
 * it again. Auto Scaling and service-managed: they replace it themselves. Instance-store root: it
 * cannot be stopped and started.
 */
export function outOfScope(view: InstanceView): Finding | undefined {
  const group = view.tags[AUTO_SCALING_TAG];
  if (view.lifecycle !== undefined) return { kind: 'spot' };
  if (group !== undefined) return { kind: 'auto-scaling', group };
  if (view.operator !== undefined) return { kind: 'service-managed', operator: view.operator };
  return view.rootDevice === 'instance-store' ? { kind: 'instance-store-root' } : undefined;
}

/** The policy that the opt-in tag names, or undefined when there is none of that name. */
export function policyOf(
  view: InstanceView,
  policies: ReadonlyMap<string, Policy>,
): Policy | undefined {
  return policies.get(view.tags[OPT_IN_TAG]?.trim() ?? '');
}

/** Facts that DescribeInstances does not tell; undefined where AWS did not answer. */
export interface RescueFacts {
  /** Customer keys of its encrypted volumes: AWS's own key `aws/ebs` is not among them. */
  readonly kmsKeyArns: readonly string[] | undefined;
  readonly stopProtection: boolean | undefined;
  readonly mayStart: boolean | undefined;
}

/** Compares what a rescue needs with what is there. Unknown facts are no findings. */
export function findingsOf(
  view: InstanceView,
  facts: RescueFacts,
  configuredKeys: readonly string[],
): readonly Finding[] {
  const keys = (facts.kmsKeyArns ?? []).filter((arn) => !configuredKeys.includes(arn));
  return [
    ...(facts.mayStart === false ? [{ kind: 'start-not-permitted' } as const] : []),
    ...keys.map((keyArn) => ({ kind: 'kms-key-not-configured', keyArn }) as const),
    ...(facts.stopProtection === true ? [{ kind: 'stop-protection' } as const] : []),
    ...(view.publicIp !== undefined && !view.hasElasticIp
      ? [{ kind: 'address-changes', publicIp: view.publicIp } as const]
      : []),
  ];
}

/** Whether EC2 reports no application check though the policy asks for one. */
export function lacksApplicationCheck(view: InstanceView, policy: Policy): boolean {
  return (
    policy.applicationCheck !== undefined && view.checks.application.status === 'not-configured'
  );
}

/** Whether a finding can make a rescue fail; the others are told for a person to know. */
export function blocksRescue(finding: Finding): boolean {
  switch (finding.kind) {
    case 'stop-protection':
    case 'address-changes':
    case 'application-check-missing':
      return false;
    case 'spot':
    case 'auto-scaling':
    case 'service-managed':
    case 'instance-store-root':
    case 'unknown-policy':
    case 'start-not-permitted':
    // EC2 would accept the start, and the instance would fall back to stopped.
    case 'kms-key-not-configured':
      return true;
    default:
      return unreachable(finding);
  }
}

/** A finding in a sentence for people: what is so, and what follows or mends it. */
export function describeFinding(finding: Finding, policies: readonly string[] = []): string {
  switch (finding.kind) {
    case 'spot':
      return 'It is Spot or a capacity block: only EC2 may start it again.';
    case 'auto-scaling':
      return `It belongs to the Auto Scaling group ${finding.group}, which replaces it itself.`;
    case 'service-managed':
      return `It is managed by ${finding.operator}, which replaces it itself.`;
    case 'instance-store-root':
      return 'Its root volume is instance store: it cannot be stopped and started.';
    case 'unknown-policy':
      return (
        `The tag ${OPT_IN_TAG} = "${finding.value}" names no policy ` +
        `(there are: ${policies.join(', ')}). Correct the tag, or add the policy and deploy.`
      );
    case 'start-not-permitted':
      return 'The watchdog may not start it: check its role, and service control policies.';
    case 'kms-key-not-configured':
      return (
        `A volume is encrypted with the customer key ${finding.keyArn}; it is not in kmsKeyArns: ` +
        'a start would be accepted and fall back to stopped. Add it to kmsKeyArns and deploy.'
      );
    case 'stop-protection':
      return 'Stop protection is on: the watchdog can start it, but not move it.';
    case 'address-changes':
      return `Its public address ${finding.publicIp} is no Elastic IP: a start changes it.`;
    case 'application-check-missing':
      return (
        'Its policy asks for an application check, and EC2 reports none for it: after a start ' +
        `nothing proves that it serves. Associate the check with the tag ${OPT_IN_TAG}.`
      );
    default:
      return unreachable(finding);
  }
}

/** The value of the `watchdog:ready` tag: at most 256 characters, for people and for a rescue. */
export function readyTagValue(
  instanceId: string,
  findings: readonly Finding[],
  now: Instant,
): string {
  const verdict = findings.some(blocksRescue) ? 'no' : 'yes';
  const gaps = findings.map((finding) => finding.kind).join(' ');
  return `${verdict} ${instanceId} ${iso(now)} ${gaps}`.trim().slice(0, 256);
}

/**
 * Whether the `watchdog:ready` tag proves that this very instance was seen ready. It names the
 * instance, since "launch more like this" copies tags to other instances.
 */
export function readyTagProves(view: InstanceView, value: string | undefined): boolean {
  return value !== undefined && value.startsWith(`yes ${view.instanceId} `);
}
