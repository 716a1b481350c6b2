import type { FleetRecord } from '../core/record';
import { between, earliest, latest, ms, seconds, type Instant } from '../core/time';
import type { Run } from './run';

/** A tick that is this late is lost: its chain is begun anew. */
const LOST_AFTER = seconds(10);
/** An earlier look is worth a new chain only if it comes this much earlier. */
const WORTH_IT = seconds(2);

/**
 * Keeps one chain of delayed messages for the whole fleet going while anything is open: the next
 * tick is claimed in the fleet's record (its generation makes older ones void) and then sent.
 */
export async function scheduleTick(run: Run, sweptAt: Instant | undefined): Promise<void> {
  const now = run.ports.clock.now();
  const due = nextDue(run);
  const wanted = due !== undefined && isWanted(run, due, now);
  const ended = due === undefined && isChainEnd(run);
  if (!wanted && !ended && sweptAt === undefined) return;
  const { nextTickAt, ...fleet } = run.fleet;
  const keep = !wanted && !ended && nextTickAt !== undefined ? { nextTickAt } : {};
  const next: FleetRecord = {
    ...fleet,
    ...(wanted ? { nextTickAt: due, tickGeneration: fleet.tickGeneration + 1 } : keep),
    ...(sweptAt === undefined ? {} : { lastSweepAt: sweptAt }),
    version: fleet.version + 1,
  };
  // Lost against another invocation: that one has seen at least as much, and the sweep mends it.
  if ((await run.ports.store.writeFleet(next)) !== 'written') return;
  run.fleet = next;
  if (!wanted) return;
  const delay = ms(Math.max(0, between(now, due)));
  const sent = await run.ports.queue.sendTick(next.tickGeneration, delay, now);
  if (!sent) run.ports.telemetry.log('warn', 'tick not sent; the sweep begins a new chain', {});
}

function nextDue(run: Run): Instant | undefined {
  const [first, ...rest] = run.nextLooks.values();
  return first === undefined ? undefined : earliest(first, ...rest);
}

/** This pass was brought by the chain's own tick, or the chain is gone. */
function isChainEnd({ fleet, folded, ports }: Run): boolean {
  const { nextTickAt, tickGeneration } = fleet;
  if (nextTickAt === undefined) return false;
  return folded.ticks.includes(tickGeneration) || isLost(nextTickAt, ports.clock.now());
}

function isLost(nextTickAt: Instant, now: Instant): boolean {
  return between(nextTickAt, now) > LOST_AFTER;
}

function isWanted(run: Run, due: Instant, now: Instant): boolean {
  const { nextTickAt } = run.fleet;
  if (nextTickAt === undefined || isChainEnd(run)) return true;
  return between(latest(due, now), nextTickAt) > WORTH_IT;
}
