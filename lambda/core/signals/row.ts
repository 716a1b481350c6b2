import type { Envelope } from './envelope';
import type { Home, Parsed } from './signal';

/** What an EventBridge pattern may say about `detail`: allowed values, or deeper keys. */
export interface DetailPattern {
  readonly [key: string]: readonly string[] | DetailPattern;
}

/** One kind of event: how it is recognised, how it reaches the queue, how it is read. */
export interface SignalRow {
  /** Kebab-case, unique; becomes part of the EventBridge rule's construct id. */
  readonly name: string;
  readonly source: string;
  readonly detailType: string;
  /** `bus`: an EventBridge rule brings it. `queue`: we send it to the queue ourselves. */
  readonly via: 'bus' | 'queue';
  /** Narrows the rule; the parser must not rely on it. */
  readonly detail?: DetailPattern | undefined;
  /** Its rule is only there where a policy has such hooks; always when absent. */
  readonly onlyFor?: 'hooks' | 'hook-documents' | undefined;
  /** Reads one event of this kind. Total: malformed input is a value, never an exception. */
  readonly parse: (event: Envelope, home: Home) => Parsed;
}
