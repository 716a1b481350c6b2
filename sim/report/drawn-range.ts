import type { DrillResult } from '../drill-result';

/**
 * The part of the drill that is drawn: until it serves again and a little longer, for the minutes
 * of checks after that would press the seconds that matter into a corner.
 */
export function drawnRange(result: DrillResult): { readonly from: number; readonly to: number } {
  const known = [result.startIssuedS, result.firstAlertS, result.servingS, result.stoppedS];
  const moments = known.filter((at) => at !== null);
  const decisive = result.servingS ?? Math.max(...result.alerts.map(({ at }) => at), ...moments, 1);
  const full = result.instances > 1 ? lastChange(result) : 0;
  const to = Math.min(Math.max(decisive, full, 5) * 1.18, Math.max(result.endedS, 5));
  return { from: -to * 0.05, to };
}

function lastChange({ serving, instances }: DrillResult): number {
  return serving.find(({ at, serving: count }) => at > 0 && count === instances)?.at ?? 0;
}
