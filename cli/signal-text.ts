import type { Signal } from '../lambda/core/signals/signal';
import { iso, type Instant } from '../lambda/core/time';
import { unreachable } from '../lambda/core/unreachable';

/** So many ids are named in a sentence. */
const NAMED = 3;

function names(ids: readonly string[], nothing: string): string {
  if (ids.length === 0) return nothing;
  const rest = ids.length - NAMED;
  return ids.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** What a signal says, in a sentence. */
export function describeSignal(signal: Signal): string {
  const who = names(signal.instanceIds, 'no instance');
  switch (signal.kind) {
    case 'state-change':
      return `EC2 says that ${who} is ${signal.state}.`;
    case 'health': {
      const affected = names([...signal.instanceIds, ...signal.volumeIds], 'no instance');
      return `AWS Health says ${signal.eventTypeCode} (${signal.status}) of ${affected}.`;
    }
    case 'alarm':
      return `The CloudWatch alarm "${signal.alarmName}" of ${who} went into ${signal.state}.`;
    case 'api-call':
      return `CloudTrail says that ${signal.actor.principal} called ${signal.call} for ${who}.`;
    case 'ready':
      return `The server ${who} says that it is ready to serve.`;
    case 'hook':
      return `A hook of ${who} is ${signal.news.status}.`;
    case 'sweep':
      return 'The schedule asks for the look at everything managed; it names no instance.';
    case 'tick':
      return `The watchdog's own tick ${signal.generation} asks for the next look.`;
    default:
      return unreachable(signal);
  }
}

const TIMES: ReadonlySet<string> = new Set(['at', 'updatedAt', 'startsAt', 'endsAt']);

/** A signal for programs: its times in ISO 8601. */
export function signalJson(signal: Signal): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(signal).map(([key, value]: [string, unknown]) => [
      key,
      TIMES.has(key) && typeof value === 'number' ? iso(value as Instant) : value,
    ]),
  );
}
