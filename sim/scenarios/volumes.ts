import { leftToPerson, mended, only } from './episodes';
import { family, type Sketch } from './scenario';

const WHY = 'Its volumes do not answer and the policy lists nothing for that: a person must act.';

const LEFT: readonly Sketch[] = (['livechat', 'asked', 'announcing', 'windowed'] as const).map(
  (policy) => ({
    name: `left-to-a-person-under-${policy}`,
    title: `Its volumes do not answer under the policy "${policy}", which lists nothing for it.`,
    policy,
    play: ({ world, id, at }) => at(0, () => world.aws.breaks(id, 'attachedEbs')),
    label: (truth, [id = '']) => only(leftToPerson(truth, id, { check: 'attachedEbs', why: WHY })),
  }),
);

const CLEARS: readonly Sketch[] = [240, 900].map((afterS) => ({
  name: `clears-after-${afterS}-s`,
  title: `Its volumes do not answer for ${afterS} s: called, and told that it is over.`,
  play({ world, id, at }) {
    at(0, () => world.aws.impair(id, 'attachedEbs', true));
    at(afterS, () => world.aws.impair(id, 'attachedEbs', false));
  },
  label: (truth, [id = '']) => only(leftToPerson(truth, id, { check: 'attachedEbs', why: WHY })),
}));

const MOVED: readonly Sketch[] = [true, false].map((sendsReadyEvent) => ({
  name: `moved${sendsReadyEvent ? '' : '-no-ready-event'}`,
  title: 'Its volumes do not answer, and its policy says to move it for that.',
  policy: 'volumes',
  server: { workload: { appStartS: 12, sendsReadyEvent } },
  play: ({ world, id, at }) =>
    at(0, () => world.aws.breaks(id, 'attachedEbs', { curedBy: 'stop-start' })),
  label: (truth, [id = '']) => only(mended(truth, id, { check: 'attachedEbs' })),
}));

/** EC2's check of attached volumes fails. */
export const VOLUMES = family('volumes', [...LEFT, ...CLEARS, ...MOVED]);
