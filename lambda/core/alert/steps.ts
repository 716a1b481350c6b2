import type { EscalateReason } from '../reasons';

/** What a page says beside the facts: a phrase for the subject and the next steps of a person. */
export interface Handover {
  /** Follows the instance's name in the subject. */
  readonly phrase: string;
  /** The next steps, in their order. */
  readonly steps: readonly string[];
}

const CONSOLE = 'Look at the instance in the console (link below).';
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
      'The watchdog would have started it: see the decision above.',
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
      'Sooner: change the instance to another type that fits, then start it.',
      'Another zone: snapshot its volumes and launch it there by hand.',
    ],
  },
  'gave-up': {
    phrase: 'could not be started in 72 h',
    steps: [CONSOLE, START_BY_HAND, 'Consider another type or zone.'],
  },
  'ec2-unavailable': {
    phrase: "cannot be started: EC2's API fails",
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
      'A reboot is yours to decide: this version does not reboot.',
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
      'If it is not started then, start it yourself; check the file systems.',
    ],
  },
  impaired: {
    phrase: 'runs but is impaired',
    steps: [
      'See above which status check fails: system is the host, instance is the guest.',
      'System: stop and start moves it to another host. Instance: try a reboot first.',
      'This version does neither by itself.',
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
