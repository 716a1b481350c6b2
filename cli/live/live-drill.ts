import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { call } from '../../examples/livechat/http';
import { countOf, isObject, reasonOf } from '../../examples/livechat/json';
import { mismatches } from '../../examples/livechat/presence';
import type { DrillResult, Expectation, TimelineLine } from '../../sim/drill-result';
import { demand } from '../../sim/drills/drill';
import { incidentRecords } from '../../sim/drills/incident-records';
import { follow, resultOf } from '../../sim/drills/index';
import { createRandom } from '../../sim/random';
import type { World } from '../../sim/world';
import { Bridge, type OutsideEvents } from './bridge';
import type { Chatters } from './chatters';
import { answerEvents, BackfillDocument, runBackfill, type HookParts } from './hook-programs';
import {
  chatExpectations,
  chatFigures,
  rescueExpectations,
  resolvedAs,
  seenIn,
  type AtFailure,
  type Measured,
} from './live-figures';
import { LIVE } from './live';
import { liveTemplate, liveWorld, ZERO_S } from './live-world';
import { livePlan, type LivePlan } from './plan';
import { realTime, type RealTime } from './real-time';
import { POD_NAME, Stage, type Left, type Standing } from './stage';
import { keptOf, textsIn } from './truth';
import { onlineInWorkspace } from './watch';

/** How a live drill is played. */
export interface LiveOptions {
  /** The failure and what goes with it is drawn from it; the machine's own time is not. */
  readonly seed: number;
  /** Called for each line of the timeline as it happens. */
  readonly onLine?: ((line: TimelineLine) => void) | undefined;
  /** Called with what is being done before and after. */
  readonly onStep?: ((text: string) => void) | undefined;
  /** Ends it early, with all that it started. */
  readonly signal?: AbortSignal | undefined;
}

/** From the failure until it is given up, and of the whole. */
const STORY_S = 42;
const MOST_S = 60;
/** Agents go home so long after the failure. */
const LEAVING_AFTER_S = 1;
/** What goes on after the incident is waited for, but not for longer. */
const AFTERWARDS_MS = 4_000;
const LOOK_EVERY_MS = 50;
const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Plays the origin incident for real. Whatever happens, nothing of what it started is left when it
 * ends.
 *
 * @throws LiveDrillError when the stage cannot be set up, the signal ends it, or it takes too long.
 */
export async function runLive(options: LiveOptions): Promise<DrillResult> {
  const time = realTime();
  const beganAt = time.now();
  const stage = new Stage();
  const timeout = AbortSignal.timeout(MOST_S * 1_000);
  const signal = AbortSignal.any([timeout, ...(options.signal ? [options.signal] : [])]);
  let story: Story;
  let left: Left;
  try {
    story = await Promise.race([play(stage, time, options), aborted(signal)]);
  } catch (error) {
    throw failureOf(error, { isLate: timeout.aborted, seed: options.seed });
  } finally {
    time.stop();
    left = await stage.end();
  }
  const tookS = (time.now() - beganAt) / 1_000;
  const ended = [
    demand(
      `all that it started has ended (${stage.processes.started()} processes)`,
      left.processes === 0 && left.sockets === 0,
    ),
    demand(`it took less than ${MOST_S} s (${tookS.toFixed(0)} s)`, tookS < MOST_S),
  ];
  return resultFor(story, ended, options.seed);
}

/** A live drill that came to no result; all that it started has ended. */
export class LiveDrillError extends Error {}

function failureOf(
  error: unknown,
  { isLate, seed }: { readonly isLate: boolean; readonly seed: number },
): LiveDrillError {
  const why = isLate ? `it did not end within ${MOST_S} s` : reasonOf(error);
  return new LiveDrillError(
    `The live drill with seed ${seed} came to no result: ${why}. All that it started has ended.`,
    { cause: error },
  );
}

