import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Duration, Instant } from '../../lambda/core/time';
import type { Clients } from '../../lambda/adapters/clients';
import type { FetchLike } from '../../lambda/adapters/heartbeat';
import type { ClockPort, TelemetryPort } from '../../lambda/ports';
import type { EndedFact, History, ServiceName } from '../history';
import type { Random, Stream } from '../random';
import type { Cancel, Timeline } from '../time';
import type { Gateway, Sent, Session } from './gateway';
import { RolePolicy } from './iam';
import type { Message, Queues } from './sqs';
import { loadFunction, loadMapping, type FunctionSetup, type Mapping } from './lambda-setup';
import { UnsimulatedTemplateError, type Deployment } from './template';

/** The function's code: composed once an execution environment, called for each batch. */
export type HandlerFactory = (options: {
  readonly clients: Clients;
  readonly clock: ClockPort;
  readonly env: Readonly<Record<string, string>>;
  readonly telemetry: TelemetryPort;
  readonly fetch: FetchLike;
}) => (
  event: SQSEvent,
  context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>;

/** What the function needs of the account. */
export interface LambdaParts {
  readonly deployment: Deployment;
  readonly queues: Queues;
  readonly gateway: Gateway;
  readonly timeline: Timeline;
  readonly history: History;
  readonly random: Random;
  readonly factory: HandlerFactory;
  /** Replaces variables of the template. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds that the function's clock is ahead of the account's. */
  readonly skew: () => number;
  /** Whether Lambda takes an invocation now; a fault can throttle it. */
  readonly throttled: () => boolean;
}

interface Invocation {
  readonly id: number;
  live: boolean;
  wave: number;
  waveAt: number;
  /** Ends it for the outside: messages, concurrency, the environment. */
  end: (outcome: EndedFact['outcome'], failed: readonly Message[], error?: string) => void;
  kill: () => void;
}

/** A batch that is being gathered; `close` takes back the end of its window. */
interface Gathering {
  readonly batch: Message[];
  close: Cancel;
}

interface Environment {
  readonly id: number;
  current: Invocation | undefined;
  /** The process was killed: whatever its code still does has no effect. */
  dead: boolean;
  handler: ReturnType<HandlerFactory> | undefined;
  /** Lambda recycles an idle environment then. */
  idleUntil: Instant;
}

/** Init of a bundle of 0.6 MB with its clients at 1,024 MB. */
const COLD_MS = { least: 600, most: 900 };
const WARM_MS = { least: 4, most: 15 };
const IDLE_MIN = { least: 6, most: 10 };
/** From a visible message to a poller that has it. */
const POLL_MS = { least: 5, most: 40 };
/** How long Lambda waits before it polls again when the function is throttled. */
const THROTTLED_MS = 1_000;
/** How often a message that arrives while a batch is gathered goes to another poller. */
const SECOND_POLLER = 0.15;

/** The function of the template with its event source mapping and its environments. */
export class LambdaFunction {
  readonly setup: FunctionSetup;
  readonly mapping: Mapping;
  readonly #parts: LambdaParts;
  readonly #policy: RolePolicy;
  readonly #stream: Stream;
  #environments: Environment[] = [];
  #environmentCount = 0;
  #invocationCount = 0;
  /** Batches that are gathered or run; bounded by the mapping's concurrency. */
  #busy = 0;
  #gatherings: Gathering[] = [];

  constructor(parts: LambdaParts) {
    this.#parts = parts;
    const [mapping, ...more] = parts.deployment.all('AWS::Lambda::EventSourceMapping');
    if (mapping === undefined || more.length > 0) {
      throw new UnsimulatedTemplateError('The template must have one event source mapping');
    }
    const setup = loadFunction(parts.deployment, String(mapping.properties['FunctionName']));
    this.setup = { ...setup, env: { ...setup.env, ...parts.environment } };
    this.mapping = loadMapping(mapping, parts.queues, this.setup);
    this.#policy = new RolePolicy(parts.deployment, this.setup.roleArn);
    this.#stream = parts.random.stream('lambda');
    this.mapping.queue.onVisible = () => this.#arrived();
  }

  /** Whether anything runs or is about to. */
  get idle(): boolean {
    return this.#busy === 0 && this.mapping.queue.depth === 0;
  }

  /** A message became visible: a gathering takes it, or a poller comes for it. */
  #arrived(): void {
    const [first] = this.#gatherings;
    // Lambda polls with several pollers: now and then one of them opens a batch of its own.
    if (first === undefined || this.#stream.chance(SECOND_POLLER)) this.#poll();
    else this.#fill(first);
  }

  #poll(): void {
    const { concurrency, queue, windowMs } = this.mapping;
    if (this.#busy >= concurrency || queue.depth === 0) return;
    this.#busy += 1;
    const { timeline, throttled } = this.#parts;
    timeline.after(this.#stream.uniform(POLL_MS.least, POLL_MS.most), () => {
      if (throttled()) {
        timeline.after(THROTTLED_MS, () => this.#free());
        return;
      }
      const gathering: Gathering = { batch: [], close: () => undefined };
      gathering.close = timeline.after(windowMs, () => this.#close(gathering));
      this.#gatherings.push(gathering);
      this.#fill(gathering);
    });
  }

  #fill(gathering: Gathering): void {
    const { batchSize, queue } = this.mapping;
    gathering.batch.push(...queue.receive(batchSize - gathering.batch.length));
    if (gathering.batch.length < batchSize) return;
    gathering.close();
    this.#close(gathering);
  }

  #close(gathering: Gathering): void {
    this.#gatherings = this.#gatherings.filter((other) => other !== gathering);
    if (gathering.batch.length === 0) this.#free();
    else this.#begin(gathering.batch);
    this.#poll();
  }

  #free(): void {
    this.#busy -= 1;
    this.#poll();
  }

  #begin(batch: readonly Message[]): void {
    const { timeline, history } = this.#parts;
    const now = timeline.now();
    this.#environments = this.#environments.filter(
      ({ current, idleUntil }) => current !== undefined || idleUntil > now,
    );
    const warm = this.#environments.findLast(({ current }) => current === undefined);
    const environment = warm ?? this.#newEnvironment();
    const cold = warm === undefined;
    const invocation = this.#newInvocation(environment, batch);
    environment.current = invocation;
    const { id } = invocation;
    const eventIds = batch.map(({ eventId }) => eventId);
    history.add({ kind: 'began', invocation: id, environment: environment.id, cold, eventIds });
    const range = cold ? COLD_MS : WARM_MS;
    timeline.after(this.#stream.uniform(range.least, range.most), () => {
      if (invocation.live) this.#run(environment, invocation, batch);
    });
  }

  #run(environment: Environment, invocation: Invocation, batch: readonly Message[]): void {
    const { timeline } = this.#parts;
    const deadline = timeline.now() + this.setup.timeoutMs;
    timeline.at(deadline, () => invocation.end('timed-out', batch));
    const context = {
      awsRequestId: this.#stream.uuid(),
      getRemainingTimeInMillis: () => Math.max(0, deadline - timeline.now()),
    };
    const event = { Records: batch.map((message) => this.#record(message)) };
    timeline.settle(() => {
      try {
        environment.handler ??= this.#compose(environment);
        environment.handler(event, context).then(
          (response) => this.#returned(invocation, batch, response),
          (error: unknown) => invocation.end('threw', batch, String(error)),
        );
      } catch (error) {
        invocation.end('threw', batch, String(error));
      }
    });
  }

  #returned(
    invocation: Invocation,
    batch: readonly Message[],
    response: SQSBatchResponse | null | undefined,
  ): void {
    const failed = new Set(
      (this.mapping.partial ? (response?.batchItemFailures ?? []) : []).map(
        ({ itemIdentifier }) => itemIdentifier,
      ),
    );
    const again = batch.filter(({ id }) => failed.has(id));
    // An id that is not in the batch makes Lambda take the whole batch for failed.
    if (again.length !== failed.size) invocation.end('threw', batch, 'Unknown item identifier');
    else invocation.end('returned', again);
  }

  #newInvocation(environment: Environment, batch: readonly Message[]): Invocation {
    const { history, timeline } = this.#parts;
    const invocation: Invocation = {
      id: (this.#invocationCount += 1),
      live: true,
      wave: 0,
      waveAt: -1,
      kill: () => invocation.end('killed', batch),
      end: (outcome, failed, error) => {
        if (!invocation.live) return;
        invocation.live = false;
        const again = new Set(failed);
        for (const message of batch) if (!again.has(message)) this.mapping.queue.delete(message);
        const { id } = invocation;
        history.add({ kind: 'ended', invocation: id, outcome, failed: failed.length, error });
        environment.current = undefined;
        environment.dead = outcome === 'killed' || outcome === 'timed-out';
        const idleMin = this.#stream.uniform(IDLE_MIN.least, IDLE_MIN.most);
        // A process that was killed is gone with all that it remembered.
        const gone = environment.dead || environment.handler === undefined;
        environment.idleUntil = (timeline.now() + (gone ? -1 : idleMin * 60_000)) as Instant;
        this.#free();
      },
    };
    return invocation;
  }

  #newEnvironment(): Environment {
    const environment: Environment = {
      id: (this.#environmentCount += 1),
      current: undefined,
      dead: false,
      handler: undefined,
      idleUntil: this.#parts.timeline.now(),
    };
    this.#environments.push(environment);
    return environment;
  }

  #compose(environment: Environment): ReturnType<HandlerFactory> {
    const { factory } = this.#parts;
    const client = (service: ServiceName) => ({
      send: (command: object, options?: object) =>
        this.#send(environment, { service, command, options }),
    });
    const clients = {
      ec2: client('ec2'),
      dynamo: client('dynamodb'),
      sns: client('sns'),
      sqs: client('sqs'),
      trail: client('cloudtrail'),
      kms: client('kms'),
      ssm: client('ssm'),
      cloudwatch: client('cloudwatch'),
      events: client('events'),
      // The overloads of `send` cannot be met by a plain function.
    } as unknown as Clients;
    return factory({
      clients,
      clock: this.#clock(environment),
      env: this.setup.env,
      telemetry: this.#telemetry(environment),
      fetch: (url) => this.#fetch(environment, url),
    });
  }

  #send(environment: Environment, sent: Sent): Promise<object> {
    const invocation = environment.current;
    if (environment.dead) return new Promise(() => undefined);
    if (invocation === undefined) {
      const text = `A call after the end of its invocation: ${sent.command.constructor.name}`;
      this.#parts.history.add({ kind: 'failure', text });
      return new Promise(() => undefined);
    }
    return this.#parts.gateway.send(this.#session(invocation), sent);
  }

  #session(invocation: Invocation): Session {
    const { timeline } = this.#parts;
    return {
      invocation: invocation.id,
      roleArn: this.setup.roleArn,
      policy: this.#policy,
      live: () => invocation.live,
      wave: () => {
        if (invocation.waveAt !== timeline.now()) {
          invocation.waveAt = timeline.now();
          invocation.wave += 1;
        }
        return invocation.wave;
      },
      kill: invocation.kill,
    };
  }

  #clock(environment: Environment): ClockPort {
    const { timeline, skew } = this.#parts;
    return {
      now: () => (timeline.now() + skew()) as Instant,
      sleep: (length: Duration) => {
        const invocation = environment.current;
        return new Promise((resolve) => {
          timeline.after(Math.max(0, length), () => {
            if (invocation?.live === true) timeline.settle(() => resolve());
          });
        });
      },
    };
  }

  #telemetry(environment: Environment): TelemetryPort {
    const { history } = this.#parts;
    const counts = new Map<string, number>();
    const times: { readonly metric: string; readonly value: number }[] = [];
    const invocation = (): number => environment.current?.id ?? 0;
    return {
      log: (level, message, fields) => {
        if (environment.dead) return;
        history.add({ kind: 'log', invocation: invocation(), level, message, fields });
      },
      count: (metric, value) => {
        counts.set(metric, (counts.get(metric) ?? 0) + value);
      },
      measure: (metric, length) => {
        times.push({ metric, value: length / 1_000 });
      },
      flush: () => {
        if (environment.dead) return;
        const counted = [...counts].map(([metric, value]) => ({ metric, value }));
        for (const one of [...counted, ...times]) {
          history.add({ kind: 'metric', invocation: invocation(), ...one });
        }
        counts.clear();
        times.length = 0;
      },
    };
  }

  #fetch(environment: Environment, url: string): ReturnType<FetchLike> {
    const { timeline, history } = this.#parts;
    const invocation = environment.current;
    return new Promise((resolve) => {
      timeline.after(this.#stream.uniform(40, 160), () => {
        if (invocation?.live !== true) return;
        history.add({ kind: 'heartbeat', invocation: invocation.id, url });
        timeline.settle(() => resolve({ ok: true, status: 200 }));
      });
    });
  }

  #record(message: Message): SQSRecord {
    const { queue } = this.mapping;
    return {
      messageId: message.id,
      receiptHandle: `${message.id}/${message.receipt}`,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receives),
        SentTimestamp: String(message.sentAt),
        SenderId: 'AIDAIENQZJOLO23YVJ4VO',
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: queue.arn,
      awsRegion: this.#parts.deployment.home.region,
    };
  }
}
