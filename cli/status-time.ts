import { length } from '../lambda/core/alert/format';
import { between, parseInstant } from '../lambda/core/time';

/** `2024-08-01 12:10:07 UTC`, of ISO 8601 in UTC. */
export function momentText(at: string): string {
  return `${at.slice(0, 10)} ${clockText(at)}`;
}

/** `12:10:07 UTC`, of ISO 8601 in UTC. */
export function clockText(at: string): string {
  return `${at.slice(11, 19)} UTC`;
}

/** How long ago a moment was: `10 min 5 s`. */
export function agoText(then: string, now: string): string {
  const [from, to] = [parseInstant(then), parseInstant(now)];
  return from === undefined || to === undefined ? 'some time' : length(between(from, to));
}
