import { factsOf, type CheckName, type Fact, type FactOf } from '../history';
import type { Instant } from '../../lambda/core/time';
import { deedsOf } from './deeds';
import { grouped } from './grouped';
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

/** When the watchdog last rebooted it or restarted its service: LaunchTime does not tell of it. */
function begunAnewAt(story: Story, { fact }: Life, at: Instant): Instant | undefined {
  return deedsOf(story).findLast(
    ({ what, instanceId, doneAt }) =>
      (what === 'reboot' || what === 'restart-service') &&
      instanceId === fact.instanceId &&
      doneAt !== undefined &&
      doneAt <= at,
  )?.doneAt;
}

const shown = new WeakMap<Story, ReadonlyMap<string, readonly Fact[]>>();

/** By instance: what its checks and its users saw. */
function shownBy(story: Story): ReadonlyMap<string, readonly Fact[]> {
  const known = shown.get(story);
  if (known !== undefined) return known;
  const facts = story.facts.filter((fact) => fact.kind === 'check' || fact.kind === 'serving');
  const all = grouped(facts, ({ instanceId }) => instanceId);
  shown.set(story, all);
  return all;
}

/** What is true of the present boot at a moment; a reboot of the watchdog's begins another. */
function bootAt(story: Story, life: Life, at: Instant): Boot {
  const launched = life.states.findLast((state) => state.at <= at && state.to === 'pending')?.at;
  const anew = begunAnewAt(story, life, at);
  const from = anew !== undefined && anew > (launched ?? 0) ? anew : launched;
  const began = from ?? life.fact.at;
  const own = shownBy(story).get(life.fact.instanceId) ?? [];
  const since = launched ?? life.fact.at;
  const checks = factsOf(own, 'check').filter((fact) => fact.at >= since && fact.at <= at);
  return {
    from: began,
    checks: new Map(checks.map((fact) => [fact.check, fact])),
    unchanged: launched === undefined ? 'ok' : 'initializing',
    served: from === undefined || servedIn(own, { began, at }, launched === undefined),
    knowsApplication: factsOf(own, 'check').some(({ check }) => check === 'application'),
  };
}

/** It began to serve in this boot, or never ceased to: a command may not have been carried out. */
function servedIn(
  own: readonly Fact[],
  { began, at }: { readonly began: Instant; readonly at: Instant },
  otherwise: boolean,
): boolean {
  const changes = factsOf(own, 'serving').filter((fact) => fact.at <= at);
  const inBoot = changes.filter((fact) => fact.at >= began);
  if (inBoot.length > 0) return inBoot.some(({ serving }) => serving);
  return changes.at(-1)?.serving ?? otherwise;
}

/** How many evaluations of this boot a check has passed: EC2 repeats its verdict each minute. */
function passes({ checks, unchanged, from }: Boot, name: CheckName, at: Instant): number {
  const check = checks.get(name);
  // Its phase is not known, where it never changed: it may have been looked at once more.
  if (check === undefined) {
    return unchanged === 'ok' ? Math.floor((at - from) / EVALUATION_MS) + 1 : 0;
  }
  if (check.status !== 'ok') return 0;
  const byNow = Math.floor((at - check.at) / EVALUATION_MS);
  const beforeBoot = Math.max(0, Math.ceil((from - check.at) / EVALUATION_MS));
  return byNow - beforeBoot + 1;
}

const OWN_CHECKS: readonly CheckName[] = ['system', 'instance', 'attachedEbs'];

function servingBreaches(story: Story): readonly Violation[] {
  return factsOf(story.facts, 'message').flatMap(({ at, attributes }): readonly Violation[] => {
    const { event, instanceId = '' } = attributes;
    const life = story.lives.get(instanceId);
    if (event !== 'serving' || life === undefined) return [];
    const boot = bootAt(story, life, at);
    // A policy with neither an event nor a check of its own has EC2's checks for a proof.
    const policy = policyAt(story, life, at);
    const canTell = policy?.readyEvent === true || boot.knowsApplication;
    const proved = canTell
      ? boot.served
      : boot.served ||
        OWN_CHECKS.every((check) => (boot.checks.get(check)?.status ?? boot.unchanged) === 'ok');
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
    const short = names.find((name) => passes(boot, name, at) < wanted);
    if (short === undefined) return [];
    const text = `Recovered, but ${short} passed fewer than ${wanted} evaluations in this boot`;
    return [{ invariant: 'S19', at, instanceId, text }];
  });
}

/** The invariant S19; its rule says what must hold. */
export const S19: Invariant = {
  id: 'S19',
  rule: '"Serving" is said on proof in this boot, "recovered" after K evaluations of every check.',
  exercised: ({ facts }) =>
    factsOf(facts, 'message').filter(({ attributes }) => attributes['event'] === 'serving').length,
  check: (story) => [...servingBreaches(story), ...recoveredBreaches(story)],
};
