import { parsePolicies, type Policy } from '../../lambda/core/policy';
import { OPT_IN_TAG } from '../../lambda/core/tags';
import { minutes, ms, type Duration, type Instant } from '../../lambda/core/time';
import {
  factsOf,
  type AnswerFact,
  type CallFact,
  type DeployedFact,
  type EffectFact,
  type Fact,
  type InstanceFact,
  type ServiceName,
  type StateFact,
} from '../history';

/** A happening with its time. */
export type Dated<T> = T & { readonly at: Instant };

/** A request with what became of it; an absent answer means that the Lambda died first. */
export interface Request {
  readonly call: Dated<CallFact>;
  readonly effect: Dated<EffectFact> | undefined;
  readonly answer: Dated<AnswerFact> | undefined;
}

/** Tags from a moment on. */
interface TagSpan {
  readonly at: Instant;
  readonly tags: Readonly<Record<string, string>>;
}

/** One instance over the whole run. */
export interface Life {
  readonly fact: Dated<InstanceFact>;
  readonly states: readonly Dated<StateFact>[];
  readonly tags: readonly TagSpan[];
}

/** A time in which an instance was down, from the first state that was not running. */
export interface Stop {
  readonly instanceId: string;
  readonly beganAt: Instant;
  /** When it reached `stopped`; undefined if it never did. */
  readonly stoppedAt: Instant | undefined;
  readonly by: StateFact['by'];
  readonly code: string | undefined;
  /** When somebody's start was accepted. */
  readonly endedAt: Instant | undefined;
  readonly endedBy: StateFact['by'] | undefined;
}

/** The history, arranged once for all invariants. */
export interface Story {
  readonly facts: readonly Fact[];
  readonly endsAt: Instant;
  readonly deployed: Dated<DeployedFact>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly lives: ReadonlyMap<string, Life>;
  readonly requests: readonly Request[];
  /** The requests of StartInstances that were meant (no dry run). */
  readonly starts: readonly Request[];
  readonly stops: readonly Stop[];
}

/** Arranges a history. Throws when it does not begin with the deployment. */
export function storyOf(facts: readonly Fact[]): Story {
  const [deployed] = factsOf(facts, 'deployed');
  if (deployed === undefined) throw new Error('A history begins with the deployment');
  const requests = requestsOf(facts);
  const lives = livesOf(facts);
  return {
    facts,
    endsAt: facts.at(-1)!.at,
    deployed,
    policies: policiesOf(deployed),
    lives,
    requests,
    starts: requests.filter(({ call }) => call.operation === 'StartInstances' && !call.dryRun),
    stops: [...lives.values()].flatMap(stopsOf),
  };
}

function requestsOf(facts: readonly Fact[]): readonly Request[] {
  const byCall = new Map<number, { -readonly [K in keyof Request]: Request[K] }>();
  for (const fact of facts) {
    if (fact.kind === 'call') {
      byCall.set(fact.call, { call: fact, effect: undefined, answer: undefined });
    } else if (fact.kind === 'effect') {
      const request = byCall.get(fact.call);
      if (request !== undefined) request.effect = fact;
    } else if (fact.kind === 'answer') {
      const request = byCall.get(fact.call);
      if (request !== undefined) request.answer = fact;
    }
  }
  return [...byCall.values()];
}

function policiesOf({ environment }: DeployedFact): ReadonlyMap<string, Policy> {
  try {
    const parsed = parsePolicies(JSON.parse(environment['POLICIES'] ?? ''));
    return parsed.kind === 'valid' ? parsed.policies : new Map();
  } catch {
    return new Map();
  }
}

function livesOf(facts: readonly Fact[]): ReadonlyMap<string, Life> {
  const lives = new Map<
    string,
    { fact: Life['fact']; states: Dated<StateFact>[]; tags: TagSpan[] }
  >();
  for (const fact of facts) {
    if (fact.kind === 'instance') {
      const tags = [{ at: fact.at, tags: fact.tags }];
      lives.set(fact.instanceId, { fact, states: [], tags });
    } else if (fact.kind === 'state') {
      lives.get(fact.instanceId)?.states.push(fact);
    } else if (fact.kind === 'tags') {
      lives.get(fact.instanceId)?.tags.push({ at: fact.at, tags: fact.tags });
    }
  }
  return lives;
}

/** Who stopped an instance that was stopped when the run began, by its code alone. */
const UNKNOWN_STOPPER: StateFact['by'] = { kind: 'aws', name: 'before the run' };

