import { after, seconds, type Instant } from '../../lambda/core/time';
import type { History } from '../history';
import type { Timeline } from '../time';
import type { Span } from './ec2';

type Kind = 'throttled' | 'skewed' | 'sweeps-skipped';

interface Active {
  readonly kind: Kind;
  readonly from: Instant;
  readonly to: Instant;
  readonly skewMs: number;
}

/** Faults of Lambda itself and of the schedule: throttling, a wrong clock, skipped sweeps. */
export class LambdaFaults {
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #active: Active[] = [];

  constructor(timeline: Timeline, history: History) {
    this.#timeline = timeline;
    this.#history = history;
  }

  /** Puts a fault in; a skew is in seconds, negative when the function's clock is late. */
  plan(
    kind: Kind,
    span: Span,
    { start, skewS = 0 }: { readonly start: Instant; readonly skewS?: number },
  ): void {
    const from = after(start, seconds(span.fromS));
    const to = after(start, seconds(span.toS));
    this.#active.push({ kind, from, to, skewMs: Math.round(skewS * 1_000) });
    const name = `lambda/${kind}`;
    const text = kind === 'skewed' ? `The clock is ${skewS} s off` : `Lambda: ${kind}`;
    this.#timeline.at(from, () =>
      this.#history.add({ kind: 'fault', name, phase: 'begins', text }),
    );
    this.#timeline.at(to, () => this.#history.add({ kind: 'fault', name, phase: 'ends', text }));
  }

  /** Whether Lambda refuses invocations now. */
  throttled(): boolean {
    return this.#find('throttled') !== undefined;
  }

  /** Milliseconds that the function's clock is ahead. */
  skew(): number {
    return this.#find('skewed')?.skewMs ?? 0;
  }

  /** Whether the schedule's message is lost now. */
  sweepsSkipped(): boolean {
    return this.#find('sweeps-skipped') !== undefined;
  }

  #find(kind: Kind): Active | undefined {
    if (this.#active.length === 0) return undefined;
    const now = this.#timeline.now();
    return this.#active.find((fault) => fault.kind === kind && fault.from <= now && now < fault.to);
  }
}
