import { nextLook } from './core/due';
import type { InstanceView } from './core/observation';
import { newRecord, type InstanceRecord } from './core/record';
import { foldSignals, type Folded } from './core/signals/fold';
import { step } from './core/step';
import { ms } from './core/time';
import { adoptFromTag } from './core/without-store';
import type { Ports } from './ports';
import { act } from './shell/act';
import { actBlindly, openedAlert } from './shell/blind';
import { enrol } from './shell/enrol';
import { finish } from './shell/finish';
import type { Held } from './shell/held';
import { isIrreplaceable, receive, type Message, type Received } from './shell/intake';
import { firstLook, secondLook, type FirstLook } from './shell/look';
import { hasTime, type Invocation, type Run, type Work } from './shell/run';
import { messageOf, publish, tell } from './shell/tell';
import { scheduleTick } from './shell/tick';
import { whoStoppedIt, type Asked } from './shell/who-stopped-it';
import type { Settings } from './settings';

/** The watchdog: it takes batches of messages and answers which of them must come again. */
export interface Watchdog {
  handle(messages: readonly Message[], invocation: Invocation): Promise<readonly string[]>;
}

/** A pass that met another invocation on an instance is made again for it, this often. */
const PASSES = 3;
const PAUSE_BETWEEN_PASSES = ms(400);
const PASS_LENGTH_MS = 3_000;

/** Composes the watchdog. It keeps nothing between invocations but what its ports keep. */
export function createWatchdog(ports: Ports, settings: Settings): Watchdog {
  return {
    async handle(messages, invocation) {
      const received = receive(messages, ports, settings);
      if (received.length === 0) return [];
      const folded = foldSignals(received.map(({ signal }) => signal));
      const unsettled = await passes({ ports, settings, invocation }, folded);
      if (folded.sweep) await ports.heartbeat.beat();
      return comeAgain(received, unsettled);
    },
  };
}

/** Instances whose signals could not be used; `all` when nothing could be read. */
type Unsettled = ReadonlySet<string> | 'all';

/** Signals that bring a fact which no later look would show are delivered again. */
function comeAgain(received: readonly Received[], unsettled: Unsettled): readonly string[] {
  const again = received.filter(({ signal }) => {
    if (!isIrreplaceable(signal)) return false;
    return unsettled === 'all' || signal.instanceIds.some((id) => unsettled.has(id));
  });
  return [...new Set(again.map(({ messageId }) => messageId))];
}

async function passes(
  world: Pick<Run, 'ports' | 'settings' | 'invocation'>,
  folded: Folded,
): Promise<Unsettled> {
  let question = folded;
  for (let count = 1; ; count += 1) {
    const outcome = await pass(world, question);
    if (outcome.kind !== 'done') return outcome.unsettled;
    const { run } = outcome;
    if (run.conflicts.size === 0) return run.conflicts;
    if (count === PASSES || !hasTime(run, PASS_LENGTH_MS)) return run.conflicts;
    await world.ports.clock.sleep(PAUSE_BETWEEN_PASSES);
    question = narrowed(folded, run.conflicts);
  }
}

/** The same question about some instances only. */
function narrowed(folded: Folded, ids: ReadonlySet<string>): Folded {
  return {
    ...folded,
    instanceIds: ids,
    volumeIds: new Set(),
    sweep: false,
    ticks: [],
    down: false,
  };
}

type PassOutcome =
  | { readonly kind: 'done'; readonly run: Run }
  | { readonly kind: 'unread'; readonly unsettled: Unsettled };

/** One pass: look, decide, act, tell, and see to the next look. */
async function pass(
  world: Pick<Run, 'ports' | 'settings' | 'invocation'>,
  folded: Folded,
): Promise<PassOutcome> {
  const { ports } = world;
  const first = await firstLook(ports, folded);
  if (first.look.kind === 'failed') {
    ports.telemetry.count('ReadsFailed', 1);
    ports.telemetry.log('error', 'EC2 did not answer', { error: first.look.error });
    return { kind: 'unread', unsettled: 'all' };
  }
  const { views } = first.look;
  if (first.store.kind === 'down') {
    ports.telemetry.count('StoreDown', 1);
    ports.telemetry.log('error', 'the incident table did not answer', { error: first.store.error });
    await actBlindly(world, folded, views);
    return { kind: 'unread', unsettled: new Set(views.map((view) => view.instanceId)) };
  }
  const quarantined = new Set(first.store.quarantined);
  const run: Run = {
    ...world,
    folded: isStaleTick(folded, first.store.fleet.tickGeneration)
      ? { ...folded, ticks: [] }
      : folded,
    records: new Map(first.store.records),
    fleet: first.store.fleet,
    conflicts: new Set(),
    nextLooks: new Map(),
  };
  await settle(
    run,
    first,
    views.filter((view) => !quarantined.has(view.instanceId)),
  );
  return { kind: 'done', run };
}

