import { needsPerson, only, rescued } from './episodes';
import { family, type Sketch } from './scenario';

const WHY = 'It shut itself down and its policy leaves that to a person: it stays down until then.';

const LEFT: readonly Sketch[] = (['livechat', 'asked', 'announcing', 'windowed'] as const).map(
  (policy) => ({
    name: `left-to-a-person-under-${policy}`,
    title: `It shuts itself down under the policy "${policy}", which leaves that to a person.`,
    policy,
    play: ({ world, id, at }) => at(0, () => world.people.shutdownGuest(id)),
    label: (truth, [id = '']) => only(needsPerson(truth, id, { why: WHY })),
  }),
);

const STARTED: readonly Sketch[] = [5, 20, 40].map((minutes) => ({
  name: `a-person-starts-it-after-${minutes}-min`,
  title: `It shuts itself down; a person starts it after ${minutes} min.`,
  minutes: minutes + 20,
  play({ world, id, at }) {
    at(0, () => world.people.shutdownGuest(id));
    at(minutes * 60, () => world.people.start(id));
  },
  label: (truth, [id = '']) => only(needsPerson(truth, id, { why: WHY })),
}));

const UNDONE: readonly Sketch[] = [true, false].map((sendsReadyEvent) => ({
  name: `undone${sendsReadyEvent ? '' : '-no-ready-event'}`,
  title: 'It shuts itself down, and its policy says to start it.',
  policy: 'restarting',
  server: { workload: { appStartS: 12, sendsReadyEvent } },
  play: ({ world, id, at }) => at(0, () => world.people.shutdownGuest(id)),
  label: (truth, [id = '']) => only(rescued(truth, id)),
}));

/** The guest shuts itself down. */
export const GUEST_SHUTDOWN = family('guest-shutdown', [...LEFT, ...STARTED, ...UNDONE]);
