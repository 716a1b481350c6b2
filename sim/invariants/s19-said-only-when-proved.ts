import { factsOf, type CheckName, type FactOf } from '../history';
import type { Instant } from '../../lambda/core/time';
import type { Invariant, Violation } from './invariant';
import { policyAt, type Life, type Story } from './story';

/** EC2 evaluates each check once in this time. */
const EVALUATION_MS = 60_000;

interface Boot {
  readonly from: Instant;
  readonly checks: ReadonlyMap<CheckName, FactOf<'check'>>;
  /** The verdict of a check that never changed: a server that ran from the start began with ok. */
  readonly unchanged: 'ok' | 'initializing';
  readonly served: boolean;
  readonly knowsApplication: boolean;
}

/** What is true of the present boot at a moment. */
function bootAt(story: Story, life: Life, at: Instant): Boot {
  const from = life.states.findLast((state) => state.at <= at && state.to === 'pending')?.at;
  const began = from ?? life.fact.at;
  const own = story.facts.filter(
    (fact) =>
      (fact.kind === 'check' || fact.kind === 'serving') &&
      fact.instanceId === life.fact.instanceId,
  );
  const boot = own.filter((fact) => fact.at >= began && fact.at <= at);
  return {
    from: began,
    checks: new Map(factsOf(boot, 'check').map((fact) => [fact.check, fact])),
    unchanged: from === undefined ? 'ok' : 'initializing',
    served: factsOf(boot, 'serving').some(({ serving }) => serving) || from === undefined,
    knowsApplication: factsOf(own, 'check').some(({ check }) => check === 'application'),
  };
}

/** How many evaluations a check has passed by then: EC2 repeats its verdict each minute. */
function passes(check: FactOf<'check'> | undefined, at: Instant): number {
  if (check?.status !== 'ok') return 0;
  return Math.floor((at - check.at) / EVALUATION_MS) + 1;
}

const OWN_CHECKS: readonly CheckName[] = ['system', 'instance', 'attachedEbs'];

function servingBreaches(story: Story): readonly Violation[] {
  return factsOf(story.facts, 'message').flatMap(({ at, attributes }): readonly Violation[] => {
    const { event, instanceId = '' } = attributes;
    const life = story.lives.get(instanceId);
    if (event !== 'serving' || life === undefined) return [];
    const boot = bootAt(story, life, at);
    const canTell = life.fact.sendsReadyEvent || boot.knowsApplication;
    const proved = canTell
      ? boot.served
      : OWN_CHECKS.every((check) => (boot.checks.get(check)?.status ?? boot.unchanged) === 'ok');
    const text = 'Told as serving, and nothing in this boot proves it';
    return proved ? [] : [{ invariant: 'S19', at, instanceId, text }];
  });
}

function recoveredBreaches(story: Story): readonly Violation[] {
  return factsOf(story.facts, 'log').flatMap(({ at, message, fields }): readonly Violation[] => {
    if (message !== 'decision' || fields['reason'] !== 'recovered') return [];
    const instanceId = String(fields['instanceId']);
    const life = story.lives.get(instanceId);
    if (life === undefined) return [];
    const boot = bootAt(story, life, at);
    const wanted = policyAt(story, life, at)?.recoveredAfter ?? 1;
    const names = boot.knowsApplication ? [...OWN_CHECKS, 'application' as const] : OWN_CHECKS;
    const short = names.find((name) => passes(boot.checks.get(name), at) < wanted);
    if (short === undefined) return [];
    const text = `Recovered, but ${short} passed fewer than ${wanted} evaluations in this boot`;
    return [{ invariant: 'S19', at, instanceId, text }];
  });
}

/** The invariant S19; its rule says what must hold. */
export const S19: Invariant = {
  id: 'S19',
  rule: '"Serving" is said on proof in this boot, "recovered" after K evaluations of every check.',
  check: (story) => [...servingBreaches(story), ...recoveredBreaches(story)],
};
