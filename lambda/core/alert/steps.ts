import type { EscalateReason } from '../reasons';
import { ANOTHER_ZONE } from './steps-to-another-zone';

/** What a page says beside the facts: a phrase for the subject and the next steps of a person. */
export interface Handover {
  /** Follows the instance's name in the subject. */
  readonly phrase: string;
  /** The next three steps, in their order. */
  readonly steps: readonly string[];
  /** What is prepared for a way that only a person may go: another zone. */
  readonly elsewhere?: readonly string[];
}

const CONSOLE = 'Look at the instance in the console (link below).';
/** The watchdog does not undo a person's stop, so whoever stops it starts it. */
export const MOVE_BY_HAND =
  'By hand, both: aws ec2 stop-instances --instance-ids {id} && ' +
  'aws ec2 wait instance-stopped --instance-ids {id} && ' +
  'aws ec2 start-instances --instance-ids {id}';
const START_BY_HAND = 'If it should run, start it: aws ec2 start-instances --instance-ids {id}';

/** For each reason to call a person: what to say, and what to do next. */
export const HANDOVERS: Readonly<Record<EscalateReason, Handover>> = {
  'guest-shutdown': {
    phrase: 'shut itself down',
    steps: [
      'Find out who or what shut it down (system log, deployment, out-of-memory).',
      START_BY_HAND,
      'To have it started next time, set onGuestShutdown to "start" in its policy.',
    ],
  },
  'unknown-cause': {
    phrase: 'stopped, nobody knows why',
    steps: [
      'Look for a StopInstances call in CloudTrail and for events in the AWS Health Dashboard.',
      START_BY_HAND,
      'To have it started next time, set onUnknownStop to "start" in its policy.',
    ],
  },
  'configuration-fault': {
    phrase: 'stopped for a fault in its configuration',
    steps: [
      'Read the reason above: a volume limit, a missing snapshot or a key.',
      'Mend that; starting it before only fails again.',
      START_BY_HAND,
    ],
  },
  'stopped-before-enrolment': {
    phrase: 'was stopped before it was enrolled, not started',
    steps: [
      'Decide whether it should run: AWS stopped it before the watchdog saw it serving.',
      START_BY_HAND,
      'From then on it is watched.',
    ],
  },
  'stopped-while-paused': {
    phrase: 'stopped by AWS while paused, not started',
    steps: [
      'Ask whoever paused it (reason above) whether it may run.',
      START_BY_HAND,
      'Remove the pause so that the next stop is mended by itself.',
    ],
  },
  paused: {
    phrase: 'is down and paused, not started',
    steps: [
      'Ask whoever paused it (reason above) whether it may run.',
      'Remove the tag watchdog:pause-until, and the watchdog goes on by itself.',
      START_BY_HAND,
    ],
  },
  held: {
    phrase: 'is down and held, not started',
    steps: [
      'Ask whoever holds it (reason above) whether it may run.',
      'Remove the tag watchdog:hold, and the watchdog goes on by itself.',
      START_BY_HAND,
    ],
  },
  'observe-mode': {
    phrase: 'is down, policy only observes',
    steps: [
      START_BY_HAND,
      'What the watchdog would have done stands above.',
      'To let it act, set mode to "act" in the policy and deploy.',
    ],
  },
  'start-does-not-hold': {
    phrase: 'was started twice and stopped again',
    steps: [
      'Most likely: the watchdog lacks a grant on the KMS key of a volume. Check kmsKeyArns.',
      'Else the image, a volume or its limits: read the state reason and the system log.',
      `Once mended: aws ec2 start-instances --instance-ids {id}`,
    ],
  },
  'no-capacity': {
    phrase: 'cannot be started: no capacity',
    steps: [
      'The watchdog keeps trying by itself; nothing is lost by waiting.',
      'Types so far: {types}.',
      'Sooner, another type: aws ec2 modify-instance-attribute --instance-id {id} ' +
        `--instance-type '{"Value":"TYPE"}'; the watchdog starts it at the next try.`,
    ],
    elsewhere: ANOTHER_ZONE,
  },
  'gave-up': {
    phrase: 'could not be started in 72 h',
    steps: [CONSOLE, START_BY_HAND, 'Types so far: {types}.'],
    elsewhere: ANOTHER_ZONE,
  },
  'ec2-unavailable': {
    phrase: "cannot be helped: AWS's API fails",
    steps: [
      'The watchdog keeps trying by itself; nothing is lost by waiting.',
      'See the AWS Health Dashboard for trouble with EC2 in this Region.',
      'Do not terminate or replace the instance because of this.',
    ],
  },
  'start-refused': {
    phrase: 'cannot be started: EC2 refuses',
    steps: [
      "Read EC2's answer above: permission, quota or the instance's configuration.",
      'Mend it; the watchdog tries again by itself, every 30 min at least.',
      START_BY_HAND,
    ],
  },
  'budget-exhausted': {
    phrase: 'keeps stopping, budget of starts used up',
    steps: [
      'Something takes it down again and again: read the causes above.',
      START_BY_HAND,
      'The budget refills with time: startsPerHour and startsPerDay in its policy.',
    ],
  },
  'not-serving': {
    phrase: 'runs but does not serve',
    steps: [
      'Look at the server itself: system log, service status, its health endpoint.',
      'If it serves all the same, find out why its ready event or application check is missing.',
      'A reboot is yours to decide: no check tells the watchdog that the guest is at fault.',
    ],
  },
  'not-recovered': {
    phrase: 'serves, but its checks do not pass',
    steps: [
      'Look at the status checks in the console.',
      'Look at the server itself: system log, service status.',
      'The watchdog goes on looking and closes the incident once every check passes.',
    ],
  },
  'stuck-stopping': {
    phrase: 'has been stopping for too long',
    steps: [
      'It cannot be started before it has stopped; the watchdog waits for that.',
      'After 10 min: aws ec2 stop-instances --force --instance-ids {id}',
      'If it is not started then: aws ec2 start-instances --instance-ids {id}',
      'Check its file systems afterwards.',
    ],
  },
  impaired: {
    phrase: 'runs but is impaired',
    steps: [
      'See above which status check fails: system is the host, instance is the guest.',
      'Instance: aws ec2 reboot-instances --instance-ids {id}',
      `System or volumes, to another host. ${MOVE_BY_HAND}`,
      'Its policy lists no remediation for this check: see ladders in its policy.',
    ],
  },
  'impaired-before-enrolment': {
    phrase: 'is impaired and was not enrolled, not touched',
    steps: [
      'The watchdog never saw it serving: it may never have been well. Look at it.',
      MOVE_BY_HAND,
      'Once it serves it is enrolled, and the next failure is mended by itself.',
    ],
  },
  'ladder-exhausted': {
    phrase: 'is still impaired, every remediation was tried',
    steps: [
      'Look at the server itself: system log, instance screenshot, service status.',
      'Restore it from its backups if its volume is damaged.',
      'The watchdog does no more in this incident; it tells when the checks pass.',
    ],
  },
  'takedown-waits': {
    phrase: 'is impaired and waits for its turn to be moved',
    steps: [
      'See the other open incidents: one that cannot be brought back keeps its place.',
      'The watchdog goes on by itself as soon as its turn comes.',
      'Sooner: move it by hand, or raise takedownPercent and takedownMost and deploy.',
    ],
  },
  'takedown-refused': {
    phrase: 'is impaired, and its remediation cannot be made',
    steps: [
      "Read above why: AWS's answer (a permission, a policy, an attribute), or what EC2 shows.",
      'Mend it; the watchdog tries again by itself, every 30 min at least.',
      MOVE_BY_HAND,
    ],
  },
  'service-out-of-reach': {
    phrase: 'is impaired, and its SSM agent does not answer',
    steps: [
      'Look at the server itself: does it serve, does the agent (amazon-ssm-agent) run?',
      'Restart the service by hand, or reboot: aws ec2 reboot-instances --instance-ids {id}',
      'The watchdog tries again each minute; its policy lists no reboot to go on with.',
    ],
  },
  'zone-storm': {
    phrase: 'is impaired like most of its zone, not moved',
    steps: [
      'See the AWS Health Dashboard for trouble in this zone.',
      'Do not stop what still runs: in such an hour it may not come back.',
      'The watchdog goes on once the zone has been well for 10 min.',
    ],
  },
  'check-suspect': {
    phrase: 'and all of its policy fail their application check, EC2 is fine',
    steps: [
      'Suspect the check or what all of them need: the path, a certificate, a database.',
      'Look at one server by hand: does it serve?',
      'The watchdog restarts nothing as long as all of them fail together.',
    ],
  },
  'stop-protected': {
    phrase: 'must be moved, stop protection is on',
    steps: [
      'Decide whether it may be stopped: somebody protected it.',
      'If so: aws ec2 modify-instance-attribute --instance-id {id} --no-disable-api-stop',
      'The watchdog then moves it by itself.',
    ],
  },
  'instance-store-data': {
    phrase: 'must be moved, a stop would lose its instance store',
    steps: [
      'Save what is on its instance store, if anything is.',
      MOVE_BY_HAND,
      'To allow it next time, add "instance-store" to accepts in its policy.',
    ],
  },
  'address-would-change': {
    phrase: 'must be moved, a stop would change its public address',
    steps: [
      'Give it an Elastic IP (its address changes once), or see who uses the address.',
      MOVE_BY_HAND,
      'To allow it next time, add "public-address" to accepts in its policy.',
    ],
  },
  'in-placement-group': {
    phrase: 'must be moved and is in a placement group',
    steps: [
      'A start into a placement group may find no capacity: all its members would have to stop.',
      MOVE_BY_HAND,
      'To allow it next time, add "placement-group" to accepts in its policy.',
    ],
  },
  'on-dedicated-host': {
    phrase: 'is impaired on a Dedicated Host',
    steps: [
      'A stop and start stays on the same host. To another one, once it is stopped: aws ec2 ' +
        'modify-instance-placement --instance-id {id} --host-id HOST',
      'See host recovery and host maintenance of the Dedicated Host in the console.',
      'To have it stopped and started all the same, add "dedicated-host" to accepts.',
    ],
  },
  'would-hibernate': {
    phrase: 'must be moved and can hibernate',
    steps: [
      'A plain stop forgets its memory. If it still answers: ' +
        'aws ec2 stop-instances --hibernate --instance-ids {id}',
      MOVE_BY_HAND,
      'To allow it next time, add "hibernation" to accepts in its policy.',
    ],
  },
  'no-way-back': {
    phrase: 'must be moved, and EC2 has no capacity for it',
    steps: [
      'EC2 had no capacity for its type in its zone just now: stopped, it might stay down.',
      'The watchdog tries again by itself; nothing is lost by waiting.',
      'Types so far: {types}.',
      'Sooner: reserve a place for it, or change its type when it may be down (see the runbook).',
    ],
  },
  'another-automation': {
    phrase: 'is impaired, and another automation acts on it',
    steps: [
      'See in CloudTrail who calls StopInstances, StartInstances or RebootInstances on it.',
      'Switch one of the two off for it: theirs, or ours with the tag watchdog:hold.',
      'The watchdog goes on 10 min after their last call.',
    ],
  },
  'not-drained': {
    phrase: 'could not be drained, not stopped',
    steps: [
      '{drain}',
      'To have it stopped all the same, undrained: aws ec2 create-tags --resources {id} ' +
        '--tags Key=watchdog:move,Value=now',
      'Else it is drained anew in a maintenance window 12 h from now or later, if any is left.',
      'AWS does it by itself at {awsAt}, drained or not.',
    ],
  },
  'no-window': {
    phrase: 'must be moved, no maintenance window comes before',
    steps: [
      MOVE_BY_HAND,
      'Or let the watchdog do it now: aws ec2 create-tags --resources {id} ' +
        '--tags Key=watchdog:move,Value=now',
      'To have it done next time, set maintenanceWindow in its policy.',
    ],
  },
  terminated: {
    phrase: 'was terminated',
    steps: [
      'Nothing can be started: the instance is gone for good.',
      'Find out who terminated it (CloudTrail), and whether its volumes are left.',
      'Restore it from its backups, and tag the new instance.',
    ],
  },
};
