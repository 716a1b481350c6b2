import { OPERATOR_TAGS } from '../../lambda/core/tags';
import { after, minutes, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { takenFromRunning } from './deeds';
import { impairedChecks, stateOf } from './fleet-state';
import type { Invariant, Violation } from './invariant';
import { faultyWithin, policyAt, tagsAt, type Life, type Story } from './story';
import { stormsOf } from './zone-storms';

/** The zone must be quiet for ten minutes; then each gets its turn, and its ladder its time. */
const COOLDOWN = minutes(10);
const TURN = minutes(30);

/** It is well, gone, not ours any more, taken in hand by the watchdog or told to a person. */
function isHandled(
  story: Story,
  life: Life,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): boolean {
  const { instanceId } = life.fact;
  const tags = tagsAt(life, until);
  const isLeft = OPERATOR_TAGS.hold in tags || policyAt(story, life, until)?.mode !== 'act';
  const isDown = stateOf(life, until) !== 'running';
  const isWell = impairedChecks(story, life, until).length === 0;
  const isActed = takenFromRunning(story).some(
    (deed) => deed.instanceId === instanceId && deed.askedAt >= from && deed.askedAt <= until,
  );
  const isTold = factsOf(story.facts, 'message').some(
    ({ at, attributes }) =>
      at >= from &&
      at <= until &&
      attributes['severity'] === 'critical' &&
      (attributes['instanceId'] === instanceId || attributes['event'] === 'storm'),
  );
  return isLeft || isDown || isWell || isActed || isTold;
}

/** The invariant L6; its rule says what must hold. */
export const L6: Invariant = {
  id: 'L6',
  rule: 'After a storm of a zone every impaired instance is handled or handed over.',
  exercised: (story) => stormsOf(story).length,
  check(story) {
    return stormsOf(story).flatMap((storm) => {
      const until = after(after(storm.to!, COOLDOWN), TURN);
      if (until > story.endsAt || faultyWithin(story, [storm.from, until])) return [];
      return [...storm.ill]
        .filter((life) => !isHandled(story, life, { from: storm.from, until }))
        .map((life): Violation => {
          const { instanceId } = life.fact;
          const text = `Impaired in a storm of ${storm.zone}, neither handled nor handed over`;
          return { invariant: 'L6', at: until, instanceId, text };
        });
    });
  },
};
