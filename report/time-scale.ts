/** A linear axis from seconds to the picture's units. */
export interface TimeScale {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;
  /** The place of a moment; one beyond the ends lies at the end. */
  readonly x: (seconds: number) => number;
}

/** An axis of `from` to `to` seconds between two places. */
export function timeScale(
  range: { readonly from: number; readonly to: number },
  place: { readonly left: number; readonly right: number },
): TimeScale {
  const to = Math.max(range.to, range.from + 1);
  const { left, right } = place;
  const x = (seconds: number): number => {
    const inside = Math.min(Math.max(seconds, range.from), to);
    return round(left + ((inside - range.from) / (to - range.from)) * (right - left));
  };
  return { from: range.from, to, left, right, x };
}

/** A tenth of a unit is finer than any screen; more digits only make the file larger. */
export const round = (value: number): number => Math.round(value * 10) / 10;

const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400,
];
const MOST_TICKS = 9;

/** Round moments on the axis, at most nine. */
export function ticksOf({ from, to }: Pick<TimeScale, 'from' | 'to'>): readonly number[] {
  const step = STEPS.find((size) => (to - from) / size < MOST_TICKS) ?? Math.ceil((to - from) / 8);
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * step + 0);
}

/** A tick's label in the unit of the axis. */
export function tickText(seconds: number, { to }: Pick<TimeScale, 'to'>): string {
  if (seconds === 0) return '0';
  if (to <= 180) return `${seconds} s`;
  if (to <= 3 * 3_600) return `${decimal(seconds / 60)} min`;
  return `${decimal(seconds / 3_600)} h`;
}

const decimal = (value: number): string => String(Math.round(value * 10) / 10);
