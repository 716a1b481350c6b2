import { REQUEST_TIMEOUT_MS } from '../../lambda/adapters/timeouts';
import type { SentCommand } from '../command-facts';
import type { EffectFact, History, Principal, ServiceName } from '../history';
import type { Random, Stream } from '../random';
import type { Timeline } from '../time';
import { refusalOf, type ApiFaults } from '../faults/api';
import { accessDenied, codeOf, timeoutError, UnsimulatedCallError } from './errors';
import type { ConditionContext, RolePolicy } from './iam';

/** What a service notes about the request that it carries out. */
export interface Effect {
  draws: EffectFact['draws'][number][];
  started: string[];
  stopped: EffectFact['stopped'][number][];
  rebooted: string[];
  changed: EffectFact['changed'][number][];
  document?: EffectFact['document'];
  associated?: EffectFact['associated'];
  read: EffectFact['read'][number][];
  stored: EffectFact['stored'];
  alsoStored?: EffectFact['alsoStored'];
  units: EffectFact['units'];
}

/** Who calls, as a service sees it. */
export interface Caller {
  readonly invocation: number;
  readonly roleArn: string;
  /** Who it is, where it is not the function. */
  readonly by?: Principal;
  readonly effect: Effect;
  /** Whether the role's policy allows it. */
  may(action: string, resource: string, context?: ConditionContext): boolean;
  /** Throws the service's own refusal when the role's policy does not allow it. */
  authorize(action: string, resource: string, context?: ConditionContext): void;
}

/** How long a call takes from its sending to its answer: lognormal, within bounds. */
export interface Latency {
  readonly medianMs: number;
  readonly sigma: number;
  readonly leastMs: number;
  readonly mostMs: number;
}

/** One call that the account answers. */
export interface Operation {
  readonly service: ServiceName;
  /** The name of the SDK's command class without `Command`. */
  readonly name: string;
  readonly latency: Latency;
  /** Carries the request out at the moment when it reaches the service; throws its errors. */
  readonly run: (input: unknown, caller: Caller) => object;
}

/** The life of one invocation, as far as its calls depend on it. */
export interface Session {
  readonly invocation: number;
  readonly roleArn: string;
  readonly policy: RolePolicy;
  /** False once the invocation was killed or has ended: nothing resolves any more. */
  live(): boolean;
  /** The wave of a call that is sent now. */
  wave(): number;
  /** Ends the invocation's process at this moment. */
  kill(): void;
}

/** A command on its way, with what its client was told beside it. */
export interface Sent {
  readonly service: ServiceName;
  readonly command: { readonly input?: unknown };
  readonly options: { readonly requestTimeout?: unknown } | undefined;
}

interface Request {
  readonly session: Session;
  readonly operation: Operation;
  readonly input: unknown;
  readonly call: number;
  readonly timeoutMs: number;
}

type Outcome = { readonly output: object } | { readonly error: Error };

/** The request timeout that `lambda/main.ts` gives the deployed clients. */
const clientTimeoutMs = (service: ServiceName): number =>
  service === 'dynamodb' ? REQUEST_TIMEOUT_MS.dynamodb : REQUEST_TIMEOUT_MS.other;
/** A healthy request is taken up after this part of its latency. */
const EFFECT_AFTER = 0.5;

function textList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The edge of the account: every `send` of every client passes here, and nowhere else. */
export class Gateway {
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #faults: ApiFaults;
  readonly #latencies: Random;
  readonly #operations = new Map<string, Operation>();
  #calls = 0;

  constructor(parts: {
    readonly timeline: Timeline;
    readonly history: History;
    readonly random: Random;
    readonly faults: ApiFaults;
    readonly operations: readonly Operation[];
  }) {
    this.#timeline = parts.timeline;
    this.#history = parts.history;
    this.#latencies = parts.random;
    this.#faults = parts.faults;
    for (const operation of parts.operations) {
      this.#operations.set(`${operation.service}:${operation.name}Command`, operation);
    }
  }

