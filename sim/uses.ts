import { REASONS } from '../lambda/core/reasons';
import { factsOf, type Fact } from './history';
import { exercisedIn, INVARIANTS } from './invariants';

/** How often something happened, by its name. */
export type Counts = Readonly<Record<string, number>>;

/** How often what a search is about happened in it: what never did was not searched. */
export interface Uses {
  /** Faults of the services around the watchdog, each time that one was put in or struck. */
  readonly faults: Counts;
  /** Reasons of decisions, each time that the watchdog decided so anew. */
  readonly reasons: Counts;
  /** Invariants, each time that something could have broken one. */
  readonly invariants: Counts;
}

/** Every reason that there is, none of them used. */
export const NOTHING_USED: Uses = {
  faults: {},
  reasons: Object.fromEntries(
    Object.values(REASONS).flatMap((ofDecision) =>
      Object.keys(ofDecision).map((reason) => [reason, 0] as const),
    ),
  ),
  invariants: Object.fromEntries(INVARIANTS.map(({ id }) => [id, 0])),
};

/** What happened in one history. */
export function usesIn(facts: readonly Fact[]): Uses {
  const begun = factsOf(facts, 'fault').filter(({ phase }) => phase !== 'ends');
  const decided = factsOf(facts, 'log').filter(({ message }) => message === 'decision');
  return {
    faults: counted(begun.map(({ name }) => name)),
    reasons: counted(decided.map(({ fields }) => String(fields['reason']))),
    invariants: exercisedIn(facts),
  };
}

/** Both together. */
export function addCounts(one: Uses, other: Uses): Uses {
  return {
    faults: sum(one.faults, other.faults),
    reasons: sum(one.reasons, other.reasons),
    invariants: sum(one.invariants, other.invariants),
  };
}

function counted(names: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function sum(one: Counts, other: Counts): Counts {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].toSorted();
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
