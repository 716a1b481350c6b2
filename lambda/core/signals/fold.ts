import { evidenceOf, type Evidence } from '../evidence';
import type { HookNews } from '../hook-run';
import type { InstanceState } from '../observation';
import type { Instant } from '../time';
import type { Signal } from './signal';

/** A batch of signals as one question: which instances to look at, and what speaks about them. */
export interface Folded {
  /** Each instance that a signal names, once. */
  readonly instanceIds: ReadonlySet<string>;
  /** Volumes that AWS Health names; whose they are is known after the look. */
  readonly volumeIds: ReadonlySet<string>;
  /** By instance id, in the order of arrival; bounded and deduplicated only by mergeEvidence. */
  readonly evidence: ReadonlyMap<string, readonly Evidence[]>;
  /** By volume id, for what AWS Health says of a volume. */
  readonly volumeEvidence: ReadonlyMap<string, readonly Evidence[]>;
  /** What signals tell of hooks, by instance id; absent where none does. */
  readonly hookNews?: ReadonlyMap<string, readonly HookNews[]> | undefined;
  /** The batch holds a sweep. */
  readonly sweep: boolean;
  /** When the newest sweep in it was due: an old one is dropped by the shell. */
  readonly sweepAt: Instant | undefined;
  /** The generation of each fleet tick, once. */
  readonly ticks: readonly number[];
  /** A signal says that an instance is on its way down, or is down: the urgent path. */
  readonly down: boolean;
}

const DOWN: ReadonlySet<InstanceState> = new Set<InstanceState>([
  'stopping',
  'stopped',
  'shutting-down',
  'terminated',
]);

function group<Fact>(
  pairs: readonly (readonly [string, Fact])[],
): ReadonlyMap<string, readonly Fact[]> {
  const groups = new Map<string, Fact[]>();
  for (const [id, fact] of pairs) {
    const facts = groups.get(id);
    if (facts === undefined) groups.set(id, [fact]);
    else facts.push(fact);
  }
  return groups;
}

const volumesOf = (signal: Signal): readonly string[] =>
  signal.kind === 'health' ? signal.volumeIds : [];

function factsBy(
  signals: readonly Signal[],
  idsOf: (signal: Signal) => readonly string[],
): ReadonlyMap<string, readonly Evidence[]> {
  return group(
    signals.flatMap((signal) => {
      const fact = evidenceOf(signal);
      return fact === undefined ? [] : idsOf(signal).map((id) => [id, fact] as const);
    }),
  );
}

function hookNewsIn(signals: readonly Signal[]): Pick<Folded, 'hookNews'> {
  const hooks = signals.filter((signal) => signal.kind === 'hook');
  if (hooks.length === 0) return {};
  const pairs = hooks.flatMap(({ instanceIds, news }) =>
    instanceIds.map((id) => [id, news] as const),
  );
  return { hookNews: group(pairs) };
}

/** Folds a batch. Doubled or reordered signals change nothing but the order of the evidence. */
export function foldSignals(signals: readonly Signal[]): Folded {
  const sweeps = signals.filter((signal) => signal.kind === 'sweep').map(({ at }) => at);
  const ticks = signals.filter((signal) => signal.kind === 'tick');
  return {
    instanceIds: new Set(signals.flatMap((signal) => signal.instanceIds)),
    volumeIds: new Set(signals.flatMap(volumesOf)),
    evidence: factsBy(signals, (signal) => signal.instanceIds),
    volumeEvidence: factsBy(signals, volumesOf),
    ...hookNewsIn(signals),
    sweep: sweeps.length > 0,
    sweepAt: sweeps.toSorted((one, other) => one - other).at(-1),
    ticks: [...new Set(ticks.map(({ generation }) => generation))],
    down: signals.some((signal) => signal.kind === 'state-change' && DOWN.has(signal.state)),
  };
}
