import type { Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { deedsOf, stateRead, type Deed } from './deeds';
import type { Invariant, Violation } from './invariant';
import { policyAt, type Story } from './story';

/** Who had an address before a moment: the one with it then, and the last one that ever had it. */
function holdersOf(
  story: Story,
  allocationId: string,
  before: Instant,
): { readonly present: string | undefined; readonly last: string | undefined } {
  const known = factsOf(story.facts, 'address').filter(
    (fact) => fact.allocationId === allocationId && fact.at < before,
  );
  return {
    present: known.at(-1)?.instanceId,
    last: known.findLast(({ instanceId }) => instanceId !== undefined)?.instanceId,
  };
}

function breach(story: Story, deed: Deed): string | undefined {
  const { effect } = deed.request;
  const allocationId = effect?.associated?.allocationId;
  if (effect === undefined || allocationId === undefined) return undefined;
  const { instanceId } = deed;
  const { present, last } = holdersOf(story, allocationId, effect.at);
  if (present !== undefined && present !== instanceId) return `${present} had it`;
  if (last !== instanceId) return `its last holder was ${last ?? 'nobody'}`;
  if (stateRead(story, deed) !== 'running') return 'it was not read as running before';
  const life = story.lives.get(instanceId);
  const policy = life && policyAt(story, life, effect.at);
  return policy?.reassociateAddress === true ? undefined : 'its policy does not ask for it';
}

/** The invariant S3; its rule says what must hold. */
export const S3: Invariant = {
  id: 'S3',
  rule: 'An address goes only to the server that had it last, once that was read as running again.',
  exercised: (story) => deedsOf(story).filter(({ what }) => what === 'associate-address').length,
  check: (story) =>
    deedsOf(story)
      .filter(({ what }) => what === 'associate-address')
      .flatMap((deed): readonly Violation[] => {
        const text = breach(story, deed);
        const { instanceId, askedAt: at } = deed;
        if (text === undefined) return [];
        return [{ invariant: 'S3', at, instanceId, text: `An address was associated: ${text}` }];
      }),
};
