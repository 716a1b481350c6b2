import { nextLook } from './core/due';
import type { HookNews } from './core/hook-run';
import type { Incident } from './core/incident';
import type { InstanceView } from './core/observation';
import type { Pause } from './core/pause';
import { placesOf } from './core/places';
import { newRecord, type InstanceRecord } from './core/record';
import { foldSignals, type Folded } from './core/signals/fold';
import { step } from './core/step';
import type { TakedownFacts } from './core/takedown-facts';
import { between, ms, type Instant } from './core/time';
import { adoptFromTag, blindStart, type BlindSituation } from './core/without-store';
import type { Ports } from './ports';
import { act } from './shell/act';
import { actBlindly, type BlindWorld } from './shell/blind';
import { comeAgain, idsOf, type Unsettled } from './shell/come-again';
import { enrol } from './shell/enrol';
import { finish } from './shell/finish';
import type { Held } from './shell/held';
import { askHooks, questionsDue } from './shell/hook-questions';
import { sendHooks, withHooksSent } from './shell/hooks';
import { noteStarts } from './shell/last-action';
import { receive, type Message } from './shell/intake';
import { firstLook, secondLook, type FirstLook } from './shell/look';
import { measured } from './shell/measured';
import { hasTime, type Invocation, type Run, type Work } from './shell/run';
import { tell } from './shell/tell';
import { tellDigest } from './shell/digest';
import { checked, type Decide } from './shell/takedown-check';
import { scheduleTick } from './shell/tick';
import { tellUnrecorded, withUnrecorded } from './shell/unrecorded';
import { lookupsDue, whoStoppedIt, type Asked } from './shell/who-stopped-it';
import type { Settings } from './settings';

/** The watchdog: it takes batches of messages and answers which of them must come again. */
export interface Watchdog {
  handle(messages: readonly Message[], invocation: Invocation): Promise<readonly string[]>;
}

/** A pass that met another invocation on an instance is made again for it, this often. */
const PASSES = 3;
const PAUSE_BETWEEN_PASSES = ms(400);
const PASS_LENGTH_MS = 3_000;

/**
 * Composes the watchdog. Between invocations it keeps nothing but what its ports keep, and when it
 * started what while the table was down.
 */
export function createWatchdog(given: Ports, settings: Settings): Watchdog {
  const ports = measured(given);
  const startedAt = new Map<string, Instant>();
  const notTaken = new Map<string, BlindSituation>();
  const lastPauses = new Map<string, Pause>();
  const lastTroubled: World['lastTroubled'] = {};
  return {
    async handle(messages, invocation) {
      const begun = ports.clock.now();
      const received = receive(messages, ports, settings);
      if (received.length === 0) return [];
      const folded = foldSignals(received.map(({ signal }) => signal));
      const world: World = {
        ports,
        settings,
        invocation,
        unwritten: new Set(),
        unrecorded: new Map(),
        startedAt,
        notTaken,
        lastPauses,
        lastTroubled,
      };
      const { unsettled, isRead } = await passes(world, folded);
      await Promise.all([...world.unrecorded.values()].map((it) => tellUnrecorded(world, it)));
      if (folded.sweep) ports.telemetry.measure('SweepSeconds', between(begun, ports.clock.now()));
      // A watchdog that cannot read its surroundings must not look alive from outside.
      if (folded.sweep && isRead) await ports.heartbeat.beat();
      return comeAgain(received, unsettled);
    },
  };
}

/** What all passes of one invocation share. */
type World = Pick<
  Run,
  'ports' | 'settings' | 'invocation' | 'unwritten' | 'unrecorded' | 'lastTroubled'
> &
  BlindWorld;

/** `isRead`: EC2 and the table both answered what was asked at first. */
interface Passed {
  readonly unsettled: Unsettled;
  readonly isRead: boolean;
}

