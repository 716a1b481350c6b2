import type { Instant } from '../../lambda/core/time';
import type { Timeline } from '../time';

/** A metric of one instance: which, and by which dimension it names the instance. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  /** `InstanceId` when absent. */
  readonly dimension?: string;
}

/** What a drill does with metrics. */
export interface MetricActs {
  /**
   * From now on the metric has this value, until it is set again; with `undefined` it is reported
   * no more. It is sampled at each full minute, as long as its instance runs: an agent inside
   * reports it.
   */
  set(instanceId: string, metric: MetricName, value: number | undefined): void;
}

/** One data point, by the beginning of its minute. */
export interface Sample {
  readonly at: Instant;
  readonly value: number;
}

interface Series {
  readonly instanceId: string;
  value: number | undefined;
  readonly samples: Sample[];
}

/** CloudWatch's resolution for whoever asks for no finer one. */
export const MINUTE_MS = 60_000;
/** From the end of a minute to the answer that holds its data point; AWS promises none. */
const LAG_MS = 30_000;
/** CloudWatch keeps points of a minute for 15 days; a drill needs a day of them. */
const KEPT = 1_440;

const keyOf = (namespace: string, name: string, dimension: readonly [string, string]): string =>
  JSON.stringify([namespace, name, ...dimension]);

/** The metrics of the account: step functions, sampled once a minute. */
export class Metrics implements MetricActs {
  readonly #timeline: Timeline;
  readonly #isReporting: (instanceId: string) => boolean;
  readonly #series = new Map<string, Series>();

  constructor(parts: {
    readonly timeline: Timeline;
    /** Whether the instance runs, and the agent in it. */
    readonly isReporting: (instanceId: string) => boolean;
  }) {
    this.#timeline = parts.timeline;
    this.#isReporting = parts.isReporting;
  }

  set(instanceId: string, metric: MetricName, value: number | undefined): void {
    const { namespace, name, dimension = 'InstanceId' } = metric;
    const key = keyOf(namespace, name, [dimension, instanceId]);
    const series = this.#series.get(key) ?? { instanceId, value: undefined, samples: [] };
    // Nothing runs each minute in a world that has no metrics.
    if (this.#series.size === 0) this.#sampleAtNextMinute();
    this.#series.set(key, series);
    series.value = value;
  }

  /** The data points that can be read by now, oldest first; empty for a metric nobody reported. */
  samples(
    namespace: string,
    name: string,
    dimension: readonly [name: string, value: string],
  ): readonly Sample[] {
    const readable = this.#timeline.now() - MINUTE_MS - LAG_MS;
    const samples = this.#series.get(keyOf(namespace, name, dimension))?.samples ?? [];
    return samples.filter(({ at }) => at <= readable);
  }

  #sampleAtNextMinute(): void {
    const next = (Math.floor(this.#timeline.now() / MINUTE_MS) + 1) * MINUTE_MS;
    this.#timeline.at(next, () => {
      const at = this.#timeline.now();
      for (const { instanceId, value, samples } of this.#series.values()) {
        if (value === undefined || !this.#isReporting(instanceId)) continue;
        samples.push({ at, value });
        if (samples.length > KEPT) samples.shift();
      }
      this.#sampleAtNextMinute();
    });
  }
}
