import type { BusEvent } from './bus-event';
import type { Home } from '../../lambda/core/signals/signal';
import type { EventFaults } from '../faults/events';
import type { History } from '../history';
import type { Random, Stream } from '../random';
import type { Timeline } from '../time';
import { compilePattern } from './pattern';
import type { Queue, Queues } from './sqs';
import {
  isObject,
  UnsimulatedTemplateError,
  type Deployment,
  type Json,
  type Resource,
} from './template';

interface Target {
  readonly queue: Queue;
  readonly deadLetters: Queue | undefined;
}

interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly matches: (event: unknown) => boolean;
  readonly targets: readonly Target[];
}

/**
 * From the bus to the target: no promise of AWS; one published case study has 80 ms at the 90th
 * percentile, and this is the more cautious half second at the 99th.
 */
const LATENCY = { medianMs: 90, sigma: 0.75, mostMs: 5_000 };

const TARGET_KEYS = ['Arn', 'Id', 'DeadLetterConfig', 'RetryPolicy', 'RoleArn'];

/** The default event bus with the rules of the template. */
export class EventBus {
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #home: Home;
  readonly #faults: EventFaults;
  readonly #stream: Stream;
  readonly #rules: readonly Rule[];

  constructor(parts: {
    readonly deployment: Deployment;
    readonly queues: Queues;
    readonly timeline: Timeline;
    readonly history: History;
    readonly random: Random;
    readonly faults: EventFaults;
  }) {
    this.#timeline = parts.timeline;
    this.#history = parts.history;
    this.#home = parts.deployment.home;
    this.#faults = parts.faults;
    this.#stream = parts.random.stream('eventbridge');
    this.#rules = parts.deployment
      .all('AWS::Events::Rule')
      .filter(({ properties }) => properties['State'] !== 'DISABLED')
      .map((resource) => loadRule(resource, parts.queues));
  }

  /** Puts an event on the bus; answers its id. Faults may lose, delay or multiply it. */
  put(event: BusEvent): string {
    const now = this.#timeline.now();
    const id = this.#stream.uuid();
    const envelope = {
      version: '0',
      id,
      'detail-type': event.detailType,
      source: event.source,
      account: this.#home.accountId,
      time: `${new Date(event.happenedAt ?? now).toISOString().slice(0, 19)}Z`,
      region: this.#home.region,
      resources: event.resources,
      detail: event.detail,
      ...event.envelope,
    };
    const rules = this.#rules.filter((rule) => rule.matches(envelope));
    const state = event.detail['state'];
    this.#history.add({
      kind: 'event',
      eventId: id,
      source: event.source,
      detailType: event.detailType,
      rules: rules.map(({ name }) => name),
      instanceIds: event.instanceIds,
      state: typeof state === 'string' ? state : undefined,
    });
    const body = JSON.stringify(envelope);
    for (const delayMs of this.#faults.deliveries(event, id)) {
      for (const rule of rules) this.#deliver(rule, body, { id, delayMs });
    }
    return id;
  }

  #deliver(
    rule: Rule,
    body: string,
    { id, delayMs }: { readonly id: string; readonly delayMs: number },
  ): void {
    for (const { queue, deadLetters } of rule.targets) {
      const drawn = this.#stream.lognormal(LATENCY.medianMs, LATENCY.sigma);
      this.#timeline.after(delayMs + Math.min(LATENCY.mostMs, drawn), () => {
        if (maySend(rule, queue)) {
          queue.send(body);
          return;
        }
        // A target that refuses is not retried: the event goes to the dead letters at once.
        const why = 'the queue policy does not let EventBridge send';
        const name = deadLetters?.name ?? 'nowhere';
        this.#history.add({ kind: 'dead-letter', queue: name, eventId: id, why });
        deadLetters?.send(body);
      });
    }
  }
}

const maySend = (rule: Rule, queue: Queue): boolean =>
  queue.policy.allows('events.amazonaws.com', {
    action: 'sqs:SendMessage',
    resource: queue.arn,
    context: {
      'aws:SourceArn': rule.arn,
      'aws:SourceAccount': rule.arn.split(':')[4] ?? '',
      'aws:SecureTransport': 'true',
      'aws:PrincipalIsAWSService': 'true',
    },
  });

function loadRule({ logicalId, arn, properties }: Resource, queues: Queues): Rule {
  const bus = properties['EventBusName'];
  if (bus !== undefined && bus !== 'default') {
    throw new UnsimulatedTemplateError(`Rule ${logicalId}: only the default bus is simulated`);
  }
  const targets = (properties['Targets'] ?? []) as readonly Json[];
  if (targets.length > 5) throw new UnsimulatedTemplateError(`Rule ${logicalId}: over 5 targets`);
  return {
    name: logicalId,
    arn,
    matches: compilePattern(properties['EventPattern']),
    targets: targets.map((target) => loadTarget(target, queues)),
  };
}

function loadTarget(target: Json, queues: Queues): Target {
  if (!isObject(target)) throw new UnsimulatedTemplateError('A rule target must be an object');
  const unknown = Object.keys(target).find((key) => !TARGET_KEYS.includes(key));
  if (unknown !== undefined) {
    throw new UnsimulatedTemplateError(`Rule target property ${unknown} is not simulated`);
  }
  const deadLetters = target['DeadLetterConfig'];
  return {
    queue: queues.byArn(String(target['Arn'])),
    deadLetters: isObject(deadLetters) ? queues.byArn(String(deadLetters['Arn'])) : undefined,
  };
}