  /** Sends a command for an invocation; the promise never settles once the invocation is dead. */
  send(session: Session, { service, command, options }: Sent): Promise<object> {
    return new Promise((resolve, reject) => {
      if (!session.live()) return;
      const className = command.constructor.name;
      const operation = this.#operations.get(`${service}:${className}`);
      if (operation === undefined) {
        const text = `Unsimulated call: ${service} ${className}`;
        this.#history.add({ kind: 'failure', text });
        this.#timeline.after(0, () => {
          this.#timeline.settle(() => reject(new UnsimulatedCallError(text)));
        });
        return;
      }
      const { input } = command;
      const timeout = options?.requestTimeout;
      const timeoutMs = typeof timeout === 'number' ? timeout : clientTimeoutMs(service);
      const call = (this.#calls += 1);
      this.#dispatch({ session, operation, input, call, timeoutMs }, (outcome) => {
        if ('error' in outcome) reject(outcome.error);
        else resolve(outcome.output);
      });
    });
  }

  #dispatch(request: Request, settle: (outcome: Outcome) => void): void {
    const { session, operation, call } = request;
    const { service, name } = operation;
    this.#noteCall(request);
    const death = this.#faults.death({ service, operation: name, invocation: session.invocation });
    if (death === 'before-effect') {
      session.kill();
      return;
    }
    const latency = this.#latencyOf(operation);
    const fault = this.#faults.strike(service, name);
    const lost = fault?.kind === 'timeout' && fault.effect === 'none';
    let outcome: Outcome | undefined;
    if (!lost) {
      this.#timeline.after(latency * EFFECT_AFTER, () => {
        const refusal = refusalOf(fault, { service, input: request.input });
        outcome = this.#effect(request, refusal);
        if (death === 'after-effect' && session.live()) session.kill();
      });
    }
    const timesOut = fault?.kind === 'timeout' || latency > request.timeoutMs;
    this.#timeline.after(timesOut ? request.timeoutMs : latency, () => {
      if (!session.live()) return;
      const answer = timesOut || outcome === undefined ? { error: timeoutError() } : outcome;
      const code = 'error' in answer ? codeOf(answer.error) : 'ok';
      const { invocation } = session;
      this.#history.add({ kind: 'answer', call, service, operation: name, invocation, code });
      this.#timeline.settle(() => settle(answer));
    });
  }

  #effect({ session, operation, input, call }: Request, refusal: Error | undefined): Outcome {
    const { service, name } = operation;
    const effect: Effect = {
      draws: [],
      started: [],
      stopped: [],
      rebooted: [],
      changed: [],
      read: [],
      stored: undefined,
      units: undefined,
    };
    let outcome: Outcome;
    try {
      if (refusal !== undefined) throw refusal;
      outcome = { output: operation.run(input, this.#caller(session, service, effect)) };
    } catch (error) {
      outcome = { error: error instanceof Error ? error : new Error(String(error)) };
      if (!(error instanceof Error && '$metadata' in error)) {
        const text = `The simulator cannot carry out ${service} ${name}: ${String(error)}`;
        this.#history.add({ kind: 'failure', text });
      }
    }
    const code = 'error' in outcome ? codeOf(outcome.error) : 'ok';
    const { invocation } = session;
    this.#history.add({
      kind: 'effect',
      call,
      service,
      operation: name,
      invocation,
      code,
      ...effect,
    });
    return outcome;
  }

  #caller(session: Session, service: ServiceName, effect: Effect): Caller {
    const may = (action: string, resource: string, context: ConditionContext = {}): boolean =>
      session.policy.judge({
        action,
        resource,
        context: { 'aws:SecureTransport': 'true', ...context },
      }) === 'allowed';
    return {
      invocation: session.invocation,
      roleArn: session.roleArn,
      effect,
      may,
      authorize(action, resource, context) {
        if (!may(action, resource, context)) throw accessDenied(service, action, resource);
      },
    };
  }

  #noteCall({ session, operation, input, call }: Request): void {
    const fields = (input ?? {}) as Readonly<Record<string, unknown>>;
    this.#history.add({
      kind: 'call',
      call,
      service: operation.service,
      operation: operation.name,
      invocation: session.invocation,
      wave: session.wave(),
      dryRun: fields['DryRun'] === true,
      instanceIds: textList(fields['InstanceIds'] ?? fields['Resources']),
      ...(operation.name === 'SendCommand' && { command: commandIn(fields) }),
    });
  }

  #latencyOf({ service, name, latency }: Operation): number {
    const stream: Stream = this.#latencies.stream(`latency/${service}/${name}`);
    const drawn = stream.lognormal(latency.medianMs, latency.sigma);
    return Math.round(Math.min(latency.mostMs, Math.max(latency.leastMs, drawn)));
  }
}

function commandIn({ DocumentName, Parameters }: SendCommandShape): SentCommand {
  const given = Object.entries((Parameters ?? {}) as Readonly<Record<string, readonly string[]>>);
  const parameters = Object.fromEntries(given.map(([name, values]) => [name, values.join(',')]));
  return { document: typeof DocumentName === 'string' ? DocumentName : '', parameters };
}

interface SendCommandShape {
  readonly DocumentName?: unknown;
  readonly Parameters?: unknown;
}
