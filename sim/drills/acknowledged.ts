import { OPERATOR_TAGS } from '../../lambda/core/tags';
import { factsOf } from '../history';
import type { World } from '../world';
import { demand, type DrillSpec, type Played } from './drill';
import { isRepeat } from './figures';
import { ZERO_S, acted, ladderDrill, pagedTimes } from './ladder-drill';
import { POD_23 } from './servers';

/** As the watchdog names it: the page tells it, and `watchdog ack` writes it. */
const INCIDENT = 'pod-23-20240801-1210-0023';

/** The server shuts itself down, which its policy leaves to a person; 90 s later one has it. */
function inHandAfter(tag: string | undefined): (world: World) => void {
  return (world) => {
    world.at(ZERO_S, () => world.people.shutdownGuest(POD_23));
    if (tag === undefined) return;
    world.at(ZERO_S + 90, () => world.people.setTag(POD_23, OPERATOR_TAGS.acknowledged, tag));
  };
}

/** The page is sent again so many seconds after it was first sent, and never else. */
function repeatedAfter(delays: readonly number[], { figures, facts }: Played) {
  const pages = figures.alerts.filter(({ kind }) => kind === 'needs-person');
  const first = pages[0]?.at ?? 0;
  const again = pages.filter(isRepeat).map(({ at }) => Math.round(at - first));
  // The looks that notice it come each minute; SNS takes its time.
  const held =
    again.length === delays.length &&
    again.every((at, index) => at >= (delays[index] ?? 0) && at < (delays[index] ?? 0) + 75);
  const names = factsOf(facts, 'message').some(({ email }) => email.includes(INCIDENT));
  const wanted = delays.length === 0 ? 'never' : `after ${delays.join(' s and ')} s`;
  const got = again.length === 0 ? 'never' : `after ${again.join(' s and ')} s`;
  return demand(`the page is sent again ${wanted} (got: ${got})`, held && names);
}

/** Whether somebody has a page in hand decides whether it is sent again. */
export const ACKNOWLEDGED_DRILLS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'page-acknowledged',
    twin: 'page-not-acknowledged',
    title: 'Somebody acknowledges the page',
    description:
      'The server shuts itself down, which its policy leaves to a person. 90 seconds after the ' +
      'page somebody acknowledges it on the tag, as `watchdog ack` does: it is not sent again.',
    story: inHandAfter(`${INCIDENT} ana: looking at it`),
    minutes: 30,
    endsWell: false,
    expect: (played) => [acted('', played), pagedTimes(1, played), repeatedAfter([], played)],
  }),
  ladderDrill({
    name: 'page-not-acknowledged',
    twin: 'page-acknowledged',
    title: 'Nobody acknowledges the page',
    description: 'The same, and nobody reacts: it is sent again after 5 and after 15 minutes.',
    story: inHandAfter(undefined),
    minutes: 30,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      pagedTimes(1, played),
      repeatedAfter([300, 900], played),
    ],
  }),
  ladderDrill({
    name: 'another-page-acknowledged',
    twin: 'page-acknowledged',
    title: 'The acknowledgement is of another incident',
    description:
      'The tag names the incident of the day before, as one that nobody took away would: it is ' +
      'sent again all the same.',
    story: inHandAfter('pod-23-20240731-1210-0023 ana: looking at it'),
    minutes: 30,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      pagedTimes(1, played),
      repeatedAfter([300, 900], played),
    ],
  }),
];
