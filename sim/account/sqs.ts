import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import type { Duration, Instant } from '../../lambda/core/time';
import type { History } from '../history';
import type { Random, Stream } from '../random';
import type { Timeline } from '../time';
import { serviceError } from './errors';
import type { Caller, Operation } from './gateway';
import { ResourcePolicy } from './iam';
import { isObject, UnsimulatedTemplateError, type Deployment, type Resource } from './template';

/** A message while it is in a queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: Instant;
  /** The event that it carries, for the trace. */
  readonly eventId: string;
  readonly source: string;
  receives: number;
  firstReceivedAt: Instant | undefined;
  /** Names the present receive; a deletion by an older one does nothing. */
  receipt: number;
  gone: boolean;
}

const LARGEST = 1_048_576;
const LONGEST_DELAY_S = 900;

interface Redrive {
  readonly target: Queue;
  readonly maxReceives: number;
}

interface QueueParts {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibility: Duration;
  readonly timeline: Timeline;
  readonly history: History;
  readonly ids: Stream;
  readonly order: Stream;
  readonly policy: ResourcePolicy;
}

/** The envelope's fields that a trace names a message by. */
function labelOf(body: string): { readonly eventId: string; readonly source: string } {
  try {
    const { id, source } = JSON.parse(body) as { readonly id?: unknown; readonly source?: unknown };
    return { eventId: String(id ?? ''), source: String(source ?? '') };
  } catch {
    return { eventId: '', source: '' };
  }
}

/** A standard queue: at least once, order by best effort. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibility: Duration;
  readonly policy: ResourcePolicy;
  redrive: Redrive | undefined;
  /** Called when a message becomes visible. */
  onVisible: () => void = () => undefined;
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #ids: Stream;
  readonly #order: Stream;
  readonly #visible: Message[] = [];

  constructor(parts: QueueParts) {
    this.name = parts.name;
    this.arn = parts.arn;
    this.url = parts.url;
    this.visibility = parts.visibility;
    this.policy = parts.policy;
    this.#timeline = parts.timeline;
    this.#history = parts.history;
    this.#ids = parts.ids;
    this.#order = parts.order;
  }

  /** How many messages could be received now. */
  get depth(): number {
    return this.#visible.length;
  }

  /** Takes a message in; it becomes visible after the delay. Answers its id. */
  send(body: string, delayMs = 0): string {
    const { eventId, source } = labelOf(body);
    const message: Message = {
      id: this.#ids.uuid(),
      body,
      sentAt: this.#timeline.now(),
      eventId,
      source,
      receives: 0,
      firstReceivedAt: undefined,
      receipt: 0,
      gone: false,
    };
    if (delayMs === 0) this.#show(message);
    else this.#timeline.after(delayMs, () => this.#show(message));
    return message.id;
  }

  /** Takes at most so many visible messages and hides them for the visibility timeout. */
  receive(most: number): readonly Message[] {
    const batch: Message[] = [];
    while (batch.length < most && this.#visible.length > 0) {
      const message = this.#takeOne();
      if (this.redrive !== undefined && message.receives >= this.redrive.maxReceives) {
        this.#bury(message, this.redrive);
        continue;
      }
      batch.push(message);
      this.#hide(message);
    }
    return batch;
  }

  /** Removes a message for good. */
  delete(message: Message): void {
    message.gone = true;
  }

  #takeOne(): Message {
    // Best-effort ordering: one in twenty messages overtakes a few others.
    const nearby = Math.min(this.#visible.length - 1, 5);
    const index = nearby > 0 && this.#order.chance(0.05) ? this.#order.whole(0, nearby) : 0;
    return this.#visible.splice(index, 1)[0]!;
  }

  #hide(message: Message): void {
    message.receives += 1;
    message.receipt += 1;
    message.firstReceivedAt ??= this.#timeline.now();
    const { receipt } = message;
    this.#timeline.after(this.visibility, () => {
      if (!message.gone && message.receipt === receipt) this.#show(message);
    });
  }

  #show(message: Message): void {
    if (message.receives === 0) {
      const { id: messageId, eventId, source } = message;
      this.#history.add({ kind: 'delivered', queue: this.name, messageId, eventId, source });
    }
    this.#visible.push(message);
    this.onVisible();
  }

  #bury(message: Message, { target }: Redrive): void {
    message.gone = true;
    const why = `received ${message.receives} times`;
    const { eventId } = message;
    this.#history.add({ kind: 'dead-letter', queue: target.name, eventId, why });
    target.send(message.body);
  }
}

