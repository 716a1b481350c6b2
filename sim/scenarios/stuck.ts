import { needsPerson, only, PAGE_WITHIN_S, rescued } from './episodes';
import { family, type Episode, type Sketch } from './scenario';
import type { Truth } from './truth';

/** AWS advises to wait so long before a stop is forced; the policies do. */
const DEADLINE_S = 600;

const stuck =
  (forS: number, endsBy: 'force' | 'skip-os-shutdown' | 'nothing' = 'nothing'): Sketch['play'] =>
  ({ world, id, at }) => {
    world.faults.stuckStopping({ instanceId: id, forS, endsBy });
    at(0, () => void world.aws.hostFailure(id));
  };

function called(truth: Truth, id: string, why: string): Episode {
  const downS = truth.down(id);
  const page = {
    fromS: downS + DEADLINE_S,
    byS: downS + DEADLINE_S + PAGE_WITHIN_S,
    toS: truth.serves(id),
  };
  // Opened, called, serving.
  return { ...needsPerson(truth, id, { why, messages: 3 }), page };
}

const WHY = 'It has been stopping for ten minutes, and only a person may force it.';

const LONG: readonly Sketch[] = [300, 550].map((forS) => ({
  name: `for-${forS}-s`,
  title: `AWS stops it, and it is stopping for ${forS} s: long, and not too long.`,
  play: stuck(forS),
  label: (truth, [id = '']) => only(rescued(truth, id)),
}));

const TOO_LONG: readonly Sketch[] = [900, 1_500].map((forS) => ({
  name: `for-${forS}-s`,
  title: `AWS stops it, and it is stopping for ${forS} s; its policy forces nothing.`,
  minutes: 60,
  play: stuck(forS),
  label: (truth, [id = '']) => only(called(truth, id, WHY)),
}));

const FORCED: readonly Sketch[] = [
  {
    name: 'force-helps',
    title: 'It hangs in stopping, and its policy forces it: that helps.',
    policy: 'forcing',
    minutes: 60,
    play: stuck(5_400, 'force'),
    // Opened, that force is used (somebody may want to stop that), serving. README: "page; forced
    // where the policy lists it", so that a page is right and not demanded where force helps.
    label: (truth, [id = '']) => {
      const episode = called(
        truth,
        id,
        'It is forced out of stopping: users wait for ten minutes.',
      );
      const { page } = episode;
      return only(page === undefined ? episode : { ...episode, page: { ...page, byS: 'never' } });
    },
  },
  {
    name: 'force-does-not-help',
    title: 'It hangs in stopping, and no force that its policy lists helps.',
    policy: 'forcing',
    minutes: 75,
    play: stuck(3_600, 'nothing'),
    label: (truth, [id = '']) => {
      const episode = called(truth, id, 'Neither force helped: only AWS or a person can.');
      const { page } = episode;
      // Each force has its ten minutes before its failure is believed.
      const byS = truth.down(id) + DEADLINE_S + 2 * 600 + PAGE_WITHIN_S;
      return only(page === undefined ? episode : { ...episode, page: { ...page, byS } });
    },
  },
];

/** It hangs in `stopping`. */
export const STUCK = family('stuck', [...LONG, ...TOO_LONG, ...FORCED]);
