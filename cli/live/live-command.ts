import type { DrillResult, TimelineLine } from '../../sim/drill-result';
import type { Terminal } from '../terminal';
import { LIVE } from './live';
import { LiveDrillError, runLive } from './live-drill';

/** As the shell has it for a program that Ctrl-C ended. */
const INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The live drill in the form of the set of drills that the command plays from. */
export function liveDrills({
  terminal,
  signal,
  quiet,
}: {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Nothing but the result is printed. */
  readonly quiet: boolean;
}): {
  readonly DRILLS: readonly [typeof LIVE];
  readonly runDrill: (
    name: string,
    options: { readonly seed: number; readonly onLine?: (line: TimelineLine) => void },
  ) => Promise<DrillResult>;
} {
  return {
    DRILLS: [LIVE],
    runDrill: async (_name, { seed, onLine }) => {
      const onStep = (text: string): void => {
        if (!quiet && onLine !== undefined) terminal.out(terminal.colors.dim(text));
      };
      return runLive({ seed, onLine, onStep, signal });
    },
  };
}

/**
 * Says what of a run did not hold. The machine's own time is not drawn from the seed: playing it
 * again may not show it again.
 */
export function tellUnmet(
  { seed, expectations, violations }: DrillResult,
  { err }: Terminal,
): void {
  const unmet = expectations.filter(({ held }) => !held).map(({ text }) => text);
  for (const text of [...unmet, ...violations]) err(`seed ${seed} did not hold: ${text}`);
}

/**
 * Plays until it ends or the first signal ends it; a second signal ends the command at once, and
 * the processes that it has started with it.
 */
export async function endOnSignal(
  terminal: Terminal,
  play: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  try {
    return await play(ending.signal);
  } catch (error) {
    if (!(error instanceof LiveDrillError)) throw error;
    terminal.err(error.message);
    return ending.signal.aborted ? INTERRUPTED : 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
  }
}
