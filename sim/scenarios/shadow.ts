import { leftToPerson, needsPerson, only, SILENCE, wanted } from './episodes';
import { family, type Sketch } from './scenario';

const DOWN = 'Its policy only observes: nobody starts it unless a person does.';
const ILL = 'Its policy only observes: nobody mends it unless a person does.';

const STOPS: readonly Sketch[] = [25, 90].map((stoppingS) => ({
  name: `aws-stops-it-${stoppingS}-s`,
  title: `AWS stops it (${stoppingS} s in stopping) under a policy that only observes.`,
  policy: 'watched',
  play: ({ world, id, at }) => at(0, () => void world.aws.hostFailure(id, { stoppingS })),
  label: (truth, [id = '']) => only(needsPerson(truth, id, { why: DOWN, messages: 2 })),
}));

const CHECKS: readonly Sketch[] = (['system', 'instance'] as const).map((check) => ({
  name: `${check}-impaired`,
  title: `Its ${check} check fails under a policy that only observes.`,
  policy: 'watched',
  play: ({ world, id, at }) => at(0, () => world.aws.breaks(id, check)),
  label: (truth, [id = '']) =>
    only(
      leftToPerson(truth, id, {
        check,
        why: ILL,
        // AWS's own recovery of the host is waited for as it would be without shadow mode.
        pageByS: truth.impaired(id, check) + (check === 'system' ? 300 : 120) + 90,
        messages: 3,
      }),
    ),
}));

const OTHERS: readonly Sketch[] = [
  {
    name: 'guest-shuts-down',
    title: 'It shuts itself down under a policy that only observes.',
    policy: 'watched',
    play: ({ world, id, at }) => at(0, () => world.people.shutdownGuest(id)),
    label: (truth, [id = '']) => only(needsPerson(truth, id, { why: DOWN })),
  },
  {
    name: 'person-stops-it',
    title: 'A person stops what is only observed.',
    policy: 'watched',
    play: ({ world, id, at }) => at(0, () => world.people.stop(id)),
    label: (_truth, [id = '']) =>
      only(wanted(id, { why: 'A person stopped it on purpose.', messages: 2 })),
  },
  {
    name: 'person-starts-it',
    title: 'AWS stops what is only observed, and a person starts it ten minutes later.',
    policy: 'watched',
    play({ world, id, at }) {
      at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
      at(600, () => world.people.start(id));
    },
    // Called, and that it serves.
    label: (truth, [id = '']) => only(needsPerson(truth, id, { why: DOWN, messages: 3 })),
  },
  {
    name: 'check-blips',
    title: 'Its system check fails for 70 s under a policy that only observes.',
    policy: 'watched',
    minutes: 20,
    play({ world, id, at }) {
      at(0, () => world.aws.impair(id, 'system', true));
      at(70, () => world.aws.impair(id, 'system', false));
    },
    label: () => SILENCE,
  },
];

/** Policies that only observe: told what would have been done. */
export const SHADOW = family('shadow', [...STOPS, ...CHECKS, ...OTHERS]);
