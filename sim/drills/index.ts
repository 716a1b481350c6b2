import { synthesizeTemplate } from '../../lib/synthesize';
import { after, iso, seconds } from '../../lambda/core/time';
import type { ChatFigures } from '../chat/figures';
import { ChatWorkload } from '../chat/workload';
import type { Drill, DrillMessage, DrillResult, TimelineLine } from '../drill-result';
import { factsOf, type Fact } from '../history';
import { checkInvariants } from '../invariants';
import { createWorld, type World } from '../world';
import type { DrillSpec } from './drill';
import { alertFigure, figuresOf, isAboutServers, zeroOf } from './figures';
import { ACKNOWLEDGED_DRILLS } from './acknowledged';
import { ADDRESS_DRILLS } from './addresses';
import { CAPACITY_DRILLS } from './capacity';
import { CHANNEL_DRILLS } from './channels';
import { HEALTH_DRILLS } from './health-words';
import { HOOK_DRILLS } from './hooks';
import { BEFORE_STOP_DRILLS } from './hooks-before-stop';
import { HOOK_DELIVERY_DRILLS } from './hooks-delivery';
import { IMPAIRED_DRILLS } from './impaired';
import { LIMIT_DRILLS } from './limits';
import { OUTAGE_DRILLS } from './outages';
import { OWN_STOP_DRILLS } from './own-stops';
import { PEOPLE_DRILLS } from './people-and-programs';
import { PLANNED_DRILLS } from './planned';
import { REFUSAL_DRILLS } from './refusals';
import { SINGLE_SERVER_DRILLS } from './single-server';
import { incidentRecords } from './incident-records';
import { servingCurve, servingTracks, timelineLine } from './timeline';
import { WITHOUT_HOOKS } from './without-hooks';
import { ZONE_OUTAGE } from './zone-outage';

/** Every drill, in the order in which they are worth playing. */
export const DRILLS: readonly DrillSpec[] = [
  ...SINGLE_SERVER_DRILLS,
  ...IMPAIRED_DRILLS,
  ...OWN_STOP_DRILLS,
  ...REFUSAL_DRILLS,
  ...PEOPLE_DRILLS,
  ...ACKNOWLEDGED_DRILLS,
  ...HEALTH_DRILLS,
  ...LIMIT_DRILLS,
  ...PLANNED_DRILLS,
  ...CAPACITY_DRILLS,
  ...ADDRESS_DRILLS,
  ...CHANNEL_DRILLS,
  ...HOOK_DRILLS,
  ...HOOK_DELIVERY_DRILLS,
  WITHOUT_HOOKS,
  ...BEFORE_STOP_DRILLS,
  ...OUTAGE_DRILLS,
  ZONE_OUTAGE,
];

/** How a drill is played. */
export interface DrillOptions {
  /** All chance comes from it. */
  readonly seed: number;
  /** Called for each line of the timeline as it happens. */
  readonly onLine?: (line: TimelineLine) => void;
}

/** The end of a story is looked for this often, in virtual seconds. */
const LOOK_EVERY_S = 60;

const templates = new Map<string, object>();

/** Synthesis takes seconds and its result never changes within a process. */
function templateOf({ policies, config }: DrillSpec): object {
  const key = JSON.stringify([policies, config]);
  const known = templates.get(key) ?? synthesizeTemplate(policies, config);
  templates.set(key, known);
  return known;
}

/** A drill that has been played out, before anything is read off it. */
export interface PlayedOut {
  readonly world: World;
  readonly chat: ChatWorkload | undefined;
}

/** Plays a drill to the end of its story in virtual time. */
export async function playOut(spec: DrillSpec, options: DrillOptions): Promise<PlayedOut> {
  const chat = spec.chat && new ChatWorkload(spec.chat);
  const documents = spec.documents ?? chat?.documents();
  const world = createWorld({
    seed: options.seed,
    startAt: spec.startAt,
    template: templateOf(spec),
    trail: spec.trail ?? false,
    environment: spec.environment ?? {},
    ...(documents && { documents }),
  });
  follow(world, spec, options);
  spec.play(world);
  chat?.attach(world);
  for (let at = spec.zeroS; at < spec.limitS; at += LOOK_EVERY_S) {
    await world.runUntil(at);
    if (at > spec.zeroS && spec.isOver?.(world.history.facts) === true) break;
  }
  return { world, chat };
}

/**
 * Plays a drill and tells all that it brought.
 *
 * @throws Error when no drill has that name.
 */
export async function runDrill(name: string, options: DrillOptions): Promise<DrillResult> {
  const spec = DRILLS.find((drill) => drill.name === name);
  if (spec === undefined) throw new Error(`No drill is called "${name}".`);
  const { world, chat } = await playOut(spec, options);
  const chats = (await chat?.figures()) ?? null;
  return { ...resultOf(spec, { world, chats }), records: await incidentRecords(world) };
}

/** Hands on each line as it happens; second 0 is known once a server stopped serving. */
export function follow(
  world: World,
  spec: Pick<DrillSpec, 'zeroS'>,
  { onLine }: Pick<DrillOptions, 'onLine'>,
): void {
  if (onLine === undefined) return;
  const earliest = after(world.startedAt, seconds(spec.zeroS));
  world.history.onFact((fact) => {
    if (fact.at < earliest) return;
    const line = timelineLine(fact, earliest);
    if (line !== undefined) onLine(line);
  });
}

/** What a drill that has been played brought. */
export function resultOf(
  spec: Drill & Pick<DrillSpec, 'zeroS' | 'expect'>,
  { world, chats }: { readonly world: World; readonly chats: ChatFigures | null },
): Omit<DrillResult, 'records'> {
  const { seed } = world.random;
  const { facts } = world.history;
  const earliest = after(world.startedAt, seconds(spec.zeroS));
  const story = facts.filter((fact) => fact.at >= earliest);
  const zero = zeroOf(story, earliest);
  const figures = figuresOf(story, zero);
  const expectations = spec.expect({ figures, facts, chats });
  const violations = checkInvariants(facts).map(
    ({ invariant, instanceId, text }) =>
      `${invariant}${instanceId === undefined ? '' : ` ${instanceId}`}: ${text}`,
  );
  return {
    drill: spec.name,
    seed,
    passed: violations.length === 0 && expectations.every(({ held }) => held),
    ...figures,
    chats,
    violations,
    replay: `npm run drill -- ${spec.name} --seed ${seed}`,
    title: spec.title,
    description: spec.description,
    startedAt: iso(zero),
    endedS: Math.round((world.now() - zero) / 1_000),
    instances: factsOf(facts, 'instance').length,
    timeline: story.map((fact) => timelineLine(fact, zero)).filter((line) => line !== undefined),
    serving: servingCurve(facts, zero),
    tracks: servingTracks(facts, zero),
    expectations,
    messages: messagesOf(story, zero),
  };
}

function messagesOf(story: readonly Fact[], zero: number): readonly DrillMessage[] {
  return factsOf(story, 'message')
    .filter(isAboutServers)
    .map((message) => ({
      ...alertFigure(message, Math.round(message.at - zero) / 1_000),
      email: message.email,
      sms: message.sms,
    }));
}
