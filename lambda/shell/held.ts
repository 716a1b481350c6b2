import type { InstanceRecord } from '../core/record';
import type { Work } from './run';

/** An instance after the act: its record as this invocation holds it. */
export interface Held {
  readonly work: Work;
  readonly record: InstanceRecord;
  /** The store went away between the read and the write: told without it. */
  readonly isBlind: boolean;
}
