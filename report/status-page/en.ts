import type { Who } from './facts';
import { begun, isCrowd, isOne, listed } from './speech';
import type { Length, StatusTexts } from './texts';

function servers(who: Who): string {
  if (isCrowd(who)) return `${who.names.length} servers`;
  return `${theServer(who)} ${listed(who.names, 'and')}`;
}

const Servers = (who: Who): string => begun(servers(who));
const it = (who: Who): string => (isOne(who) ? 'it' : 'they');
const has = (who: Who): string => (isOne(who) ? 'has' : 'have');
const is = (who: Who): string => (isOne(who) ? 'is' : 'are');
const was = (who: Who): string => (isOne(who) ? 'was' : 'were');
const every = (who: Who): string => (isOne(who) ? 'the server' : 'all the servers');
const theServer = (who: Who): string => (isOne(who) ? 'the server' : 'the servers');

const counted = (count: number, unit: string): string =>
  `${count} ${unit}${count === 1 ? '' : 's'}`;

function length({ hours, minutes, seconds }: Length): string {
  const parts = [
    ...(hours > 0 ? [counted(hours, 'hour')] : []),
    ...(minutes > 0 ? [counted(minutes, 'minute')] : []),
    ...(seconds > 0 || hours + minutes === 0 ? [counted(seconds, 'second')] : []),
  ];
  return listed(parts, 'and');
}

