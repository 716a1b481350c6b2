import type { CommandInvocationStatus } from '@aws-sdk/client-ssm';
import type { Home } from '../../lambda/core/signals/signal';
import { after, earliest, iso, seconds, type Instant } from '../../lambda/core/time';
import { unreachable } from '../../lambda/core/unreachable';
import type { History } from '../history';
import type { Random, Stream } from '../random';
import type { Timeline } from '../time';
import type { BusEvent } from './bus-event';

/** A document of Systems Manager, as far as a drill needs one. */
export interface SsmDocument {
  /**
   * What running it does; `fails` ends with an exit code of 1 and has done nothing, `hangs` is
   * ended by its execution timeout.
   */
  readonly effect: 'restart-service' | 'nothing' | 'fails' | 'hangs' | SsmProgram;
  /** The median of the time that it runs; 4 s when absent. A program takes its own time. */
  readonly medianS?: number;
  /** The parameters that it declares, all of them required; any are taken when absent. */
  readonly parameters?: readonly string[];
}

/** What a document runs where a drill brings the program itself. */
export type SsmProgram = (
  call: {
    readonly instanceId: string;
    readonly parameters: Readonly<Record<string, readonly string[]>>;
  },
  /** To be called once, when it has ended: later than the call, or at once. */
  end: (exitCode: number) => void,
) => void;

/** An instance as Systems Manager sees it: through its agent. */
export interface ManagedNode {
  readonly id: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly state: 'running' | 'gone' | 'other';
  /** Grows with each start and stop: what ran in an earlier life is lost. */
  readonly life: number;
  readonly agent: AgentState;
}

/** What the agent of an instance is like at this moment. */
export type AgentState =
  | { readonly kind: 'online' }
  /** It does not answer. Systems Manager finds out when its heartbeats have been missing. */
  | { readonly kind: 'silent'; readonly since: Instant }
  /** It has not reported yet in this life of the instance. */
  | { readonly kind: 'not-connected' };

/** The status of a command on one instance, with the detail of StatusDetails. */
interface InvocationStatus {
  readonly status: CommandInvocationStatus;
  readonly details: string;
}

/** A command on one instance. */
export interface CommandInvocation extends InvocationStatus {
  readonly command: Command;
  readonly instanceId: string;
  readonly arn: string;
  /** GetCommandInvocation does not know of it before. */
  readonly visibleAt: Instant;
  readonly startedAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  /** The exit code; -1 while there is none. */
  readonly responseCode: number;
}

/** What SendCommand was asked for. */
export interface CommandRequest {
  readonly documentName: string;
  readonly document: SsmDocument;
  readonly nodes: readonly ManagedNode[];
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly comment: string;
  /** How long it may wait for the agents. */
  readonly timeoutS: number;
}

/** A command that was accepted. */
export interface Command extends CommandRequest {
  readonly id: string;
  readonly requestedAt: Instant;
  readonly expiresAt: Instant;
}

/** What commands need of the rest of the account. */
export interface CommandParts {
  readonly timeline: Timeline;
  readonly history: History;
  readonly random: Random;
  readonly home: Home;
  readonly node: (instanceId: string) => ManagedNode | undefined;
  /** The service inside is restarted; false when nobody in there heard. */
  readonly restartService: (instanceId: string) => boolean;
  readonly put: (event: BusEvent) => void;
}

/** From SendCommand to the agent's receipt: the agent polls over an open connection. */
const DELIVERY_S = { least: 0.2, most: 2 };
/** How often the service tries again to reach an agent. */
const AGAIN_S = 15;
/** From SendCommand to the first GetCommandInvocation that knows of it. */
const VISIBLE_S = { least: 0.05, most: 1.2 };
/** The default of `executionTimeout`. */
const EXECUTION_TIMEOUT = seconds(3_600);
const RUN = { medianS: 4, sigma: 0.35, leastS: 1 };

const PENDING: InvocationStatus = { status: 'Pending', details: 'Pending' };
const DELAYED: InvocationStatus = { status: 'Delayed', details: 'Delayed' };
const IN_PROGRESS: InvocationStatus = { status: 'InProgress', details: 'InProgress' };
const SUCCESS: InvocationStatus = { status: 'Success', details: 'Success' };
const FAILED: InvocationStatus = { status: 'Failed', details: 'Failed' };
const UNDELIVERABLE: InvocationStatus = { status: 'Failed', details: 'Undeliverable' };
const NOT_DELIVERED: InvocationStatus = { status: 'TimedOut', details: 'DeliveryTimedOut' };
const NOT_FINISHED: InvocationStatus = { status: 'TimedOut', details: 'ExecutionTimedOut' };

