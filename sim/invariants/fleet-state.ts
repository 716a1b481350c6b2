import { OPT_IN_TAG } from '../../lambda/core/tags';
import { before, type Instant } from '../../lambda/core/time';
import type { InstanceState } from '../../lambda/core/observation';
import { factsOf, type CheckFact, type CheckName } from '../history';
import type { Deed } from './deeds';
import { grouped } from './grouped';
import { policyAt, staleBy, tagsAt, type Dated, type Life, type Story } from './story';

const checkIndexes = new WeakMap<Story, ReadonlyMap<string, readonly Dated<CheckFact>[]>>();

/** Every change of a verdict of an instance's checks, in order. */
export function checksOf(story: Story, instanceId: string): readonly Dated<CheckFact>[] {
  const index =
    checkIndexes.get(story) ?? grouped(factsOf(story.facts, 'check'), (fact) => fact.instanceId);
  checkIndexes.set(story, index);
  return index.get(instanceId) ?? [];
}

/** Since when a check had said `impaired` at a moment; undefined when it did not say so. */
export function impairedSince(
  story: Story,
  { fact: { instanceId } }: Life,
  { check, at }: { readonly check: CheckName; readonly at: Instant },
): Instant | undefined {
  const last = checksOf(story, instanceId).findLast(
    (fact) => fact.check === check && fact.at <= at,
  );
  return last?.status === 'impaired' ? last.at : undefined;
}

const CHECKS: readonly CheckName[] = ['system', 'instance', 'attachedEbs', 'application'];

/** The checks that said `impaired` at a moment. */
export function impairedChecks(story: Story, life: Life, at: Instant): readonly CheckName[] {
  return CHECKS.filter((check) => impairedSince(story, life, { check, at }) !== undefined);
}

/** The state of an instance at a moment. */
export function stateOf({ fact, states }: Life, at: Instant): InstanceState {
  return states.findLast((state) => state.at <= at)?.to ?? fact.state;
}

/** The instances that the watchdog looks after at a moment: tagged, in its scope, and there. */
export function managedAt(story: Story, at: Instant): readonly Life[] {
  return [...story.lives.values()].filter((life) => {
    const isThere = life.fact.at <= at && !/^(shutting|term)/.test(stateOf(life, at));
    const isOurs = OPT_IN_TAG in tagsAt(life, at) && policyAt(story, life, at) !== undefined;
    return isThere && isOurs && life.fact.managedBy === 'nobody';
  });
}

/**
 * The moments of which the invocation knew the checks when it asked for this: one for each answer
 * of DescribeInstanceStatus, and what an old answer may have told of.
 */
export function momentsKnown(story: Story, { request: { call } }: Deed): readonly Instant[] {
  return story.requests
    .filter(
      ({ call: read, answer }) =>
        read.operation === 'DescribeInstanceStatus' &&
        read.invocation === call.invocation &&
        answer?.code === 'ok' &&
        answer.at <= call.at,
    )
    .flatMap(({ effect }) => {
      if (effect === undefined) return [];
      const age = staleBy(story, effect.at);
      return age === 0 ? [effect.at] : [effect.at, before(effect.at, age)];
    });
}