/** The queues of a template. */
export class Queues {
  readonly #byArn = new Map<string, Queue>();
  readonly #byUrl = new Map<string, Queue>();

  constructor(parts: {
    readonly deployment: Deployment;
    readonly timeline: Timeline;
    readonly history: History;
    readonly random: Random;
  }) {
    const resources = parts.deployment.all('AWS::SQS::Queue');
    for (const resource of resources) {
      const queue = makeQueue(resource, parts);
      this.#byArn.set(queue.arn, queue);
      this.#byUrl.set(queue.url, queue);
    }
    for (const { arn, properties } of resources) {
      const redrive = properties['RedrivePolicy'];
      if (!isObject(redrive)) continue;
      const target = this.byArn(String(redrive['deadLetterTargetArn']));
      this.byArn(arn).redrive = { target, maxReceives: Number(redrive['maxReceiveCount']) };
    }
  }

  /** The queue with this ARN. Throws when the template has none. */
  byArn(arn: string): Queue {
    const queue = this.#byArn.get(arn);
    if (queue === undefined) throw new UnsimulatedTemplateError(`No queue ${arn} in the template`);
    return queue;
  }

  /** The queue with this URL, if there is one. */
  byUrl(url: string): Queue | undefined {
    return this.#byUrl.get(url);
  }
}

function makeQueue(
  { logicalId, arn, properties }: Resource,
  parts: ConstructorParameters<typeof Queues>[0],
): Queue {
  const { deployment, timeline, history, random } = parts;
  if (properties['FifoQueue'] === true) {
    throw new UnsimulatedTemplateError('FIFO queues are not simulated');
  }
  const url = deployment.queueUrl(logicalId);
  const policies = deployment
    .all('AWS::SQS::QueuePolicy')
    .filter((policy) => (policy.properties['Queues'] as readonly string[]).includes(url));
  return new Queue({
    name: deployment.nameOf(logicalId),
    arn,
    url,
    visibility: (Number(properties['VisibilityTimeout'] ?? 30) * 1_000) as Duration,
    timeline,
    history,
    ids: random.stream(`sqs/${logicalId}/ids`),
    order: random.stream(`sqs/${logicalId}/order`),
    policy: new ResourcePolicy(policies.map((policy) => policy.properties['PolicyDocument'])),
  });
}

const invalid = (code: string, message: string): Error =>
  serviceError('sqs', { code, message, status: 400 });

/** SQS's operations, as far as the watchdog calls them. */
export function sqsOperations(queues: Queues): readonly Operation[] {
  const run = (input: unknown, caller: Caller): object => {
    const { QueueUrl, MessageBody, DelaySeconds = 0 } = input as SendMessageRequest;
    const queue = queues.byUrl(QueueUrl ?? '');
    if (queue === undefined) {
      throw invalid('QueueDoesNotExist', 'The specified queue does not exist.');
    }
    caller.authorize('sqs:SendMessage', queue.arn);
    if (MessageBody === undefined || MessageBody === '') {
      throw invalid('MissingParameter', 'The request must contain the parameter MessageBody.');
    }
    if (Buffer.byteLength(MessageBody) > LARGEST) {
      throw invalid('InvalidParameterValue', 'Message must be shorter than 1048576 bytes.');
    }
    if (!Number.isInteger(DelaySeconds) || DelaySeconds < 0 || DelaySeconds > LONGEST_DELAY_S) {
      throw invalid('InvalidParameterValue', `DelaySeconds must be 0 to 900: ${DelaySeconds}`);
    }
    return { MessageId: queue.send(MessageBody, DelaySeconds * 1_000) };
  };
  const latency = { medianMs: 14, sigma: 0.5, leastMs: 4, mostMs: 800 };
  return [{ service: 'sqs', name: 'SendMessage', latency, run }];
}
