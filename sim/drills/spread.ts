import type { DrillResult } from '../drill-result';
import { runDrill } from './index';

/** How one figure spreads over many seeds, in seconds; null where it never happened. */
export interface FigureSpread {
  readonly figure: string;
  readonly median: number | null;
  readonly p99: number | null;
  readonly most: number | null;
}

/** A drill over many seeds. */
export interface DrillSpread {
  readonly drill: string;
  readonly from: number;
  readonly seeds: number;
  readonly passed: number;
  /** Commands that play the failed runs again. */
  readonly failed: readonly string[];
  readonly figures: readonly FigureSpread[];
}

type Figure = (result: DrillResult) => number | null;

const minus = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : Math.round((one - other) * 1_000) / 1_000;

const FIGURES: readonly (readonly [string, Figure])[] = [
  ['first alert after detection', (r) => minus(r.firstAlertS, r.detectedS)],
  ['first alert', (r) => r.firstAlertS],
  ['start on the wire after `stopped`', (r) => minus(r.startIssuedS, r.stoppedS)],
  ['round trips to the start', (r) => r.roundTripsToStart],
  ['serving', (r) => r.servingS],
  ['recovered', (r) => r.recoveredS],
  ['messages', (r) => r.alerts.length],
];

/** What a drill with chats has beside these. */
const CHAT_FIGURES: readonly (readonly [string, Figure])[] = [
  ['backfill begins after serving', ({ chats }) => chats?.backfillStartS ?? null],
  ['backfill ends after serving', ({ chats }) => chats?.backfillEndS ?? null],
  ['presence in step after serving', ({ chats }) => chats?.mismatchesGoneS ?? null],
  ['messages lost or doubled', ({ chats }) => chats && chats.lost + chats.doubled],
];

/** The value that this share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

/** Plays a drill with `seeds` seeds from `from` on and sums its figures up. */
export async function drillSpread(
  drill: string,
  {
    from,
    seeds,
    onRun,
    play = async (seed) => runDrill(drill, { seed }),
  }: {
    readonly from: number;
    readonly seeds: number;
    /** Plays one seed; `runDrill` when absent. */
    readonly play?: (seed: number) => Promise<DrillResult>;
    readonly onRun?: (done: number) => void;
  },
): Promise<DrillSpread> {
  const results: DrillResult[] = [];
  for (let seed = from; seed < from + seeds; seed += 1) {
    results.push(await play(seed));
    onRun?.(results.length);
  }
  const figures = results.some(({ chats }) => chats !== null)
    ? [...FIGURES, ...CHAT_FIGURES]
    : FIGURES;
  return {
    drill,
    from,
    seeds,
    passed: results.filter(({ passed }) => passed).length,
    failed: results.filter(({ passed }) => !passed).map(({ replay }) => replay),
    figures: figures.map(([figure, read]) => {
      const values = results.map(read).filter((value) => value !== null);
      const sorted = values.toSorted((one, other) => one - other);
      return {
        figure,
        median: quantile(sorted, 0.5),
        p99: quantile(sorted, 0.99),
        most: sorted.at(-1) ?? null,
      };
    }),
  };
}