function stopsOf({ fact, states }: Life): readonly Stop[] {
  const { instanceId } = fact;
  const stops: { -readonly [K in keyof Stop]: Stop[K] }[] = [];
  const begin = (state: Pick<StateFact, 'by' | 'code'>, at: Instant): void => {
    const { by, code } = state;
    const open = { stoppedAt: undefined, endedAt: undefined, endedBy: undefined };
    stops.push({ instanceId, beganAt: at, by, code, ...open });
  };
  if (fact.state === 'stopped') {
    begin({ by: UNKNOWN_STOPPER, code: undefined }, fact.at);
    stops.at(-1)!.stoppedAt = fact.at;
  }
  for (const state of states) {
    const last = stops.at(-1);
    if (state.to === 'stopping') begin(state, state.at);
    if (state.to === 'stopped') {
      // A launch that failed goes from `pending` to `stopped` directly.
      if (last === undefined || last.stoppedAt !== undefined) begin(state, state.at);
      stops.at(-1)!.stoppedAt = state.at;
    }
    if (state.to === 'pending' && last !== undefined) {
      last.endedAt = state.at;
      last.endedBy = state.by;
    }
  }
  return stops;
}

/** The instance's tags at a moment. */
export function tagsAt(life: Life, at: Instant): Readonly<Record<string, string>> {
  return life.tags.findLast((span) => span.at <= at)?.tags ?? {};
}

/** The policy that an instance's opt-in tag names at a moment. */
export function policyAt(story: Story, life: Life, at: Instant): Policy | undefined {
  return story.policies.get(tagsAt(life, at)[OPT_IN_TAG] ?? '');
}

/** The stop that an instance was in at a moment, or was in last. */
export function stopAt(story: Story, instanceId: string, at: Instant): Stop | undefined {
  return story.stops.findLast((stop) => stop.instanceId === instanceId && stop.beganAt <= at);
}

/** What an invocation last read of an instance before a moment. */
export function lastRead(
  story: Story,
  of: { readonly invocation: number; readonly instanceId: string; readonly before: Instant },
): { readonly state: string; readonly readAt: Instant } | undefined {
  const index = readsOf(story);
  return index
    .get(`${of.invocation}/${of.instanceId}`)
    ?.findLast(({ answeredAt }) => answeredAt <= of.before);
}

interface Read {
  readonly state: string;
  readonly readAt: Instant;
  readonly answeredAt: Instant;
}

const readIndexes = new WeakMap<Story, ReadonlyMap<string, readonly Read[]>>();

function readsOf(story: Story): ReadonlyMap<string, readonly Read[]> {
  const known = readIndexes.get(story);
  if (known !== undefined) return known;
  const index = new Map<string, Read[]>();
  for (const { effect, answer } of story.requests) {
    if (effect === undefined || answer === undefined || answer.code !== 'ok') continue;
    for (const [instanceId, state] of effect.read) {
      const key = `${effect.invocation}/${instanceId}`;
      const reads = index.get(key) ?? [];
      if (reads.length === 0) index.set(key, reads);
      reads.push({ state, readAt: effect.at, answeredAt: answer.at });
    }
  }
  for (const reads of index.values()) reads.sort((a, b) => a.answeredAt - b.answeredAt);
  readIndexes.set(story, index);
  return index;
}

/**
 * Whether any fault of calls, of the Lambda or of EC2 was on, or struck, within a time. Faults of
 * the services in `but` are no excuse for what is judged, nor those that it names (`ec2/stale`).
 */
export function faultyWithin(
  story: Story,
  [from, to]: readonly [from: Instant, to: Instant],
  but: readonly (ServiceName | `ec2/${string}`)[] = [],
): boolean {
  const ignored = new Set(but.map((name) => (name.includes('/') ? name : `api/${name}`)));
  const open = new Map<string, number>();
  for (const fact of story.facts) {
    if (fact.at > to) break;
    // An invocation that throws or runs out of time is the watchdog's own failure, no excuse.
    if (fact.kind === 'ended' && fact.outcome === 'killed' && fact.at >= from) return true;
    if (fact.kind !== 'fault' || ignored.has(fact.name)) continue;
    if (fact.phase === 'strikes' && fact.at >= from && !fact.name.startsWith('event/')) return true;
    if (fact.phase === 'begins') open.set(fact.text, (open.get(fact.text) ?? 0) + 1);
    if (fact.phase === 'ends') {
      if (fact.at >= from) return true;
      open.set(fact.text, (open.get(fact.text) ?? 1) - 1);
    }
  }
  return [...open.values()].some((count) => count > 0);
}

/** While EC2's answers are old, a describe may tell of as long ago as this. */
const OLD_ANSWER = minutes(1);

/** How old the answers of a describe may have been at that moment. */
export function staleBy(story: Story, at: Instant): Duration {
  const last = factsOf(story.facts, 'fault').findLast(
    (fault) => fault.name === 'ec2/stale' && fault.at <= at,
  );
  return last?.phase === 'begins' ? OLD_ANSWER : ms(0);
}