/** How an invocation ended, and with which exit code. */
type Ending = InvocationStatus & { readonly responseCode?: number };

const endingOf = (exitCode: number): Ending => ({
  ...(exitCode === 0 ? SUCCESS : FAILED),
  responseCode: exitCode,
});

/** The commands of the account: how each reaches its instances, runs there and ends. */
export class Commands {
  readonly #parts: CommandParts;
  readonly #stream: Stream;
  readonly #invocations = new Map<string, Map<string, CommandInvocation>>();

  constructor(parts: CommandParts) {
    this.#parts = parts;
    this.#stream = parts.random.stream('ssm');
  }

  /** Takes a command on; it reaches its instances later. */
  send(request: CommandRequest): Command {
    const now = this.#parts.timeline.now();
    const expiresAt = after(now, seconds(request.timeoutS));
    const command = { ...request, id: this.#stream.uuid(), requestedAt: now, expiresAt };
    const { least, most } = VISIBLE_S;
    const visibleAt = after(now, seconds(this.#stream.uniform(least, most)));
    const invocations = new Map<string, CommandInvocation>();
    this.#invocations.set(command.id, invocations);
    for (const { id: instanceId, arn } of request.nodes) {
      const began = { startedAt: undefined, endedAt: undefined, responseCode: -1 };
      const invocation = { command, instanceId, arn, visibleAt, ...began, ...PENDING };
      invocations.set(instanceId, invocation);
      const { least: soonest, most: latest } = DELIVERY_S;
      const delayS = this.#stream.uniform(soonest, latest);
      this.#parts.timeline.after(delayS * 1_000, () => this.#deliver(command, instanceId));
    }
    return command;
  }

  /** The invocations that can be asked for by now, of one command or of all, oldest first. */
  visible(commandId: string | undefined): readonly CommandInvocation[] {
    const now = this.#parts.timeline.now();
    const known = commandId === undefined ? this.#invocations.values() : [this.#of(commandId)];
    return [...known]
      .flatMap((invocations) => [...invocations.values()])
      .filter(({ visibleAt }) => visibleAt <= now);
  }

  #of(commandId: string): Map<string, CommandInvocation> {
    return this.#invocations.get(commandId) ?? new Map<string, CommandInvocation>();
  }

  #deliver(command: Command, instanceId: string): void {
    const { timeline, node: find } = this.#parts;
    const now = timeline.now();
    const node = find(instanceId);
    if (node === undefined || node.state === 'gone') {
      this.#end(command, instanceId, UNDELIVERABLE);
    } else if (now >= command.expiresAt) {
      this.#end(command, instanceId, NOT_DELIVERED);
    } else if (node.agent.kind === 'online') {
      this.#run(command, node);
    } else {
      this.#change(command, instanceId, DELAYED);
      const again = earliest(after(now, seconds(AGAIN_S)), command.expiresAt);
      timeline.at(again, () => this.#deliver(command, instanceId));
    }
  }

  #run(command: Command, node: ManagedNode): void {
    const { timeline } = this.#parts;
    const { medianS = RUN.medianS, effect } = command.document;
    const startedAt = timeline.now();
    const until = after(startedAt, EXECUTION_TIMEOUT);
    this.#change(command, node.id, { ...IN_PROGRESS, startedAt });
    if (typeof effect === 'function') {
      this.#runProgram(command, node, { program: effect, until });
      return;
    }
    const hangsS = effect === 'hangs' ? EXECUTION_TIMEOUT / 1_000 : 0;
    const tookS = Math.max(hangsS, RUN.leastS, this.#stream.lognormal(medianS, RUN.sigma));
    const isDone = this.#takeEffect(effect, node.id);
    const ending =
      effect === 'hangs' ? { ...NOT_FINISHED, responseCode: 1 } : endingOf(isDone ? 0 : 1);
    timeline.after(tookS * 1_000, () => this.#report(command, node, { ending, until }));
  }

  /** A program that never ends, or whose instance is gone, is ended by the execution timeout. */
  #runProgram(
    command: Command,
    node: ManagedNode,
    { program, until }: { readonly program: SsmProgram; readonly until: Instant },
  ): void {
    const { timeline } = this.#parts;
    let hasEnded = false;
    const end = (ending: Ending): void => {
      if (hasEnded) return;
      hasEnded = true;
      this.#report(command, node, { ending, until });
    };
    timeline.at(until, () => end(NOT_FINISHED));
    program({ instanceId: node.id, parameters: command.parameters }, (exitCode) => {
      end(endingOf(exitCode));
    });
  }

  /** The agent tells how it ended, as soon as it can. */
  #report(
    command: Command,
    node: ManagedNode,
    { ending, until }: { readonly ending: Ending; readonly until: Instant },
  ): void {
    const { timeline } = this.#parts;
    const found = this.#parts.node(node.id);
    const now = timeline.now();
    if (found?.life === node.life && found.agent.kind === 'online') {
      this.#end(command, node.id, ending);
    } else if (now >= until) {
      this.#end(command, node.id, NOT_FINISHED);
    } else {
      // Whoever was to tell of the end is gone, or cut off and tells later.
      const isLost = found?.life !== node.life;
      const at = isLost ? until : earliest(after(now, seconds(AGAIN_S)), until);
      timeline.at(at, () => this.#report(command, node, { ending, until }));
    }
  }

  /** Answers whether the script succeeded. */
  #takeEffect(effect: Exclude<SsmDocument['effect'], SsmProgram>, instanceId: string): boolean {
    switch (effect) {
      case 'restart-service':
        return this.#parts.restartService(instanceId);
      case 'nothing':
        return true;
      case 'fails':
      case 'hangs':
        return false;
      default:
        return unreachable(effect);
    }
  }

  #end(command: Command, instanceId: string, ending: Ending): void {
    this.#change(command, instanceId, { ...ending, endedAt: this.#parts.timeline.now() });
    const all = [...this.#of(command.id).values()];
    if (all.every(({ endedAt }) => endedAt !== undefined)) this.#tell(command, statusOf(all));
  }

  #change(command: Command, instanceId: string, change: Partial<CommandInvocation>): void {
    const invocations = this.#of(command.id);
    const before = invocations.get(instanceId)!;
    const invocation = { ...before, ...change };
    invocations.set(instanceId, invocation);
    if (before.status === invocation.status) return;
    this.#parts.history.add({
      kind: 'command',
      commandId: command.id,
      document: command.documentName,
      instanceId,
      status: invocation.status,
      details: invocation.details,
    });
    const isFirst = [...invocations.values()].every(
      ({ startedAt, instanceId: id }) => id === instanceId || startedAt === undefined,
    );
    this.#parts.put(invocationEvent(invocation));
    if (invocation.status === 'InProgress' && isFirst) this.#tell(command, 'InProgress');
  }

  #tell(command: Command, status: string): void {
    this.#parts.put(commandEvent(command, status));
  }
}

