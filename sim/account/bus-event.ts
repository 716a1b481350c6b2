import type { Instant } from '../../lambda/core/time';

/** An event as its sender puts it on the default bus. */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  /** For the trace: the instances that it is about. */
  readonly instanceIds: readonly string[];
  /** Its `time`; the present when absent. */
  readonly happenedAt?: Instant;
  /** Replaces fields of the envelope: a foreign account, a Region, a replay's name. */
  readonly envelope?: Readonly<Record<string, unknown>>;
}
