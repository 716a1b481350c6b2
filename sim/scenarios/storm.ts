import { impeded, needsPerson, PAGE_WITHIN_S, rescued, TOLERATION_S } from './episodes';
import { family, type Label, type Sketch, type Stage } from './scenario';
import type { Truth } from './truth';

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const;

/**
 * What is fair for a shared cause: one message at once, one when its extent is known, one each five
 * minutes and one when it is over. Before the fifth server is down nobody can know that it is a
 * storm: what went down by then may be told alone.
 */
const fair = (lastsS: number, alone = 0): number => 3 + Math.ceil(lastsS / 300) + alone;

const WHY = 'AWS stopped it with others at once: the watchdog starts them all, told as one.';

/** All are down and come back by themselves; told as one. */
function allRescued(truth: Truth, ids: readonly string[], alone: number): Label {
  const episodes = ids.map((id) => ({ ...rescued(truth, id), why: WHY }));
  const beganS = Math.min(...ids.map((id) => truth.down(id)));
  const servesS = Math.max(...ids.map((id) => truth.serves(id)));
  return { episodes, together: { messages: fair(servesS - beganS, alone) } };
}

/** So many servers stop at the same time, or one after the other. */
const stopAll =
  (count: number, apartS: number): Sketch['play'] =>
  ({ world, ids, at }) =>
    ids.slice(0, count).forEach((id, index) => {
      at(index * apartS, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
    });

interface Extent {
  readonly of: number;
  readonly count: number;
  readonly zones: readonly string[];
  readonly apartS: number;
}

const EXTENTS: readonly Extent[] = [
  { of: 8, count: 5, zones: ZONES.slice(0, 1), apartS: 0 },
  { of: 8, count: 8, zones: ZONES.slice(0, 1), apartS: 0 },
  { of: 8, count: 8, zones: ZONES.slice(0, 1), apartS: 8 },
  { of: 20, count: 20, zones: ZONES.slice(0, 1), apartS: 0 },
  { of: 20, count: 20, zones: ZONES, apartS: 0.2 },
  { of: 20, count: 12, zones: ZONES, apartS: 15 },
  { of: 60, count: 60, zones: ZONES, apartS: 0.05 },
  { of: 60, count: 30, zones: ZONES.slice(0, 2), apartS: 1 },
  { of: 200, count: 200, zones: ZONES.slice(0, 1), apartS: 0.005 },
];

const STOPPED: readonly Sketch[] = EXTENTS.map(({ of, count, zones, apartS }) => ({
  name: `${count}-of-${of}-in-${zones.length}-zones-${apartS}-s-apart`,
  title: `AWS stops ${count} of ${of} servers in ${zones.length} zones, ${apartS} s apart.`,
  fleet: { count: of, zones },
  play: stopAll(count, apartS),
  label: (truth, ids) => allRescued(truth, ids.slice(0, count), apartS === 0 ? 0 : 4),
}));

const NEED = 'It went down with others, and EC2 has no room for them: a person must know.';

const CALLED: readonly Sketch[] = [
  {
    name: 'without-capacity',
    title: 'AWS stops twelve servers of a zone, and has no capacity there for twenty minutes.',
    fleet: { count: 12, zones: ZONES.slice(0, 1) },
    minutes: 60,
    play(stage) {
      stage.world.faults.capacityOut({ zone: 'us-east-1a', ...stage.span(0, 1_200) });
      stopAll(12, 0)(stage);
    },
    label(truth, ids) {
      const episodes = ids.map((id) => {
        const episode = needsPerson(truth, id, { why: NEED });
        return {
          ...episode,
          page: { fromS: 0, byS: 'never' as const, toS: truth.serves(id) },
        };
      });
      const stoppedS = Math.min(...ids.map((id) => truth.reached(id, 'stopped')));
      const servesS = Math.max(...ids.map((id) => truth.serves(id)));
      const messages = fair(servesS);
      return { episodes, together: { messages, pageByS: stoppedS + PAGE_WITHIN_S } };
    },
  },
  {
    name: 'guests-shut-down',
    title: 'Eight guests shut themselves down within a minute: a bad release, for instance.',
    fleet: { count: 8, zones: ZONES },
    play: ({ world, ids, at }) =>
      ids.forEach((id, index) => at(index * 5, () => world.people.shutdownGuest(id))),
    label(truth, ids) {
      const why = 'It shut itself down with others, and its policy leaves that to a person.';
      const episodes = ids.map((id) => {
        const episode = needsPerson(truth, id, { why });
        const toS = Number.POSITIVE_INFINITY;
        return { ...episode, page: { fromS: truth.down(id), byS: 'never' as const, toS } };
      });
      const firstS = truth.signal(ids[0] ?? '', truth.down(ids[0] ?? ''));
      // The fifth makes it a storm; until then each is a page of its own. It lasts for the run.
      return { episodes, together: { messages: fair(2_400, 4), pageByS: firstS + PAGE_WITHIN_S } };
    },
  },
  {
    name: 'zone-impaired',
    title:
      'Six of ten servers of a zone run on broken hosts: nothing is taken down, a page for all.',
    fleet: { count: 10, zones: ZONES.slice(0, 1) },
    play: ({ world, ids, at }) => {
      for (const id of ids.slice(0, 6)) at(0, () => world.aws.breaks(id, 'system'));
    },
    label(truth, ids) {
      const ill = ids.slice(0, 6);
      const sinceS = Math.max(...ill.map((id) => truth.impaired(id, 'system')));
      const episodes = ill.map((instanceId) => ({
        instanceId,
        why: 'Most of its zone is broken, and nothing there is moved: a person must know.',
        fromS: truth.impaired(instanceId, 'system'),
        telling: {
          kind: 'at-once' as const,
          detectableS: truth.signal(
            instanceId,
            truth.impaired(instanceId, 'system') + TOLERATION_S,
          ),
        },
        page: { fromS: TOLERATION_S, byS: 'never' as const, toS: Number.POSITIVE_INFINITY },
        messages: 2,
      }));
      // That AWS does not mend it by itself is waited for, for five minutes.
      const pageByS = sinceS + 300 + PAGE_WITHIN_S;
      return { episodes, together: { messages: fair(2_400, 4), pageByS } };
    },
  },
];

/** One event of AWS Health, which names many. */
function healthOfMany({ world, ids, at }: Stage): void {
  at(0, () => {
    world.aws.health({
      eventTypeCode: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
      instanceIds: ids,
      description: 'Some instances of the zone were unavailable.',
    });
  });
}

const OTHERS: readonly Sketch[] = [
  {
    name: 'one-health-event-names-twenty',
    title: 'One event of AWS Health names twenty servers, all of which serve.',
    fleet: { count: 20, zones: ZONES.slice(0, 1) },
    play: healthOfMany,
    label: (_truth, ids) => ({
      episodes: ids.map((instanceId) => ({
        instanceId,
        why: 'AWS tells of trouble, and it serves: one notice for all is fair.',
        fromS: 0,
        telling: { kind: 'quiet' as const, loudest: 'warning' as const },
        messages: 1,
      })),
      together: { messages: 2 },
    }),
  },
  {
    name: 'health-names-twenty-that-stop',
    title: 'AWS stops twenty servers of a zone, and one event of AWS Health names them all.',
    fleet: { count: 20, zones: ZONES.slice(0, 1) },
    play(stage) {
      stopAll(20, 0)(stage);
      stage.at(20, () => healthOfMany({ ...stage, at: (_second, act) => act() }));
    },
    label: (truth, ids) => allRescued(truth, ids, 0),
  },
  {
    name: 'sns-down-for-2-min',
    title: 'AWS stops twenty servers of a zone while SNS takes nothing for two minutes.',
    fleet: { count: 20, zones: ZONES.slice(0, 1) },
    play(stage) {
      stage.world.faults.serviceDown('sns', stage.span(-30, 120));
      stopAll(20, 0)(stage);
    },
    label(truth, ids) {
      const label = allRescued(truth, ids, 0);
      return { ...label, episodes: label.episodes.map((episode) => impeded(episode, 120)) };
    },
  },
  {
    name: 'events-lost',
    title: 'AWS stops ten servers of a zone, and every event is lost.',
    fleet: { count: 20, zones: ZONES.slice(0, 1) },
    play(stage) {
      stage.world.faults.dropEvents(() => true);
      stopAll(10, 0)(stage);
    },
    label: (truth, ids) => allRescued(truth, ids.slice(0, 10), 0),
  },
];

/** Many at once. */
export const STORMS = family('storm', [...STOPPED, ...CALLED, ...OTHERS]);
