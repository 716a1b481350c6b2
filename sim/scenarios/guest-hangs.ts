import { leftToPerson, mended, only, PAGE_WITHIN_S } from './episodes';
import { family, type Scenario, type Sketch } from './scenario';
import type { Cure } from '../account/ec2-cures';

/** What each rung of the default ladder is given before its failure is believed. */
const MOVE_HAS_S = 900;

const SOCKETS = { namespace: 'LiveChat', name: 'OpenSockets' } as const;

const hangs =
  (curedBy: Cure): Scenario['play'] =>
  ({ world, id, at }) =>
    at(0, () => world.aws.breaks(id, 'instance', { curedBy }));

const mendedAlone: Scenario['label'] = (truth, [id = '']) =>
  only(mended(truth, id, { check: 'instance' }));

const CURED: readonly Sketch[] = (['reboot', 'stop-start'] as const).flatMap((cure) =>
  (['livechat', 'asked', 'announcing', 'measured'] as const).map((policy) => ({
    name: `helped-by-${cure}-under-${policy}`,
    title: `The guest hangs and a ${cure} helps, under the policy "${policy}".`,
    policy,
    minutes: 50,
    play(stage) {
      const { world, id } = stage;
      // A policy that is judged by a metric enrols what it has seen well by that metric.
      if (policy === 'measured') world.metrics.set(id, SOCKETS, 120);
      hangs(cure)(stage);
    },
    label: mendedAlone,
  })),
);

const NOT_CURED: readonly Sketch[] = (['livechat', 'announcing'] as const).map((policy) => ({
  name: `nothing-helps-under-${policy}`,
  title: `The guest hangs, and neither a reboot nor a move helps ("${policy}").`,
  policy,
  minutes: 90,
  play: hangs('nothing'),
  label: (truth, [id = '']) => {
    const movedS = truth.reached(id, 'running');
    return only(
      leftToPerson(truth, id, {
        check: 'instance',
        why: 'A reboot and a move did not help: a person must look.',
        pageFromS: movedS,
        pageByS: movedS + MOVE_HAS_S + PAGE_WITHIN_S,
        messages: 3,
      }),
    );
  },
}));

const CLEARS: readonly Sketch[] = [150, 175].map((afterS) => ({
  name: `comes-to-after-${afterS + 60}-s`,
  title: `The guest hangs and comes to by itself before a reboot has helped (${afterS + 60} s).`,
  play({ world, id, at }) {
    at(0, () => world.aws.breaks(id, 'instance', { stillServes: true }));
    at(afterS + 60, () => world.aws.impair(id, 'instance', false));
  },
  label: mendedAlone,
}));

const HELD: readonly Sketch[] = [
  {
    name: 'under-stop-protection',
    title: 'The guest hangs, a reboot does not help, and it may not be stopped: a person decides.',
    server: { stopProtection: true },
    minutes: 60,
    play: hangs('stop-start'),
    label: (truth, [id = '']) => {
      const sinceS = truth.impaired(id, 'instance');
      return only(
        leftToPerson(truth, id, {
          check: 'instance',
          why: 'A reboot did not help and it may not be stopped: a person must.',
          // After the reboot: it is given eight minutes, on top of what was tolerated.
          pageFromS: sinceS + 120,
          pageByS: sinceS + 120 + 480 + 60 + PAGE_WITHIN_S,
          messages: 3,
        }),
      );
    },
  },
  {
    name: 'two-zones-apart',
    title: 'The guests of two servers in different zones hang at once.',
    fleet: { count: 8, zones: ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'] },
    minutes: 60,
    play({ world, ids, at }) {
      for (const id of ids.slice(0, 2)) at(0, () => world.aws.breaks(id, 'instance'));
    },
    label: (truth, ids) =>
      only(...ids.slice(0, 2).map((id) => mended(truth, id, { check: 'instance' }))),
  },
];

/** EC2's instance check fails: the guest does not answer. */
export const GUEST_HANGS = family('guest-hangs', [...CURED, ...NOT_CURED, ...CLEARS, ...HELD]);
