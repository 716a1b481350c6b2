import type { Reason } from '../../lambda/core/reasons';
import { instant, parseInstant, type Instant } from '../../lambda/core/time';
import { OPERATOR_TAGS } from '../../lambda/core/tags';
import type { World } from '../world';
import { actsOf } from './acts';
import { demand, type DrillSpec, type Played } from './drill';
import {
  ZERO_S,
  acted,
  decided,
  ladderDrill,
  messagesOf,
  pageSays,
  resolvedAs,
  says,
} from './ladder-drill';
import { POD_23 } from './servers';

const moment = (text: string): Instant => parseInstant(text) ?? instant(0);

/** The evening before: the maintenance window of the drills opens at two in the morning. */
const EVENING = '2024-08-01T20:00:00Z';
/** Two hours before that. */
const NIGHT = '2024-08-02T00:00:00Z';
const HOURS_14 = 14 * 60;

/** AWS announces work on the host for two days later. */
function announced(code: string, notBefore = '2024-08-03T12:00:00Z', carriedOut = false) {
  const event = {
    id: 'instance-event-0d59937288b749b32',
    code,
    description: 'The instance is running on degraded hardware',
    notBefore: moment(notBefore),
  };
  return (world: World): void =>
    world.at(ZERO_S, () => world.aws.schedule(POD_23, event, { carriedOut }));
}

/** When the first act on the server was, in ISO 8601. */
function firstAct({ facts }: Played): string {
  const [first] = actsOf(facts);
  return first === undefined ? 'never' : new Date(first.at).toISOString();
}

const actedBetween = (played: Played, from: string, to: string) => {
  const at = firstAct(played);
  return demand(`acts between ${from} and ${to} (got ${at})`, at >= from && at < to);
};

const notices = (count: number, played: Played) => {
  const plans = messagesOf('notice', played).filter(({ email }) => email.includes('pod-23'));
  return demand(`${count} notices (got ${plans.length})`, plans.length === count);
};

/** While nothing is open no decision is made: it is the notice that gives the reason. */
const noticeGives = (reason: Reason, played: Played) =>
  says('notice', `runbook.md#${reason}`, played);

/** What AWS stops is down from that moment on, not since its move was due hours before. */
const wasDownForMinutes = ({ figures }: Played) => {
  const said = figures.alerts.find(({ kind }) => kind === 'serving')?.subject ?? 'nothing';
  return demand(`says for how long it was down (got: ${said})`, /for (?:\d+ min|\d+ s)/.test(said));
};

/** Plans an act by its time of day. */
const atTime = (world: World, text: string, act: () => void): void =>
  world.at((moment(text) - world.startedAt) / 1_000, act);

/** The server is held from before its window opens until after it has closed. */
function heldThrough(world: World): void {
  const { hold } = OPERATOR_TAGS;
  atTime(world, '2024-08-02T01:00Z', () => world.people.setTag(POD_23, hold, 'release night'));
  atTime(world, '2024-08-02T06:00Z', () => world.people.removeTag(POD_23, hold));
}

const tagsMove = (world: World, text: string, wish: 'now' | 'veto'): void =>
  atTime(world, text, () => world.people.setTag(POD_23, OPERATOR_TAGS.move, wish));

