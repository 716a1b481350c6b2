import { HOOK_DETAIL_TYPE } from '../lambda/core/hook-event';
import type { EventBus } from './account/eventbridge';
import type { History } from './history';
import type { HookWordFact } from './message-facts';
import type { Random } from './random';
import type { Timeline } from './time';

/** How a program answers the event of one hook. */
export interface HookAnswer {
  /** The name of the hook that it answers. */
  readonly hook: string;
  /** The median of the time from the event to its end; it never ends when absent. */
  readonly medianS?: number;
  /** It takes exactly so long instead. */
  readonly takesS?: number;
  readonly status?: 'done' | 'failed';
  /** It fails at the first so many tries of each key; at none when absent. */
  readonly failures?: number;
  /** It says that it started, too. */
  readonly saysStarted?: boolean;
  readonly chatsRecovered?: number;
  /** It says its end so often, at once or these seconds apart. */
  readonly times?: number;
  readonly apartS?: number;
  /** What it does, once a key, at the end of its time; it gets the event's detail. */
  readonly work?: (detail: Readonly<Record<string, unknown>>) => void;
}

/** What a document or a program says of its work, as far as drills need it. */
export interface HookCallback {
  readonly instanceId: string;
  readonly key: string;
  readonly status: HookWordFact['status'];
  readonly chatsRecovered?: number;
}

/** Programs of the account that answer the watchdog's events. */
export interface Programs {
  /** From now on the program does the work of a hook: each key once, and answers each event. */
  answerHook(answer: HookAnswer): void;
  /** Says how a hook's work ended. */
  callBack(callback: HookCallback): void;
}

interface ProgramParts {
  readonly bus: EventBus;
  readonly history: History;
  readonly timeline: Timeline;
  readonly random: Random;
}

/** The delivery of an event to the program, and its own start. */
const BEGINS_S = { least: 0.1, most: 0.5 };
const SPREAD = 0.35;

/** The programs of an account, none of which answers until it is told to. */
export function createPrograms({ bus, history, timeline, random }: ProgramParts): Programs {
  const callBack = ({ instanceId, ...said }: HookCallback & { readonly try?: unknown }): void => {
    history.add({ kind: 'hook-word', instanceId, key: said.key, status: said.status });
    bus.put({
      source: 'watchdog.hook',
      detailType: 'Hook Status',
      resources: [],
      detail: { 'instance-id': instanceId, ...said },
      instanceIds: [instanceId],
    });
  };
  return {
    callBack,
    answerHook(answer) {
      const { hook, medianS, status = 'done', failures = 0, times = 1, apartS = 1 } = answer;
      const { chatsRecovered, saysStarted = false, takesS, work } = answer;
      const lengthS = (): number | undefined =>
        takesS ?? (medianS === undefined ? undefined : stream.lognormal(medianS, SPREAD));
      const stream = random.stream(`programs/${hook}`);
      const worked = new Set<string>();
      const say = (asked: Asked, said: HookWordFact['status']): void => {
        const number = said === 'done' && chatsRecovered !== undefined ? { chatsRecovered } : {};
        const key = String(asked['key']);
        callBack({
          instanceId: instanceOf(asked),
          key,
          try: asked['try'],
          status: said,
          ...number,
        });
      };
      history.onFact((fact) => {
        if (fact.kind !== 'program-event' || fact.detailType !== HOOK_DETAIL_TYPE) return;
        const { detail } = fact;
        if (detail['hook'] !== hook) return;
        const key = String(detail['key']);
        const fails = Number(detail['try']) <= failures;
        // The same key is the same work: what was done is only said again.
        const isNew = !worked.has(key);
        const workS = isNew ? lengthS() : 0;
        if (workS === undefined) return;
        if (!fails) worked.add(key);
        const beginsS = stream.uniform(BEGINS_S.least, BEGINS_S.most);
        if (saysStarted) timeline.after(beginsS * 1_000, () => say(detail, 'started'));
        if (isNew && !fails && work !== undefined) {
          timeline.after((beginsS + workS) * 1_000, () => work(detail));
        }
        for (let index = 0; index < times; index += 1) {
          const delayS = beginsS + workS + index * apartS;
          timeline.after(delayS * 1_000, () => say(detail, fails ? 'failed' : status));
        }
      });
    },
  };
}

type Asked = Readonly<Record<string, unknown>>;

function instanceOf({ instance }: Asked): string {
  return typeof instance === 'object' && instance !== null && 'id' in instance
    ? String(instance.id)
    : '';
}