async function passes(world: World, folded: Folded): Promise<Passed> {
  let question = folded;
  for (let count = 1; ; count += 1) {
    const outcome = await pass(world, question);
    if (outcome.kind !== 'done') {
      const { unsettled } = outcome;
      return {
        unsettled: unsettled === 'all' ? 'all' : new Set([...unsettled, ...world.unwritten]),
        isRead: count > 1,
      };
    }
    const { run, views } = outcome;
    if (run.conflicts.size === 0 || count === PASSES || !hasTime(run, PASS_LENGTH_MS)) {
      const conflicting = views.filter((view) => run.conflicts.has(view.instanceId));
      return {
        unsettled: new Set([...run.conflicts, ...idsOf(conflicting), ...run.unwritten]),
        isRead: true,
      };
    }
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
  | { readonly kind: 'done'; readonly run: Run; readonly views: readonly InstanceView[] }
  | { readonly kind: 'unread'; readonly unsettled: Unsettled };

/** One pass: look, decide, act, tell, and see to the next look. */
async function pass(world: World, folded: Folded): Promise<PassOutcome> {
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
    // What an earlier pass of this run started, and could not record, is told at its end.
    const others = views.filter(({ instanceId }) => !world.unrecorded.has(instanceId));
    await actBlindly(world, folded, others);
    return { kind: 'unread', unsettled: new Set(idsOf(views)) };
  }
  remember(world.lastPauses, first.store.policyPauses);
  const quarantined = new Set(first.store.quarantined);
  // Blind for these: an alarm tells, since an alert would need their record.
  if (quarantined.size > 0) ports.telemetry.count('ReadsFailed', 1);
  const run: Run = {
    ...world,
    folded: isStaleTick(folded, first.store.fleet.tickGeneration)
      ? { ...folded, ticks: [] }
      : folded,
    records: new Map(first.store.records),
    fleet: first.store.fleet,
    takedownVersion: first.store.takedownVersion,
    policyPauses: first.store.policyPauses,
    places: placesOf(first.store.records.values()),
    troubled: first.troubled === undefined ? undefined : Promise.resolve(first.troubled),
    applications: new Map(),
    conflicts: new Set(),
    nextLooks: new Map(),
  };
  await settle(
    run,
    first,
    views.filter((view) => !quarantined.has(view.instanceId)),
  );
  return { kind: 'done', run, views };
}

/** What is known of the policies' pauses should the table go away. */
function remember(known: Map<string, Pause>, pauses: ReadonlyMap<string, Pause>): void {
  known.clear();
  for (const [policy, pause] of pauses) known.set(policy, pause);
}

/** Only the tick of the present generation counts: the chain stays single. */
function isStaleTick({ ticks }: Folded, generation: number): boolean {
  return !ticks.includes(generation);
}

async function settle(run: Run, first: FirstLook, views: readonly InstanceView[]): Promise<void> {
  const { folded, ports } = run;
  const down = views.filter((view) => view.state !== 'running');
  const running = views.filter((view) => view.state === 'running');
  // Only the tick asks others than EC2: its chain is single, so that questions do not add up.
  const due = folded.ticks.length > 0 ? lookupsDue(run) : [];
  const waits = new Set(due.map(({ instanceId }) => instanceId));
  const questions = folded.ticks.length > 0 ? questionsDue(run) : [];
  // What is down is acted on at once; what takes a second question is asked meanwhile.
  const [heldDown, others, asked, heard] = await Promise.all([
    actOn(
      run,
      down.filter((view) => !waits.has(view.instanceId)),
    ),
    secondLook(run, first, running),
    whoStoppedIt(run, due),
    askHooks(run, questions),
  ]);
  const unseen = folded.sweep ? unseenOf(run, views) : [];
  const isEmptyLook = views.length === 0;
  const heldOthers = await act(run, [
    ...(await worksOf(run, [...down.filter((view) => waits.has(view.instanceId)), ...others], {
      asked,
      heard,
    })),
    ...unseen.flatMap((record) =>
      guarded(run, record.instanceId, () => unseenWork(run, record, isEmptyLook)),
    ),
  ]);
  await conclude(run, [...heldDown, ...heldOthers]);
  if (folded.sweep) await enrol(run, others);
  noteFleet(run, views.length);
  await scheduleTick(run, folded.sweep ? ports.clock.now() : undefined);
}

/** What others than EC2 answered in this pass, by instance. */
interface Answers {
  readonly asked: ReadonlyMap<string, Asked>;
  /** Of hooks, from Systems Manager. */
  readonly heard: ReadonlyMap<string, readonly HookNews[]>;
}

const NOTHING_ASKED: Answers = { asked: new Map(), heard: new Map() };

async function actOn(run: Run, views: readonly InstanceView[]): Promise<readonly Held[]> {
  return act(run, await worksOf(run, views, NOTHING_ASKED));
}

/** What is decided about each; what is to be taken down is decided anew once that was checked. */
async function worksOf(
  run: Run,
  views: readonly InstanceView[],
  answers: Answers,
): Promise<readonly Work[]> {
  const works = views.flatMap((view) =>
    guarded(run, view.instanceId, () => work(run, view, { answers })),
  );
  const decide: Decide = (item, facts) => {
    const { view } = item;
    if (view === undefined) return item;
    const [again] = guarded(run, view.instanceId, () => work(run, view, { answers, facts }));
    return again ?? item;
  };
  return checked(run, works, decide);
}

/** An instance with which the program cannot cope must not stop the others; an alarm tells. */
function guarded({ ports }: Run, instanceId: string, decide: () => Work): readonly Work[] {
  try {
    return [decide()];
  } catch (error) {
    ports.telemetry.count('InvocationsFailed', 1);
    ports.telemetry.log('error', 'instance failed', { instanceId, error });
    return [];
  }
}

/** Decides about one instance from what this pass knows of it. */
function work(
  run: Run,
  view: InstanceView,
  {
    answers: { asked, heard },
    facts: checkedFacts,
  }: { readonly answers: Answers; readonly facts?: TakedownFacts },
): Work {
  const { folded, settings, fleet, records, policyPauses, places } = run;
  const { instanceId } = view;
  const now = run.ports.clock.now();
  const stored = records.get(instanceId) ?? newRecord(instanceId);
  const fresh = [
    ...(folded.evidence.get(instanceId) ?? []),
    ...view.volumeIds.flatMap((id) => folded.volumeEvidence.get(id) ?? []),
    ...(asked.get(instanceId)?.facts ?? []),
  ];
  const { policies } = settings;
  const known = withUnrecorded(
    asked.get(instanceId)?.record ?? stored,
    run.unrecorded.get(instanceId),
  );
  const record = adopting({ view, policies, evidence: fresh, now }, known);
  const taken = step({
    view,
    record,
    fresh,
    hookNews: [...(folded.hookNews?.get(instanceId) ?? []), ...(heard.get(instanceId) ?? [])],
    policies,
    policyPauses,
    places,
    lastSweepAt: fleet.lastSweepAt,
    facts: checkedFacts,
    now,
  });
  return noted(run, { view, before: stored, step: taken });
}

/** With a start that was made without the table; what was adopted is known by its start. */
function adopting(situation: BlindSituation, record: InstanceRecord): InstanceRecord {
  const blind = blindStart(situation);
  if (blind === undefined || record.starts.some((start) => start >= blind.at)) return record;
  const known = { ...record, starts: [...record.starts, blind.at] };
  if (record.incident !== undefined) return sameOutage(known, record.incident, blind.id);
  const incident = adoptFromTag(situation, record);
  return incident === undefined ? record : { ...known, incident };
}

/**
 * An incident that was open before the table failed goes on. What nobody was told of yet was told
 * by the start without the table, and the thread keeps the name that people know.
 */
function sameOutage(record: InstanceRecord, incident: Incident, id: string): InstanceRecord {
  const outbox = record.outbox.filter(({ kind }) => kind !== 'opened');
  return outbox.length === record.outbox.length
    ? record
    : { ...record, outbox, incident: { ...incident, id } };
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

function unseenWork(run: Run, record: InstanceRecord, isEmptyLook: boolean): Work {
  const { settings, fleet, ports } = run;
  const now = ports.clock.now();
  const { policies } = settings;
  const input = { view: undefined, record, fresh: [], policies, isEmptyLook, now };
  return noted(run, {
    view: undefined,
    before: record,
    step: step({ ...input, lastSweepAt: fleet.lastSweepAt }),
  });
}

/** Tells people and records the outcome; without the table it can only tell. */
async function conclude(run: Run, held: readonly Held[]): Promise<void> {
  const blind = held.filter(({ isBlind }) => isBlind);
  const [records, sent] = await Promise.all([
    tell(
      run,
      held.filter(({ isBlind }) => !isBlind),
    ),
    sendHooks(run, held),
    noteStarts(run, held),
  ]);
  await Promise.all([
    finish(run, withHooksSent(await tellDigest(run, records), sent)),
    ...blind.map(({ record }) => tellUnrecorded(run, record)),
  ]);
}

function noteFleet({ ports, records, folded }: Run, managed: number): void {
  if (!folded.sweep) return;
  const open = [...records.values()].filter(({ incident }) => incident !== undefined).length;
  ports.telemetry.count('Heartbeat', 1);
  ports.telemetry.count('Managed', managed);
  ports.telemetry.count('OpenIncidents', open);
}
