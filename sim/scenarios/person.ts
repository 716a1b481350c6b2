import type { Principal } from '../history';
import { OPERATOR } from '../people';
import { only, SILENCE, wanted, mended } from './episodes';
import { family, type Sketch } from './scenario';

const WHY = 'A person stopped it on purpose: the owner may hear of it, and nobody is called.';

/** How people's calls look in CloudTrail. */
const BY: readonly (readonly [string, Principal])[] = [
  ['console', OPERATOR],
  [
    'cli',
    { kind: 'person', name: 'arn:aws:sts::111122223333:assumed-role/Operators/ana.operator' },
  ],
  ['program', { kind: 'role', name: 'arn:aws:iam::111122223333:role/nightly-maintenance' }],
  [
    'auto-scaling',
    {
      kind: 'role',
      name:
        'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/' +
        'AWSServiceRoleForAutoScaling',
    },
  ],
  ['root', { kind: 'person', name: 'arn:aws:iam::111122223333:root' }],
];

const STOPPED: readonly Sketch[] = BY.flatMap(([how, by]) =>
  [true, false].map((trail) => ({
    name: `stopped-by-${how}-${trail ? 'trail' : 'no-trail'}`,
    title: `Somebody (${how}) stops it, ${trail ? 'and a trail tells of it' : 'without a trail'}.`,
    trail,
    play: ({ world, id, at }) => at(0, () => world.people.stop(id, by)),
    label: (_truth, [id = '']) => only(wanted(id, { why: WHY, messages: 2 })),
  })),
);

const AND_STARTED: readonly Sketch[] = [2, 10, 20, 45].flatMap((minutes) =>
  [true, false].map((trail) => ({
    name: `stopped-for-${minutes}-min-${trail ? 'trail' : 'no-trail'}`,
    title: `A person stops it and starts it again after ${minutes} min.`,
    trail,
    minutes: minutes + 25,
    play({ world, id, at }) {
      at(0, () => world.people.stop(id));
      at(minutes * 60, () => world.people.start(id));
    },
    label: (_truth, [id = '']) => only(wanted(id, { why: WHY })),
  })),
);

const TAGGED: readonly Sketch[] = [
  {
    name: 'pauses-then-stops',
    title: 'A person pauses it for an hour, then stops it.',
    play({ world, id, at }) {
      at(-30, () => world.people.setTag(id, 'watchdog:pause-until', '2024-08-01T13:10:00Z deploy'));
      at(0, () => world.people.stop(id));
    },
    label: (_truth, [id = '']) => only(wanted(id, { why: WHY, messages: 2 })),
  },
  {
    name: 'untags-then-stops',
    title: 'A person takes the opt-in tag away and stops it: it is nobody of ours any more.',
    play({ world, id, at }) {
      at(-120, () => world.people.removeTag(id, 'watchdog'));
      at(0, () => world.people.stop(id));
    },
    label: () => SILENCE,
  },
  {
    name: 'stops-then-untags',
    title: 'A person stops it and takes the opt-in tag away a minute later.',
    play({ world, id, at }) {
      at(0, () => world.people.stop(id));
      at(60, () => world.people.removeTag(id, 'watchdog'));
    },
    // That the watchdog lets go of it is worth a word, and no more than that.
    label: (_truth, [id = '']) => only(wanted(id, { why: WHY, messages: 3, loudest: 'warning' })),
  },
  {
    name: 'tags-a-healthy-one',
    title: 'A person adds the opt-in tag to a server that serves.',
    server: { tags: { watchdog: 'livechat' } },
    play({ world, id, at }) {
      world.people.removeTag(id, 'watchdog');
      at(0, () => world.people.setTag(id, 'watchdog', 'livechat'));
    },
    label: () => SILENCE,
  },
];

const REBOOTED: readonly Sketch[] = [true, false].map((trail) => ({
  name: `reboots-it-${trail ? 'trail' : 'no-trail'}`,
  title: 'A person reboots it: it is back before anybody need hear of it.',
  trail,
  play: ({ world, id, at }) => at(0, () => world.people.reboot(id)),
  label: () => SILENCE,
}));

const MEDDLES: readonly Sketch[] = [
  {
    name: 'hibernates-it',
    title: 'A person hibernates it, and starts it half an hour later.',
    server: { hibernation: true },
    minutes: 55,
    play({ world, id, at }) {
      const code = 'Client.UserInitiatedHibernate';
      at(0, () => void world.aws.hostFailure(id, { code, stoppingS: 40 }));
      at(1_800, () => world.people.start(id));
    },
    label: (_truth, [id = '']) => only(wanted(id, { why: WHY })),
  },
  {
    name: 'stops-what-aws-broke',
    title: 'The host breaks; before it is moved a person stops it, and starts it 10 min later.',
    minutes: 60,
    trail: true,
    play({ world, id, at }) {
      at(0, () => world.aws.breaks(id, 'system'));
      at(240, () => world.people.stop(id));
      at(840, () => world.people.start(id));
    },
    // Opened, no longer running, who it was, serving.
    label: (truth, [id = '']) => only(mended(truth, id, { check: 'system', messages: 4 })),
  },
  {
    name: 'starts-what-aws-stopped',
    title: 'AWS stops it, and a person is faster than the watchdog with the start.',
    trail: true,
    play({ world, id, at }) {
      at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
      world.history.onFact((fact) => {
        if (fact.kind === 'state' && fact.to === 'stopped') world.people.start(id);
      });
    },
    label: (truth, [id = '']) =>
      only({
        instanceId: id,
        why: 'AWS stopped it and a person started it: nobody else need act.',
        fromS: 0,
        telling: { kind: 'at-once', detectableS: truth.signal(id, truth.down(id)) },
        messages: 2,
        ordinary: true,
      }),
  },
  {
    name: 'force-stops-it',
    title: 'A person stops it, loses patience and forces the stop.',
    play({ world, id, at }) {
      at(0, () => world.people.stop(id, OPERATOR, { stoppingS: 300 }));
      at(60, () => world.people.stop(id, OPERATOR, { force: 'after-graceful' }));
    },
    label: (_truth, [id = '']) => only(wanted(id, { why: WHY, messages: 2 })),
  },
  {
    name: 'stops-it-twice',
    title: 'A person stops it, starts it after 10 min, and stops it again 15 min later.',
    minutes: 70,
    play({ world, id, at }) {
      at(0, () => world.people.stop(id));
      at(600, () => world.people.start(id));
      at(1_500, () => world.people.stop(id));
    },
    label: (_truth, [id = '']) =>
      only(wanted(id, { why: WHY }), wanted(id, { why: WHY, messages: 2, fromS: 1_500 })),
  },
];

/** A person, or a program of theirs, does it on purpose. */
export const PERSON = family('person', [
  ...STOPPED,
  ...AND_STARTED,
  ...TAGGED,
  ...REBOOTED,
  ...MEDDLES,
]);
