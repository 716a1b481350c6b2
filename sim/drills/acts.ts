import { factsOf, type Fact } from '../history';

/** One thing that the watchdog did to a server, as AWS took it. */
export interface Act {
  readonly at: number;
  readonly instanceId: string;
  /** `start`, `stop`, `force-stop`, `skip-os-shutdown`, `reboot`, `restart-service`, or a type. */
  readonly what: string;
}

/** Everything that the watchdog did to servers and AWS carried out, in order. */
export function actsOf(facts: readonly Fact[]): readonly Act[] {
  return factsOf(facts, 'effect').flatMap((effect) => {
    const act = (instanceId: string, what: string): Act => ({ at: effect.at, instanceId, what });
    return [
      ...effect.started.map((id) => act(id, 'start')),
      ...effect.stopped.map(({ instanceId, force, skipOsShutdown }) =>
        act(instanceId, skipOsShutdown ? 'skip-os-shutdown' : force ? 'force-stop' : 'stop'),
      ),
      ...effect.rebooted.map((id) => act(id, 'reboot')),
      ...effect.changed.map(({ instanceId, instanceType }) => act(instanceId, instanceType)),
      ...(effect.operation === 'SendCommand' && effect.code === 'ok'
        ? sentTo(facts, effect.call).map((id) => act(id, 'restart-service'))
        : []),
    ];
  });
}

function sentTo(facts: readonly Fact[], call: number): readonly string[] {
  return factsOf(facts, 'call').find((fact) => fact.call === call)?.instanceIds ?? [];
}

/** The acts on one server, or on all, as a line: `stop, start`. */
export function actsLine(facts: readonly Fact[], instanceId?: string): string {
  return actsOf(facts)
    .filter((act) => instanceId === undefined || act.instanceId === instanceId)
    .map(({ what }) => what)
    .join(', ');
}

/** A burst of a moment is what a bucket is for; the rate counts over this. */
const RATE_OVER_MS = 10_000;

/** The most describe calls a second that the watchdog made at any time, over ten seconds. */
export function describesPerSecond(facts: readonly Fact[], from = 0): number {
  const times = factsOf(facts, 'call')
    .filter(({ operation, at }) => operation.startsWith('Describe') && at >= from)
    .map(({ at }) => at);
  let most = 0;
  let first = 0;
  times.forEach((at, index) => {
    while ((times[first] ?? at) <= at - RATE_OVER_MS) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return (most * 1_000) / RATE_OVER_MS;
}
