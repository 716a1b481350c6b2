import type { HookInput } from '../../lambda/core/hook';
import { parseInstant } from '../../lambda/core/time';
import type { SsmDocument, SsmProgram } from '../account/ssm-commands';
import { factsOf } from '../history';
import type { World } from '../world';
import type { ChatFigures } from './figures';
import { playHourly } from './hourly';
import { ChatModel } from './model';

const RESYNC = 'LiveChat-PresenceResync';
const BACKFILL = 'LiveChat-Backfill';
/** What the watchdog sends to a document (docs/hooks.md): it must declare each of them. */
export const HOOK_PARAMETERS: readonly string[] = [
  'Key',
  'IncidentId',
  'InstanceId',
  'Pod',
  'Policy',
  'OutageNumber',
  'LastKnownGood',
  'FirstKnownBad',
  'GoodAgain',
  'UncertaintySeconds',
];
/** Exit codes of examples/livechat. */
const EXIT = { done: 0, usage: 64, tryAgain: 75 } as const;
/** What has been said has arrived by then, at the end of a drill. */
const SETTLE_S = 30;

/**
 * The hooks of the pod: agents are marked offline while it is down; once it serves, presence is put
 * in step and the backfill made. These two are sent together: neither needs what the other does,
 * and one that waited for the other's end would begin two to three seconds later.
 */
export const CHAT_HOOKS: readonly HookInput[] = [
  { name: 'offline', on: 'down', kind: 'event', deadlineSeconds: 60 },
  { name: 'presence', on: 'serving', kind: 'ssm', document: RESYNC, deadlineSeconds: 60 },
  { name: 'backfill', on: 'serving', kind: 'ssm', document: BACKFILL },
];

/** Chats on one server of a drill, and who makes its backfills. */
export interface ChatDrill {
  readonly instanceId: string;
  readonly backfill: 'by-hooks' | 'hourly';
}

/** The chats on a server of a simulated account. They live and die with what it really serves. */
export class ChatWorkload {
  #parts: { readonly world: World; readonly model: ChatModel } | undefined;

  constructor(private readonly drill: ChatDrill) {}

  /** The documents that its hooks name; to be there when the world is made. */
  documents(): Readonly<Record<string, SsmDocument>> {
    const document = (effect: SsmProgram): SsmDocument => ({ effect, parameters: HOOK_PARAMETERS });
    return {
      [RESYNC]: document((_, end) => this.#resync(end)),
      [BACKFILL]: document(({ parameters }, end) => this.#backfill(parameters, end)),
    };
  }

  /** Puts the chats into the account; the server must serve. */
  attach(world: World): void {
    const clock = {
      now: () => world.now(),
      after: (delayMs: number, act: () => void) => {
        world.at(world.elapsedS() + delayMs / 1_000, act);
      },
    };
    const model = new ChatModel({ clock, random: world.random });
    this.#parts = { world, model };
    model.begin();
    if (this.drill.backfill === 'hourly') model.backfillHourly();
    world.programs.answerHook({
      hook: 'offline',
      medianS: 0.3,
      work: ({ outage }) => this.#markOffline(outage),
    });
    world.history.onFact((fact) => {
      if (fact.kind !== 'serving' || fact.instanceId !== this.drill.instanceId) return;
      if (fact.serving) {
        model.serve();
        return;
      }
      model.fail();
      const late = model.missing().length;
      this.#tell(
        `${model.openAtFailure} open chats cut, ${late} messages not in the workspace yet`,
      );
    });
  }

  /** Lets what was said arrive, and counts; null when there was no outage, or no end of it. */
  async figures(): Promise<ChatFigures | null> {
    const { world, model } = this.#running();
    model.end();
    await world.runUntil(world.elapsedS() + SETTLE_S);
    const changes = factsOf(world.history.facts, 'serving').filter(
      ({ instanceId }) => instanceId === this.drill.instanceId,
    );
    const { random, startedAt: startAt } = world;
    const hourly = await playHourly({ seed: random.seed, startAt, changes });
    return hourly === undefined ? null : (model.figures(hourly) ?? null);
  }

  #running(): { readonly world: World; readonly model: ChatModel } {
    if (this.#parts === undefined) throw new Error('The chats are in no world yet');
    return this.#parts;
  }

  #tell(text: string): void {
    const { instanceId } = this.drill;
    this.#running().world.history.add({ kind: 'workload', instanceId, text });
  }

  #markOffline(outage: unknown): void {
    const bad = typeof outage === 'object' && outage !== null ? { ...outage } : {};
    const at = 'firstKnownBad' in bad ? parseInstant(String(bad.firstKnownBad)) : undefined;
    if (at === undefined) throw new Error('A hook at down without firstKnownBad');
    this.#tell(`${this.#running().model.markOffline(at)} agents marked offline in the workspace`);
  }

  #resync(end: (exitCode: number) => void): void {
    const isAsked = this.#running().model.resync((changed) => {
      this.#tell(`presence-resync: ${changed} agents put in step`);
      end(EXIT.done);
    });
    if (!isAsked) end(EXIT.tryAgain);
  }

  #backfill(
    given: Readonly<Record<string, readonly string[]>>,
    end: (exitCode: number) => void,
  ): void {
    const text = (name: string): string => given[name]?.[0] ?? '';
    const from = parseInstant(text('LastKnownGood'));
    const to = parseInstant(text('GoodAgain'));
    if (from === undefined || to === undefined || from >= to) {
      end(EXIT.usage);
      return;
    }
    const { world, model } = this.#running();
    const { instanceId } = this.drill;
    const isBegun = model.backfill({ from, to }, (recovered) => {
      const scanned = model.runs.at(-1)?.scanned ?? 0;
      this.#tell(`backfill: ${scanned} messages read, ${recovered} brought`);
      const key = text('Key');
      world.programs.callBack({ instanceId, key, status: 'done', chatsRecovered: recovered });
      end(EXIT.done);
    });
    if (isBegun) this.#tell('backfill begins');
    else end(EXIT.tryAgain);
  }
}
