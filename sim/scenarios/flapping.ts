import { leftToPerson, mended, only, SILENCE } from './episodes';
import { family, type Sketch } from './scenario';
import type { Truth } from './truth';

const CHECKS = ['system', 'instance', 'attachedEbs'] as const;
type Check = (typeof CHECKS)[number];

const blip =
  (check: Check, lastsS: number): Sketch['play'] =>
  ({ world, id, at }) => {
    at(0, () => world.aws.impair(id, check, true));
    at(lastsS, () => world.aws.impair(id, check, false));
  };

/** EC2 looks once a minute: what lasts shorter may be seen as a minute, or not at all. */
const WITHIN: readonly Sketch[] = CHECKS.flatMap((check) =>
  [20, 45, 70, 100].map((lastsS) => ({
    name: `${check}-for-${lastsS}-s`,
    title: `The ${check} check fails for ${lastsS} s: tolerated.`,
    minutes: 20,
    play: blip(check, lastsS),
    label: () => SILENCE,
  })),
);

const WHY = 'Its volumes do not answer and the policy lists nothing for that: a person must act.';

const toldAs = (check: Check, truth: Truth, id: string) =>
  check === 'attachedEbs'
    ? leftToPerson(truth, id, { check, why: WHY })
    : mended(truth, id, { check });

/** What lasts longer than is tolerated is an incident, though it ends by itself. */
const BEYOND: readonly Sketch[] = CHECKS.flatMap((check) =>
  [200, 255].map((lastsS) => ({
    name: `${check}-for-${lastsS}-s`,
    title: `The ${check} check fails for ${lastsS} s: longer than is tolerated.`,
    play: blip(check, lastsS),
    label: (truth, [id = '']) => only(toldAs(check, truth, id)),
  })),
);

/** On and off again, each time for less than is tolerated. */
const AGAIN: readonly Sketch[] = CHECKS.flatMap((check) =>
  (
    [
      [50, 180],
      [80, 240],
    ] as const
  ).map(([onS, everyS]) => ({
    name: `${check}-${onS}-s-each-${everyS}-s`,
    title: `The ${check} check fails for ${onS} s, again each ${everyS} s, eight times.`,
    minutes: 45,
    play({ world, id, at }) {
      for (let turn = 0; turn < 8; turn += 1) {
        at(turn * everyS, () => world.aws.impair(id, check, true));
        at(turn * everyS + onS, () => world.aws.impair(id, check, false));
      }
    },
    label: () => SILENCE,
  })),
);

const METRIC = { namespace: 'LiveChat', name: 'OpenSockets' } as const;

const OF_THE_OWNER: readonly Sketch[] = [
  {
    name: 'metric-dips',
    title: 'One minute of the metric is bad, three times in half an hour.',
    policy: 'measured',
    play({ world, id, at }) {
      world.metrics.set(id, METRIC, 120);
      for (const second of [0, 600, 1_200]) {
        at(second, () => world.metrics.set(id, METRIC, 0));
        at(second + 60, () => world.metrics.set(id, METRIC, 120));
      }
    },
    label: () => SILENCE,
  },
  {
    name: 'alarm-flaps',
    title: "The owner's alarm goes off for a minute, five times.",
    policy: 'alarmed',
    play({ world, id, at }) {
      const name = `chat-${id}`;
      world.alarms.define(name, { instanceId: id, state: 'OK' });
      for (let turn = 0; turn < 5; turn += 1) {
        at(turn * 240, () => world.alarms.set(name, 'ALARM'));
        at(turn * 240 + 60, () => world.alarms.set(name, 'OK'));
      }
    },
    label: () => SILENCE,
  },
];

/** Checks that fail for a while and pass again by themselves. */
export const FLAPPING = family('flapping', [...WITHIN, ...BEYOND, ...AGAIN, ...OF_THE_OWNER]);