/** Status-page drafts in English. */
export const ENGLISH: StatusTexts = {
  name: 'English',
  locale: 'en-US',
  stages: {
    looking: 'Looking into it',
    restarted: 'Restarted',
    recovered: 'Recovered',
    'post-mortem': 'Post-mortem',
  },
  date: (date) => date,
  length,
  title: {
    looking: (who) => `We are looking into a problem with ${servers(who)}`,
    restarting: (who) => `We are restarting ${servers(who)}`,
    restarted: (who) => `We have restarted ${servers(who)}`,
    recovered: (who, isImpaired) =>
      isImpaired
        ? `${Servers(who)} ${is(who)} working properly again`
        : `${Servers(who)} ${is(who)} serving again`,
    'post-mortem': (who, from, isImpaired) =>
      `Post-mortem: ${isImpaired ? 'malfunction' : 'outage'} of ${servers(who)} on ${from.date}`,
  },
  headings: {
    summary: 'Summary',
    timeline: 'Timeline',
    impact: 'Impact',
    cause: 'Root cause',
    resolution: 'Resolution',
    corrective: 'Corrective actions',
  },
  sentences: {
    downSince: (who, { date, time }, isImpaired) =>
      `${Servers(who)} ${has(who)} not been ${isImpaired ? 'working properly' : 'serving'}` +
      `${isOne(who) ? '' : ', the first of them'} since ${time} on ${date}.`,
    wasDown: (who, { from, to, length: long, isImpaired }) => {
      const end = from.date === to.date ? to.time : `${to.time} on ${to.date}`;
      const lasted = long === undefined ? '' : `, for ${long}`;
      if (!isOne(who)) {
        const what = isImpaired
          ? `${servers(who)} did not work properly`
          : `service was interrupted on ${servers(who)}`;
        return `On ${from.date}, between ${from.time} and ${end}, ${what}.`;
      }
      const failed = isImpaired ? 'work properly' : 'serve';
      const when = `on ${from.date} from ${from.time} to ${end}`;
      return `${Servers(who)} did not ${failed} ${when}${lasted}.`;
    },
    each: (least, most) =>
      least === most
        ? `On each of them it lasted ${most}.`
        : `On each of them it lasted between ${least} and ${most}.`,
    times: (count) => `Service was interrupted ${count} times in all.`,
    mayHaveBegunEarlier: (by) => `The problem may have begun up to ${by} earlier.`,
    noticed: ({ time }) => `Our monitoring noticed the problem at ${time}.`,
    asked: (act, first, more) =>
      more === undefined
        ? `At ${first.time} our automation requested ${act}; AWS accepted it.`
        : `From ${first.time} to ${more.last.time} our automation requested ${act}, ` +
          `${more.count} times in all; AWS accepted each request.`,
    running: (who, { time }) => `At ${time} ${theServer(who)} ${was(who)} running again.`,
    verifying: (who) => `We are checking that ${it(who)} ${isOne(who) ? 'serves' : 'serve'} again.`,
    serving: (who, { time }, isImpaired) =>
      `${Servers(who)} ${has(who)} been ${isImpaired ? 'working properly' : 'serving'} again ` +
      `since ${time}.`,
    checksPassed: ({ time }) => `By ${time} every one of our checks had passed.`,
    checksGoOn: 'Our checks are still going on.',
    causeUnsure: 'This is what we know so far; it is not confirmed.',
    health: (codes) => `AWS reports on this through AWS Health: ${codes.join(', ')}.`,
    noHealth: 'AWS has sent us no confirmation through AWS Health so far.',
    noAct: 'Our automation made no change to the server.',
  },
  timeline: {
    down: (who, isImpaired) =>
      `${isOne(who) ? '' : 'the first of '}${servers(who)} ` +
      (isImpaired ? 'stopped working properly' : 'stopped serving'),
    noticed: 'our monitoring noticed the problem',
    alerted: 'the first alert went out to our engineers',
    asked: (act) => `our automation requested ${act}`,
    running: (who) => `${every(who)} ${was(who)} running again`,
    serving: (who) => `${every(who)} served again`,
    checksPassed: 'every check had passed',
  },
  acts: {
    start: (who) => `the start of ${theServer(who)}`,
    'restart-service': () => 'the restart of the service',
    reboot: (who) => `the reboot of ${theServer(who)}`,
    'stop-start': (who) => `the stop and start of ${theServer(who)}`,
    'force-stop': (who) => `the forced stop and start of ${theServer(who)}`,
    'reserve-capacity': () => 'reserved capacity',
    'change-type': (who) => `another instance type for ${theServer(who)}`,
    'associate-address': (who) => `the association of the IP address of ${theServer(who)}`,
  },
  causes: {
    'stopped-by-provider': (who) => `AWS, our infrastructure provider, stopped ${theServer(who)}.`,
    'no-capacity': (who) =>
      `AWS, our infrastructure provider, stopped ${theServer(who)} for lack of capacity.`,
    'failed-start': (who) => `AWS reports that a start of ${theServer(who)} failed.`,
    'host-impaired': (who) =>
      `AWS's checks report a problem with the physical host of ${theServer(who)}.`,
    'volumes-impaired': (who) =>
      `AWS's checks report that ${theServer(who)} cannot reach ` +
      `${isOne(who) ? 'its' : 'their'} volumes.`,
    'guest-impaired': (who) =>
      `AWS's checks report a problem with the operating system of ${theServer(who)}.`,
    'application-impaired': (who) =>
      `The check of the application on ${theServer(who)} reports a problem.`,
    'shut-down-from-inside': (who) => `The shutdown was started from inside ${theServer(who)}.`,
    'stopped-by-request': (who) =>
      `${begun(theServer(who))} ${was(who)} stopped by a request made in our AWS account.`,
    'stopped-by-schedule': (who) =>
      `${begun(theServer(who))} ${was(who)} stopped by an automatic schedule.`,
    spot: (who) => `AWS took back the Spot capacity that ${theServer(who)} ran on.`,
    configuration: (who) =>
      `AWS reports a configuration problem as the reason why ${theServer(who)} stopped.`,
    test: () => 'This was a test that we had planned.',
    'provider-maintenance': (who) =>
      `AWS, our infrastructure provider, announced maintenance of the host of ${theServer(who)}.`,
    'own-maintenance': () => 'This was maintenance of our own.',
    terminated: (who) =>
      `${begun(theServer(who))} ${was(who)} terminated and cannot be started again.`,
    unknown: () => 'The cause is not known yet.',
  },
  proofs: {
    'ready-event': "The server's own ready signal confirms it.",
    'application-check': 'The check of the application confirms it.',
    'status-checks': "AWS's status checks confirm it.",
  },
  corrective: {
    address: "Keep the server's public address the same across restarts.",
    capacity: 'Provide for capacity: other instance types or reserved capacity.',
    'own-type': 'Return the server to its own instance type.',
    'late-alert': 'Find out why the first alert was late.',
    'late-detection': 'Find out why the problem was noticed late.',
    readiness: 'Mend what our readiness check found on the server.',
    escalation: 'See whether what needed a person can be automated.',
    unacknowledged: undefined,
    'ready-event': 'Let the server report by itself when it is ready.',
    cause: 'Establish the cause.',
    repeated: 'Find out why the server went down again.',
    undelivered: undefined,
    'shadow-mode': undefined,
  },
  checklist: {
    heading: 'Before you publish',
    impact: 'Add what the watchdog cannot know: which customers, chats and agents were affected.',
    names: 'Name the service as your customers know it; the draft has the name of the server.',
    nextUpdate: 'Say when the next update will follow.',
    cause: 'The cause is not certain: confirm it, or leave it out.',
    proposals: 'The corrective actions are proposals: keep only what you have decided to do.',
    noProposals: 'Add the corrective actions: the record proposes none.',
  },
};
