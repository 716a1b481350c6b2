import type { ChatFigures } from '../chat/figures';
import type { Expectation } from '../drill-result';
import { demand, type Played } from './drill';

/** The work after a restart must have begun by then, in seconds after serving. */
const BACKFILL_BEGINS_S = 5;
const IN_STEP_S = 10;

const inS = (value: number | null): string => (value === null ? 'never' : `${value} s`);

/** What a server must keep, whoever mends what an outage broke. */
export function messagesKept(chats: ChatFigures): readonly Expectation[] {
  const { accepted, present, lost, doubled } = chats;
  return [
    demand(
      `no accepted message is lost (${present} of ${accepted} are there)`,
      accepted > 0 && lost === 0,
    ),
    demand('and none is doubled', doubled === 0),
  ];
}

/** What the hooks of the pod must have brought. */
export function chatsMended({ figures, chats }: Played): readonly Expectation[] {
  if (chats === null) return [demand('the chats are counted', false)];
  const { mismatchesGoneS, backfillStartS, backfillEndS } = chats;
  const { servingS, resolvedS } = figures;
  return [
    ...messagesKept(chats),
    demand(
      `workspace and server have the same agents online (${inS(mismatchesGoneS)} after serving)`,
      mismatchesGoneS !== null && mismatchesGoneS <= IN_STEP_S,
    ),
    demand(
      `the backfill begins within 5 s of serving (${inS(backfillStartS)})`,
      backfillStartS !== null && backfillStartS <= BACKFILL_BEGINS_S,
    ),
    demand(
      'the incident closes after the backfill has ended',
      backfillEndS !== null &&
        servingS !== null &&
        resolvedS !== null &&
        resolvedS > servingS + backfillEndS,
    ),
  ];
}
