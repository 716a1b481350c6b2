import type { Incident } from '../lambda/core/incident';
import { between, before, CLOCK_SKEW, ms, type Duration, type Instant } from '../lambda/core/time';
import { isRescue } from './act-text';
import type { ImpactWindow, ReportFigures } from './model';

/** How long it took, where it happened at all and not before the impact began. */
function since(zero: Instant, at: Instant | undefined): Duration | undefined {
  if (at === undefined || at < before(zero, CLOCK_SKEW)) return undefined;
  return at < zero ? ms(0) : between(zero, at);
}

/** The windows added up; undefined while one of them is open, or where there is none. */
export function impactOf(windows: readonly ImpactWindow[]): Duration | undefined {
  if (windows.length === 0) return undefined;
  let sum = 0;
  for (const { from, to } of windows) {
    if (to === undefined) return undefined;
    sum += between(from, to);
  }
  return ms(sum);
}

/** The figures of one incident, from the beginning of its impact. */
export function figuresOf(incident: Incident, windows: readonly ImpactWindow[]): ReportFigures {
  const [first] = windows;
  if (first === undefined) return {};
  const { openedAt, sent, attempts, resolved } = incident;
  const zero = first.from;
  const least = before(zero, CLOCK_SKEW);
  const isWell = resolved?.reason === 'recovered' || resolved?.reason === 'cleared';
  return {
    detect: since(zero, openedAt),
    firstAlert: since(zero, sent?.find(({ sentAt }) => sentAt >= least)?.sentAt),
    act: since(zero, attempts.find((one) => isRescue(one) && one.at >= least)?.at),
    serve: since(zero, windows.at(-1)?.to),
    recover: since(zero, isWell ? resolved?.at : undefined),
    impact: impactOf(windows),
  };
}

/** The first of some; undefined where none has it. */
export function leastOf(values: readonly (Duration | undefined)[]): Duration | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : ms(Math.min(...known));
}

/** The last of some; undefined where one of them has not come to it yet. */
export function mostOf(values: readonly (Duration | undefined)[]): Duration | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length < values.length || known.length === 0 ? undefined : ms(Math.max(...known));
}