/** Every drill of work that AWS announces. */
export const PLANNED_DRILLS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'retirement-scheduled',
    twin: 'move-vetoed',
    title: 'AWS announces the retirement of the host',
    description:
      'The host is to be retired in two days: the move is announced with its time and made in ' +
      'the maintenance window, long before AWS would stop the server.',
    policy: 'windowed',
    startAt: EVENING,
    minutes: HOURS_14,
    story: announced('instance-retirement'),
    expect: (played) => [
      acted('stop, start', played),
      actedBetween(played, '2024-08-02T02:00', '2024-08-02T02:10'),
      notices(1, played),
      noticeGives('outside-window', played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'move-vetoed',
    twin: 'retirement-scheduled',
    title: 'A person does not want it moved',
    description: 'The move is announced, and a person says no with a tag: it is left to AWS.',
    policy: 'windowed',
    startAt: EVENING,
    minutes: HOURS_14,
    endsWell: false,
    story(world) {
      announced('instance-stop')(world);
      world.at(ZERO_S + 1_800, () => world.people.setTag(POD_23, OPERATOR_TAGS.move, 'veto'));
    },
    // The plan, and that the veto was understood.
    expect: (played) => [
      acted('', played),
      notices(2, played),
      noticeGives('outside-window', played),
      noticeGives('move-vetoed', played),
    ],
  }),
  ladderDrill({
    name: 'move-brought-forward',
    twin: 'retirement-scheduled',
    title: 'A person wants it moved now',
    description: 'The move is planned for the night, and a person brings it forward with a tag.',
    policy: 'windowed',
    startAt: EVENING,
    minutes: 180,
    story(world) {
      announced('instance-stop')(world);
      world.at(ZERO_S + 1_800, () => world.people.setTag(POD_23, OPERATOR_TAGS.move, 'now'));
    },
    expect: (played) => [
      acted('stop, start', played),
      actedBetween(played, '2024-08-01T20:35', '2024-08-01T20:40'),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'no-window',
    twin: 'retirement-scheduled',
    title: 'AWS announces a stop, and there is no maintenance window',
    description: 'Without a window nothing is moved by itself: a person is told in time.',
    startAt: EVENING,
    minutes: HOURS_14,
    endsWell: false,
    story: announced('instance-stop'),
    expect: (played) => [acted('', played), notices(1, played), noticeGives('no-window', played)],
  }),
  ladderDrill({
    name: 'window-missed',
    twin: 'retirement-scheduled',
    title: 'It is held while its maintenance window is open',
    description:
      'A person holds the server from one to six in the morning. The move that was due is told ' +
      'as held and waits for the next window, until the person wants it now.',
    policy: 'windowed',
    startAt: NIGHT,
    minutes: 8 * 60,
    story(world) {
      announced('instance-retirement')(world);
      heldThrough(world);
      tagsMove(world, '2024-08-02T07:00Z', 'now');
    },
    expect: (played) => [
      acted('stop, start', played),
      decided('escalate', 'held', played),
      decided('defer', 'outside-window', played),
      actedBetween(played, '2024-08-02T07:00', '2024-08-02T07:05'),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'last-window-missed',
    twin: 'window-missed',
    title: 'It is held while its last maintenance window is open',
    description:
      'The same, and AWS stops it at noon: no window comes before. A person is called in time; ' +
      'AWS does as it announced, and what it stopped is started.',
    policy: 'windowed',
    startAt: NIGHT,
    minutes: 13 * 60,
    story(world) {
      announced('instance-stop', '2024-08-02T12:00:00Z', true)(world);
      heldThrough(world);
    },
    expect: (played) => [
      acted('start', played),
      decided('escalate', 'no-window', played),
      pageSays('no-window', played),
      wasDownForMinutes(played),
      notices(1, played),
      actedBetween(played, '2024-08-02T12:00', '2024-08-02T12:10'),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'move-vetoed-late',
    twin: 'window-missed',
    title: 'A person vetoes a move that is due',
    description:
      'The move is due and held back; then a person says no with a tag and lifts the hold. It is ' +
      'not moved, and they are told that the veto was understood.',
    policy: 'windowed',
    startAt: NIGHT,
    minutes: 8 * 60,
    endsWell: false,
    story(world) {
      announced('instance-retirement')(world);
      heldThrough(world);
      tagsMove(world, '2024-08-02T05:00Z', 'veto');
    },
    expect: (played) => [
      acted('', played),
      decided('ignore', 'move-vetoed', played),
      says(undefined, 'somebody vetoed that on its tag', played),
    ],
  }),
  ladderDrill({
    name: 'reboot-scheduled',
    twin: 'retirement-scheduled',
    title: 'AWS announces a reboot of the host',
    description: 'A reboot of ours in the window stands in for it, and migrates where it can.',
    policy: 'windowed',
    startAt: EVENING,
    minutes: HOURS_14,
    story: announced('system-reboot'),
    expect: (played) => [
      acted('reboot', played),
      actedBetween(played, '2024-08-02T02:00', '2024-08-02T02:10'),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'retiring-and-impaired',
    twin: 'retirement-scheduled',
    title: 'The host that is to be retired fails now',
    description: "It is moved at once: AWS's own recovery does not cover what is scheduled.",
    policy: 'windowed',
    startAt: EVENING,
    minutes: 120,
    story(world) {
      announced('instance-retirement')(world);
      world.at(ZERO_S + 600, () => world.aws.breaks(POD_23, 'system'));
    },
    expect: (played) => [
      acted('stop, start', played),
      actedBetween(played, '2024-08-01T20:17', '2024-08-01T20:20'),
      decided('remediate', 'system-impaired', played),
      resolvedAs('recovered', played),
    ],
  }),
];
