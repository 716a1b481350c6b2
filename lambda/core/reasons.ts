/**
 * Every reason that a decision can carry, with the sentence that people read. Alert, log, record
 * and report print the same reason, and docs/runbook.md has a section for each.
 */
export const REASONS = {
  ignore: {
    healthy: 'It runs and nothing speaks against it.',
    'not-managed': 'It does not carry the opt-in tag.',
    'stopped-by-person': 'A person or a program stopped it through the API: never undone.',
    'stopped-by-scheduler': 'A scheduler stopped it: never undone.',
    'out-of-scope': 'EC2 or another service starts and replaces this kind of instance by itself.',
    'unknown-policy': 'The opt-in tag names a policy that does not exist.',
    'handed-over': 'A person has been told; the watchdog does no more here.',
    unseen: 'EC2 does not show it with the opt-in tag, and nothing is open for it.',
  },
  defer: {
    'observation-missing': 'EC2 did not answer; what is unknown is never acted on.',
    'store-down': 'The incident table did not answer; without it only a plain start is safe.',
    'still-stopping': 'It is still stopping; it can be started once it has stopped.',
    'start-in-flight': 'The start was accepted and EC2 is working on it.',
    'awaiting-evidence': 'The cause is not known yet; CloudTrail and AWS Health get a moment.',
    verifying: 'It runs; the checks that prove it have not all passed yet.',
    'startup-grace': 'It has just booted and gets its time to become ready.',
    cooldown: 'The last attempt is too fresh.',
    'backing-off': 'EC2 refused the last start for now; the next attempt has its time.',
    tolerated: 'A check fails, but not yet for longer than the policy tolerates.',
  },
  remediate: {
    'stopped-by-aws': 'AWS stopped it.',
    'start-fell-back': 'The start was accepted but the instance stopped again; one more try.',
    'capacity-retry': 'EC2 had no capacity; it is tried again.',
    'guest-shutdown-start': 'It shut itself down, and the policy says to start it.',
    'unknown-stop-start': 'Nobody knows why it stopped, and the policy says to start it.',
    'game-day': 'A marked game day stopped it.',
  },
  escalate: {
    'guest-shutdown': 'It shut itself down from inside; the policy leaves it to a person.',
    'unknown-cause': 'Nothing says why it stopped; the policy leaves it to a person.',
    'configuration-fault': 'EC2 stopped it for a fault in its configuration.',
    'stopped-before-enrolment': 'AWS stopped it before the watchdog had seen it serving.',
    'stopped-while-paused': 'AWS stopped it while the watchdog was paused for it.',
    paused: 'The watchdog is paused for it.',
    held: 'A person holds it.',
    'observe-mode': 'The policy only observes: it would have been started.',
    'start-does-not-hold': 'Started twice, stopped again each time.',
    'no-capacity': 'EC2 has no capacity for it.',
    'gave-up': 'It could not be started within the time that the watchdog keeps trying.',
    'start-refused': 'EC2 refuses the start for a reason that trying again will not change.',
    'budget-exhausted': 'It was started as often as the budget allows.',
    'ec2-unavailable': 'EC2 does not take the start: it throttles or fails. It is tried again.',
    'not-serving': 'It was started, but nothing proves that it serves.',
    'not-recovered': 'It serves, but its checks have not all passed.',
    'stuck-stopping': 'It has been stopping for too long.',
    impaired: 'It runs, but a status check says that it is impaired.',
    terminated: 'It was terminated; nothing can be started.',
  },
  resolve: {
    recovered: 'Every check passed as often as the policy asks, all in one boot.',
    'opt-in-removed': 'EC2 no longer shows it with the opt-in tag: the watchdog has let go.',
    cleared: 'The check passes again, without any act of the watchdog.',
  },
} as const;

/** Why nothing is done, and nothing more is expected. */
export type IgnoreReason = keyof (typeof REASONS)['ignore'];
/** Why nothing is done yet. */
export type DeferReason = keyof (typeof REASONS)['defer'];
/** Why a remediation is carried out. */
export type RemediateReason = keyof (typeof REASONS)['remediate'];
/** Why a person is called. */
export type EscalateReason = keyof (typeof REASONS)['escalate'];
/** Why an incident ends. */
export type ResolveReason = keyof (typeof REASONS)['resolve'];

/** Any reason, of any kind of decision. */
export type Reason = IgnoreReason | DeferReason | RemediateReason | EscalateReason | ResolveReason;

/** The sentence of a reason, whatever kind of decision carries it. */
export function describeReason(reason: Reason): string {
  const groups: readonly Readonly<Record<string, string>>[] = Object.values(REASONS);
  return groups.find((group) => Object.hasOwn(group, reason))?.[reason] ?? reason;
}
