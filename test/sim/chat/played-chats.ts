import { after, instant, seconds } from '../../../lambda/core/time';
import { clockOf } from '../../../sim/chat/hourly';
import type { ChatFigures } from '../../../sim/chat/figures';
import { ChatModel } from '../../../sim/chat/model';
import type { BrokenPromises, ChatScale } from '../../../sim/chat/scale';
import { createRandom } from '../../../sim/random';
import { Timeline } from '../../../sim/time';

/** A small pod that is busy enough for a failure to hit something. */
export const SMALL: ChatScale = {
  agents: 6,
  agentsGone: 1,
  agentsLate: 1,
  openChats: 20,
  chatMinutes: 4,
  messageEveryS: 10,
  visitorsLeave: 0.25,
  workspaceCallMs: 2_000,
};

const START = instant(Date.parse('2024-08-01T12:05:00Z'));
const HOURLY = { startS: 0, endS: 0, scanned: 0 };

type Work = 'offline' | 'resync' | 'backfill' | 'backfill-twice' | 'backfill-killed' | 'hourly';

/** An outage, and what is done about it. */
export interface OutagePlay {
  readonly seed?: number;
  readonly scale?: ChatScale;
  readonly broken?: BrokenPromises;
  /** In seconds from the start. */
  readonly failS?: number;
  readonly downS?: number;
  readonly endS?: number;
  readonly work: readonly Work[];
}

/** What was found when all had settled. */
export interface ChatsPlayed {
  readonly model: ChatModel;
  readonly figures: ChatFigures;
  readonly accepted: readonly string[];
}

/** How long after serving the work begins. */
const WORK_S = 2;

/** Plays an outage in the model alone: no watchdog, no account. */
export async function playChats(play: OutagePlay): Promise<ChatsPlayed> {
  const { seed = 1, scale = SMALL, broken = {}, failS = 120, downS = 60, work } = play;
  const timeline = new Timeline(START);
  const model = new ChatModel({
    clock: clockOf(timeline),
    random: createRandom(seed),
    scale,
    broken,
  });
  const at = (elapsedS: number): ReturnType<typeof after> => after(START, seconds(elapsedS));
  const plan = (elapsedS: number, act: () => void): void => void timeline.at(at(elapsedS), act);
  const servedS = failS + downS;
  const window = { from: at(failS - 20), to: at(servedS) };
  const run = (): void => void model.backfill(window, () => undefined);
  const acts: Readonly<Record<Work, () => void>> = {
    offline: () => plan(failS + 1, () => void model.markOffline(at(failS))),
    resync: () => plan(servedS + WORK_S, () => void model.resync(() => undefined)),
    backfill: () => plan(servedS + WORK_S, run),
    'backfill-twice': () => [WORK_S, WORK_S + 60].forEach((s) => plan(servedS + s, run)),
    'backfill-killed': () => {
      plan(servedS + WORK_S, run);
      plan(servedS + WORK_S + 0.1, () => model.fail());
      plan(servedS + 30, () => model.serve());
      plan(servedS + 32, run);
      plan(servedS + 34, () => {
        model.backfill({ from: window.from, to: at(servedS + 30) }, () => undefined);
      });
    },
    hourly: () => model.backfillHourly(),
  };
  model.begin();
  plan(failS, () => model.fail());
  plan(servedS, () => model.serve());
  for (const one of work) acts[one]();
  const endS = play.endS ?? servedS + 120;
  plan(endS, () => model.end());
  await timeline.run(at(endS + 120));
  const figures = model.figures(HOURLY);
  if (figures === undefined) throw new Error('it never served again');
  return { model, figures, accepted: [...model.accepted()] };
}
