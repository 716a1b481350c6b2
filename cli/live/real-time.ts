import { instant } from '../../lambda/core/time';
import type { Pace } from '../../sim/time';

/** The clock of this machine as the pace of a simulated account. */
export interface RealTime extends Pace {
  /** Something new is planned: whoever waits looks again. */
  wake(): void;
  /** Whoever waits waits for ever: nothing happens any more. */
  stop(): void;
}

/** Real time that never goes back, whatever is done to the machine's clock. */
export function realTime(): RealTime {
  let wake = (): void => undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const now = (): number => Math.round(performance.timeOrigin + performance.now());
  return {
    now: () => instant(now()),
    until: async (at) =>
      new Promise<void>((resolve) => {
        if (isStopped) return;
        timer = setTimeout(resolve, Math.max(0, at - now()));
        wake = resolve;
      }).finally(() => clearTimeout(timer)),
    wake: () => wake(),
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      wake = () => undefined;
    },
  };
}
