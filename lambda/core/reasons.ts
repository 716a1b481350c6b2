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
    'move-vetoed': 'AWS announced work on its host; a person does not want it moved.',
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
    'remediation-in-flight': 'The last remediation has its time; the next look tells what it did.',
    'awaiting-aws-recovery': "AWS's own recovery of its host has its time first.",
    'takedown-unchecked': 'What must be known before it is taken down was not read yet.',
    'takedown-budget': 'As many servers are being taken down as the fleet allows at once.',
    'zone-cooldown': 'Most of its zone was unhealthy a moment ago; the zone must settle first.',
    'outside-window': 'It is moved within the maintenance window of its policy.',
    'hooks-at-work': 'It recovered; the hooks of its policy are still at work.',
    draining: 'Its planned stop is due; the hooks of its policy drain it before that.',
    resuming: 'It was drained for a stop that does not come; it is brought back to serving first.',
    'another-hand': 'Somebody else has just started, stopped or rebooted it: they go first.',
    'check-suspect-elsewhere':
      'Every application check fails at once; a person was called for all.',
  },
  remediate: {
    'stopped-by-aws': 'AWS stopped it.',
    'start-fell-back': 'The start was accepted but the instance stopped again; one more try.',
    'capacity-retry': 'EC2 had no capacity; it is tried again.',
    'guest-shutdown-start': 'It shut itself down, and the policy says to start it.',
    'unknown-stop-start': 'Nobody knows why it stopped, and the policy says to start it.',
    'game-day': 'A marked game day stopped it.',
    'system-impaired': "EC2's check of its host fails.",
    'instance-impaired': "EC2's check of its guest fails.",
    'ebs-impaired': 'It cannot reach its volumes, and the policy lists what to do.',
    'application-impaired': 'EC2 is fine and the application fails.',
    'instead-of-restart': 'The application fails, and its service cannot be restarted by itself.',
    'stop-scheduled': 'A planned stop and start: for work by AWS on its host, or to its own type.',
    'reboot-scheduled': 'AWS announced that it will reboot it.',
    'finish-own-stop': 'The watchdog stopped it to move it, and brings it back.',
    'forced-from-stopping': 'It is stuck in stopping, and the policy allows to force it.',
    'prove-capacity': 'A reservation must hold a place for it before it is stopped.',
    'reserve-place': 'EC2 had no capacity for it; a reservation is one more way to ask.',
    'another-type': 'EC2 has no capacity for its type; the policy lists others.',
    'own-type': 'It goes back to its own type.',
    'address-lost': 'It came back without its Elastic IP, which its policy wants associated again.',
  },
  escalate: {
    'guest-shutdown': 'It shut itself down from inside; the policy leaves it to a person.',
    'unknown-cause': 'Nothing says why it stopped; the policy leaves it to a person.',
    'configuration-fault': 'EC2 stopped it for a fault in its configuration.',
    'stopped-before-enrolment': 'AWS stopped it before the watchdog had seen it serving.',
    'stopped-while-paused': 'AWS stopped it while the watchdog was paused for it.',
    paused: 'The watchdog is paused for it.',
    held: 'A person holds it.',
    'observe-mode': 'The policy only observes: it would have acted.',
    'start-does-not-hold': 'Started twice, stopped again each time.',
    'no-capacity': 'EC2 has no capacity for it.',
    'gave-up': 'It could not be started within the time that the watchdog keeps trying.',
    'start-refused': 'EC2 refuses the start for a reason that trying again will not change.',
    'budget-exhausted': 'It was started as often as the budget allows.',
    'ec2-unavailable': "AWS's API takes no request: it throttles or fails. It is tried again.",
    'not-serving': 'It was started, but nothing proves that it serves.',
    'not-recovered': 'It serves, but its checks have not all passed.',
    'stuck-stopping': 'It has been stopping for too long.',
    impaired: 'It runs, but a status check says that it is impaired.',
    'impaired-before-enrolment': 'It was impaired before the watchdog had seen it serving.',
    'ladder-exhausted': 'Every remediation that its policy lists was tried; it is still impaired.',
    'takedown-waits':
      'It waits for its turn: others are being taken down or cannot be brought back.',
    'takedown-refused':
      'AWS refused the remediation for a reason that trying again will not change.',
    'service-out-of-reach':
      'Its service should be restarted, and its Systems Manager agent does not answer.',
    'zone-storm': 'Most of its zone is impaired while it runs: nothing there is taken down.',
    'check-suspect': 'Every application check fails while EC2 is fine: suspect the check.',
    'stop-protected': 'It should be stopped and started, and its stop protection is on.',
    'instance-store-data': 'A stop would lose the data on its instance store.',
    'address-would-change': 'A stop would change its public address.',
    'in-placement-group': 'It is in a placement group, to which it may not come back.',
    'on-dedicated-host': 'It is on a Dedicated Host: a stop and start stays there.',
    'would-hibernate': 'It can hibernate, and a plain stop forgets what that would keep.',
    'no-way-back': 'EC2 has no capacity for its type in its zone: it might not come back.',
    'another-automation': 'Somebody else keeps stopping, starting or rebooting it.',
    'not-drained': 'A hook before its planned stop failed or hung: it is not stopped undrained.',
    'no-window': 'AWS announced work on its host, and no maintenance window comes before.',
    terminated: 'It was terminated; nothing can be started.',
  },
  resolve: {
    recovered: 'Every check passed as often as the policy asks, all in one boot.',
    'opt-in-removed': 'EC2 no longer shows it with the opt-in tag: the watchdog has let go.',
    cleared: 'The check passes again, without any act of the watchdog.',
    'own-type-short': 'EC2 has no place for its own type: it was not stopped, and runs on.',
    'recovered-work-left': 'It recovered; a hook of its policy left work to a person.',
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
