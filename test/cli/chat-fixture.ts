import type { ChatFigures } from '../../sim/chat/figures';

/** The chats of the origin incident with round figures. */
export function chatFigures(over: Partial<ChatFigures> = {}): ChatFigures {
  return {
    openAtFailure: 97,
    accepted: 2_053,
    present: 2_053,
    lost: 0,
    doubled: 0,
    mismatches: 0,
    mismatchesGoneS: 0,
    backfillStartS: 2.3,
    backfillEndS: 2.8,
    scanned: 433,
    recovered: 5,
    hourly: {
      startS: 2_938,
      endS: 3_366,
      scanned: 310_187,
      presence: { mismatches: 30, left: 2 },
    },
    ...over,
  };
}