/** Only the tick of the present generation counts: the chain stays single. */
function isStaleTick({ ticks }: Folded, generation: number): boolean {
  return !ticks.includes(generation);
}

async function settle(run: Run, first: FirstLook, views: readonly InstanceView[]): Promise<void> {
  const { folded, ports } = run;
  const down = views.filter((view) => view.state !== 'running');
  const running = views.filter((view) => view.state === 'running');
  const seesAll = folded.sweep || folded.ticks.length > 0;
  const asked = seesAll ? await whoStoppedIt(run) : new Map<string, Asked>();
  // What is down is acted on at once; the checks of what runs are read meanwhile.
  const [heldDown, others] = await Promise.all([
    act(
      run,
      down.map((view) => work(run, view, asked)),
    ),
    secondLook(run, first, running),
  ]);
  const unseen = folded.sweep && views.length > 0 ? unseenOf(run, views) : [];
  const heldOthers = await act(run, [
    ...others.map((view) => work(run, view, asked)),
    ...unseen.map((record) => unseenWork(run, record)),
  ]);
  await conclude(run, [...heldDown, ...heldOthers]);
  if (folded.sweep) await enrol(run, others);
  noteFleet(run, views.length);
  await scheduleTick(run, folded.sweep ? ports.clock.now() : undefined);
}

/** Decides about one instance from what this pass knows of it. */
function work(run: Run, view: InstanceView, asked: ReadonlyMap<string, Asked>): Work {
  const { folded, settings, fleet, records } = run;
  const { instanceId } = view;
  const now = run.ports.clock.now();
  const stored = records.get(instanceId) ?? newRecord(instanceId);
  const fresh = [
    ...(folded.evidence.get(instanceId) ?? []),
    ...view.volumeIds.flatMap((id) => folded.volumeEvidence.get(id) ?? []),
    ...(asked.get(instanceId)?.facts ?? []),
  ];
  const { policies } = settings;
  const known = asked.get(instanceId)?.record ?? stored;
  const adopted = adoptFromTag({ view, policies, evidence: fresh, now }, known);
  const record = adopted === undefined ? known : { ...known, incident: adopted };
  const taken = step({ view, record, fresh, policies, lastSweepAt: fleet.lastSweepAt, now });
  return noted(run, { view, before: stored, step: taken });
}

function noted(run: Run, item: Work): Work {
  const { record, decision } = item.step;
  const at = nextLook(record, decision, run.ports.clock.now());
  if (at !== undefined) run.nextLooks.set(record.instanceId, at);
  return item;
}

/** Records with an open incident that a look at everything did not show. */
function unseenOf(run: Run, views: readonly InstanceView[]): readonly InstanceRecord[] {
  const seen = new Set(views.map((view) => view.instanceId));
  return [...run.records.values()].filter(
    ({ incident, instanceId }) => incident !== undefined && !seen.has(instanceId),
  );
}

function unseenWork(run: Run, record: InstanceRecord): Work {
  const { settings, fleet, ports } = run;
  const now = ports.clock.now();
  const input = { view: undefined, record, fresh: [], policies: settings.policies, now };
  return noted(run, {
    view: undefined,
    before: record,
    step: step({ ...input, lastSweepAt: fleet.lastSweepAt }),
  });
}

/** Tells people and records the outcome; without the table it can only tell. */
async function conclude(run: Run, held: readonly Held[]): Promise<void> {
  const blind = held.filter(({ isBlind }) => isBlind);
  const records = await tell(
    run,
    held.filter(({ isBlind }) => !isBlind),
  );
  await Promise.all([
    finish(run, records),
    ...blind.map(({ record }) => publish(run, messageOf(run, openedAlert(record), record))),
  ]);
}

function noteFleet({ ports, records, folded }: Run, managed: number): void {
  if (!folded.sweep) return;
  const open = [...records.values()].filter(({ incident }) => incident !== undefined).length;
  ports.telemetry.count('Heartbeat', 1);
  ports.telemetry.count('Managed', managed);
  ports.telemetry.count('OpenIncidents', open);
}
