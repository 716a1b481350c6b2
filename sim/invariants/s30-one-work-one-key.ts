import { grouped } from './grouped';
import { happenedTo, hookSendsOf, isOfOutage, type HookSend } from './hook-sends';
import type { Invariant, Violation } from './invariant';
import { before, seconds } from '../../lambda/core/time';
import { faultyWithin, type Story } from './story';

/** As long as an invocation may last. */
const INVOCATION = seconds(15);

/** The key says what it is of, and whoever sees it twice sees the same work. */
function wrongKeys(sends: readonly HookSend[]): readonly Violation[] {
  const firsts = new Map<string, HookSend>();
  return sends.flatMap((send): readonly Violation[] => {
    const { at, instanceId, incidentId, key, name, outage, window } = send;
    const first = firsts.get(key) ?? send;
    firsts.set(key, first);
    const text =
      key !== `${incidentId}/${name}/${outage}`
        ? `The key ${key} is not that of ${name} for outage ${outage} of ${incidentId}`
        : String(first.window) !== String(window)
          ? `The key ${key} came with another window`
          : undefined;
    return text === undefined ? [] : [{ invariant: 'S30', at, instanceId, text }];
  });
}

/** Sent again only after a failure, or where nobody could know that it had been taken. */
function sentTooOften(story: Story, sends: readonly HookSend[]): readonly Violation[] {
  const taken = grouped(
    sends.filter(({ isTaken }) => isTaken),
    ({ key }) => key,
  );
  return [...taken.values()].flatMap(([first, ...more]): readonly Violation[] => {
    const extra = more[first?.hook?.retries ?? 0];
    if (first === undefined || extra === undefined) return [];
    const { at, instanceId, key } = extra;
    // The death that left its answer unheard may have struck right before.
    if (faultyWithin(story, [before(first.at, INVOCATION), at])) return [];
    const text = `${key} was sent ${more.length + 1} times`;
    return [{ invariant: 'S30', at, instanceId, text }];
  });
}

/** One outage is one piece of work: a second key needs a second outage. */
function keysWithoutOutage(story: Story, sends: readonly HookSend[]): readonly Violation[] {
  const works = grouped(
    sends.filter(isOfOutage),
    ({ incidentId, name }) => `${incidentId}/${name}`,
  );
  return [...works.values()].flatMap((all) =>
    all.flatMap((send, index): readonly Violation[] => {
      const last = all[index - 1];
      if (last === undefined || last.key === send.key) return [];
      const { at, instanceId, key } = send;
      if (happenedTo(story, instanceId, [last.at, at])) return [];
      if (faultyWithin(story, [last.at, at])) return [];
      const text = `${key} after ${last.key}, and no outage between them`;
      return [{ invariant: 'S30', at, instanceId, text }];
    }),
  );
}

/** The invariant S30; its rule says what must hold. */
export const S30: Invariant = {
  id: 'S30',
  rule:
    "A hook's work for one outage has one key and one window, however often it is sent; it is " +
    'sent again only after a failure, and another key needs another outage.',
  exercised: (story) => hookSendsOf(story).length,
  check(story) {
    const sends = hookSendsOf(story);
    return [...wrongKeys(sends), ...sentTooOften(story, sends), ...keysWithoutOutage(story, sends)];
  },
};