/** What a command's own status is when it has ended everywhere. */
function statusOf(all: readonly CommandInvocation[]): CommandInvocationStatus {
  if (all.every(({ status }) => status === 'Success')) return 'Success';
  return all.some(({ status }) => status === 'Failed') ? 'Failed' : 'TimedOut';
}

// Both shapes: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
function invocationEvent({ command, instanceId, arn, status }: CommandInvocation): BusEvent {
  return {
    source: 'aws.ssm',
    detailType: 'EC2 Command Invocation Status-change Notification',
    resources: [arn],
    instanceIds: [instanceId],
    detail: {
      'command-id': command.id,
      'document-name': command.documentName,
      'instance-id': instanceId,
      'requested-date-time': iso(command.requestedAt),
      status,
    },
  };
}

function commandEvent(command: Command, status: string): BusEvent {
  return {
    source: 'aws.ssm',
    detailType: 'EC2 Command Status-change Notification',
    resources: command.nodes.map(({ arn }) => arn),
    instanceIds: command.nodes.map(({ id }) => id),
    detail: {
      'command-id': command.id,
      'document-name': command.documentName,
      'expire-after': iso(command.expiresAt),
      parameters: command.parameters,
      'requested-date-time': iso(command.requestedAt),
      status,
    },
  };
}
