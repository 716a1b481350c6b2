/**
 * What an outage did to the chats of a server, and what the work after it brought: the ground truth
 * of the workload, in a drill of virtual time and in one with real processes alike.
 */
export interface ChatFigures {
  /** Chats with somebody on each side at the moment of the failure. */
  readonly openAtFailure: number;
  /** Messages that the server had acknowledged to a client, before and after the outage. */
  readonly accepted: number;
  /** Of those, messages that the workspace has at the end. */
  readonly present: number;
  /** Acknowledged messages that are not in the workspace at the end. */
  readonly lost: number;
  /** Messages that the workspace has more than once at the end. */
  readonly doubled: number;
  /** Agents that workspace and server did not agree on when it served again, or at the end. */
  readonly mismatches: number;
  /** When the last of these was gone, in seconds after it served again; null: it never was. */
  readonly mismatchesGoneS: number | null;
  /** From serving again to the start of the backfill; null: it never began. */
  readonly backfillStartS: number | null;
  /** From serving again to its end; null: it never ended. */
  readonly backfillEndS: number | null;
  /** Messages that the backfill read in the journal. */
  readonly scanned: number;
  /** Messages that the workspace has by the backfill alone. */
  readonly recovered: number;
  /** The same outage with a backfill that starts each hour and scans a day. */
  readonly hourly: HourlyBackfill;
}

/** What a backfill by schedule would have brought. */
export interface HourlyBackfill {
  /** From serving again to its start: the next full hour. */
  readonly startS: number;
  /** From serving again to its end, at the pace that the other was measured with. */
  readonly endS: number;
  /** Messages that it reads. */
  readonly scanned: number;
  /**
   * Agents that workspace and server did not agree on when it served again, and those left when the
   * backfill had ended, with nobody to mend it; absent where that was not played.
   */
  readonly presence?: { readonly mismatches: number; readonly left: number };
}
