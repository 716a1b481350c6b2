import type { Policy } from './policy';
import { before, hours, type Instant } from './time';

/** Starts that still count: those that EC2 accepted within the last day. */
export function recentStarts(starts: readonly Instant[], now: Instant): readonly Instant[] {
  return starts.filter((at) => at > before(now, hours(24)));
}

/** Whether the budget is used up; only time refills it, never a success (S8). */
export function budgetExhausted(
  starts: readonly Instant[],
  budget: Policy['budget'],
  now: Instant,
): boolean {
  const lastDay = recentStarts(starts, now);
  const lastHour = lastDay.filter((at) => at > before(now, hours(1)));
  return lastHour.length >= budget.perHour || lastDay.length >= budget.perDay;
}
