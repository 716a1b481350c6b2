import type { FleetRecord } from '../core/record';
import { between, earliest, latest, ms, seconds, type Duration, type Instant } from '../core/time';
import type { Run } from './run';

/** A tick that is this late is lost: its chain is begun anew. */
const LOST_AFTER = seconds(10);
/** An earlier look is worth a new chain only if it comes this much earlier. */
const WORTH_IT = seconds(2);

/** A tick whose claim met another write of the fleet's record is claimed so often in all. */
const CLAIMS = 3;

/**
 * Keeps one chain of delayed messages for the whole fleet going while anything is open: the next
 * tick is claimed in the fleet's record (its generation makes older ones void) and then sent.
 */
export async function scheduleTick(run: Run, sweptAt: Instant | undefined): Promise<void> {
  const now = run.ports.clock.now();
  const due = nextDue(run);
  const ended = due === undefined && isChainEnd(run);
  for (let count = 1; count <= CLAIMS; count += 1) {
    const wanted = due !== undefined && isWanted(run, due, now);
    if (!wanted && !ended && sweptAt === undefined) return;
    const next = nextFleet(run.fleet, { tickAt: wanted ? due : undefined, ended, sweptAt });
    const outcome = await run.ports.store.writeFleet(next);
    if (outcome === 'written') {
      run.fleet = next;
      if (wanted) await sendTick(run, between(now, due));
      return;
    }
    // What a sweep notes, the next one notes again; a chain without a next tick would be silent
    // until then.
    if (!wanted || outcome === 'down' || !(await isUnclaimed(run))) return;
  }
}

interface FleetNews {
  /** When the next tick is due, where one is wanted. */
  readonly tickAt: Instant | undefined;
  readonly ended: boolean;
  readonly sweptAt: Instant | undefined;
}

function nextFleet(known: FleetRecord, { tickAt, ended, sweptAt }: FleetNews): FleetRecord {
  const { nextTickAt, ...fleet } = known;
  const keep = !ended && nextTickAt !== undefined ? { nextTickAt } : {};
  return {
    ...fleet,
    ...(tickAt === undefined
      ? keep
      : { nextTickAt: tickAt, tickGeneration: fleet.tickGeneration + 1 }),
    ...(sweptAt === undefined ? {} : { lastSweepAt: sweptAt }),
    version: fleet.version + 1,
  };
}

async function sendTick({ ports, fleet }: Run, wait: Duration): Promise<void> {
  const { queue, clock, telemetry } = ports;
  const delay = ms(Math.max(0, wait));
  const sent = await queue.sendTick(fleet.tickGeneration, delay, clock.now());
  if (!sent) telemetry.log('warn', 'tick not sent; the sweep begins a new chain', {});
}

/** Reads the fleet's record again, and answers whether the chain still has no later tick. */
async function isUnclaimed(run: Run): Promise<boolean> {
  const generation = run.fleet.tickGeneration;
  const answer = await run.ports.store.readAll();
  if (answer.kind === 'down') return false;
  run.fleet = answer.fleet;
  return answer.fleet.tickGeneration === generation;
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
