import { after, seconds, type Instant } from '../../lambda/core/time';
import type { History } from '../history';
import type { Timeline } from '../time';
import type { Span } from './ec2';

interface Silence {
  readonly instanceId: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** Faults of the agents through which Systems Manager reaches its instances. */
export class SsmFaults {
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #silences: Silence[] = [];

  constructor(timeline: Timeline, history: History) {
    this.#timeline = timeline;
    this.#history = history;
  }

  /** The instance's agent is dead or cut off; whatever else runs there goes on. */
  agentOffline(instanceId: string, span: Span, start: Instant): void {
    const from = after(start, seconds(span.fromS));
    const to = after(start, seconds(span.toS));
    this.#silences.push({ instanceId, from, to });
    const name = 'ssm/agent';
    const text = `The agent of ${instanceId} is offline`;
    this.#timeline.at(from, () =>
      this.#history.add({ kind: 'fault', name, phase: 'begins', text }),
    );
    this.#timeline.at(to, () => this.#history.add({ kind: 'fault', name, phase: 'ends', text }));
  }

  /** Since when the instance's agent has been offline by a fault; undefined when it is not. */
  silentSince(instanceId: string): Instant | undefined {
    const now = this.#timeline.now();
    return this.#silences.find(
      (silence) => silence.instanceId === instanceId && silence.from <= now && now < silence.to,
    )?.from;
  }
}