/** What was played, and what was measured of it. */
interface Story {
  readonly world: World;
  readonly plan: LivePlan;
  readonly measured: Measured;
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise<never>((_, failed) => {
    const fail = (): void => failed(new Error('it was interrupted'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail);
  });
}

async function play(stage: Stage, time: RealTime, options: LiveOptions): Promise<Story> {
  const { seed, onLine, onStep = () => undefined } = options;
  const plan = livePlan(createRandom(seed));
  const bridge = new Bridge(time);
  onStep('Starting the workspace, the chat server and the people …');
  let template: object = {};
  const meanwhile = (): void => void (template = liveTemplate());
  const standing = await stage.begin(plan, { time, seed, events: bridge, meanwhile });
  const parts = { ...hookParts(stage, standing, time), events: bridge };
  const backfill = new BackfillDocument(parts, plan.backfillKilledAfter);
  const { killAfterS } = plan;
  const { pod: outside, people } = standing;
  const made = { seed, template, outside, backfill: backfill.program, killAfterS };
  const world = await liveWorld({ ...made, now: time.now() });
  bridge.begin(world);
  follow(world, { zeroS: ZERO_S }, onLine === undefined ? {} : { onLine });
  answerEvents(world, parts);
  onStep(`${people.openChats()} chats are open; the host fails in ${killAfterS.toFixed(1)} s.`);
  const failure = await outage(world, { people, plan, time, events: bridge });
  onStep('The incident is over; counting what is left of the chats …');
  const { servingAt } = seenIn(world.history.facts);
  const measured = await afterwards({ stage, standing, time, failure, servingAt });
  return { world, plan, measured: { ...measured, backfills: backfill.runs() } };
}

function hookParts(stage: Stage, standing: Standing, time: RealTime): Omit<HookParts, 'events'> {
  const { processes, journal, checkpoints } = stage;
  const { workspace, server } = standing;
  const now = (): number => time.now();
  return { processes, journal, checkpoints, workspace, server, pod: POD_NAME, now };
}

/** The host fails, and the watchdog has its time. */
async function outage(
  world: World,
  parts: {
    readonly people: Chatters;
    readonly plan: LivePlan;
    readonly time: RealTime;
    readonly events: OutsideEvents;
  },
): Promise<AtFailure> {
  const { people, plan, time, events } = parts;
  const { hurryMs, leaving } = plan;
  let failure: AtFailure = { at: world.now(), openChats: 0, inFlight: 0 };
  world.history.onFact((fact) => {
    // Told by the very act that kills the server: nobody has noticed yet.
    if (fact.kind !== 'state' || fact.to !== 'stopping') return;
    const [openChats, inFlight] = [people.openChats(), people.inFlight()];
    failure = { at: fact.at, openChats, inFlight };
    people.calmDown();
    events.note(
      `the chat server is killed: ${openChats} chats open, ${inFlight} messages on the way`,
    );
  });
  if (hurryMs !== undefined) world.at(ZERO_S - hurryMs / 1_000, () => people.hurry());
  world.at(ZERO_S + LEAVING_AFTER_S, () => people.leave(leaving));
  const goOn = (): boolean => resolvedAs(world.history.facts) === undefined;
  await world.runAtPace(time, goOn, ZERO_S + STORY_S);
  return failure;
}

/** Lets the people finish, and counts. */
async function afterwards({
  stage,
  standing,
  time,
  failure,
  servingAt,
}: {
  readonly stage: Stage;
  readonly standing: Standing;
  readonly time: RealTime;
  readonly failure: AtFailure;
  readonly servingAt: number | undefined;
}): Promise<Omit<Measured, 'backfills'>> {
  const { people, watch, server } = standing;
  await came(() => people.away() === 0);
  people.fallSilent();
  await came(() => people.inFlight() === 0);
  await came(async () => isAllForwarded(server));
  const differAtEnd = await differing(standing);
  const kept = keptOf(people.accepted(), await textsIn(stage.store));
  const to = servingAt ?? failure.at;
  const window = { from: isoOf(to - DAY_MS), to: isoOf(to) };
  // Behind the count: it would bring what the backfill of the window had missed.
  const day = await runBackfill(
    { ...hookParts(stage, standing, time), checkpoints: join(stage.folder, 'day') },
    window,
  );
  return { failure, kept, samples: watch.samples(), day, differAtEnd };
}

const isoOf = (at: number): string => new Date(at).toISOString();

/** Waits for something that comes by itself, as long as that may take. */
async function came(what: () => Promise<boolean> | boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < AFTERWARDS_MS; waitedMs += LOOK_EVERY_MS) {
    if (await what()) return;
    await wait(LOOK_EVERY_MS);
  }
}

/** What the server says at an address; nothing when it does not answer. */
async function saidAt(url: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await call({ url }).catch(() => undefined);
  return isObject(answer?.body) ? answer.body : {};
}

async function isAllForwarded(server: string): Promise<boolean> {
  const body = await saidAt(`${server}/serving`);
  const backlog = isObject(body['backlog']) ? body['backlog'] : {};
  return countOf(backlog['waiting']) === 0;
}

/** Agents that their clients, the server and the workspace do not agree on. */
async function differing({ server, workspace, people }: Standing): Promise<readonly string[]> {
  const { presence } = await saidAt(`${server}/health`);
  const isInStep = isObject(presence) && presence['ok'] === true;
  const online = await onlineInWorkspace(workspace, POD_NAME);
  const others = mismatches(people.agentsOnline(), online);
  return isInStep ? others : [...others, 'whom /health names'];
}

async function resultFor(
  { world, plan, measured }: Story,
  ended: readonly Expectation[],
  seed: number,
): Promise<DrillResult> {
  const { facts } = world.history;
  const seen = seenIn(facts);
  const chats = chatFigures(measured, seen);
  const expect = (): readonly Expectation[] => [
    ...rescueExpectations(facts),
    ...chatExpectations(measured, { chats, seen, plan }),
    ...ended,
  ];
  return {
    ...resultOf({ ...LIVE, zeroS: ZERO_S, expect }, { world, chats }),
    replay: `npm run drill -- --live --seed ${seed}`,
    records: await incidentRecords(world),
  };
}
