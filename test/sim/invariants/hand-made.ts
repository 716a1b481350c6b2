import { instant, type Instant } from '../../../lambda/core/time';
import type {
  CheckName,
  Fact,
  Happening,
  InstanceFact,
  SimulatedStatus,
  StateFact,
} from '../../../sim/history';

/** The instance of every hand-made history. */
export const POD = 'i-0abc0000000000023';
const START = Date.parse('2024-08-01T12:00:00Z');

/** A moment, in seconds from the start of the history. */
export const at = (seconds: number): Instant => instant(START + seconds * 1_000);

const AWS = { kind: 'aws', name: 'ec2.amazonaws.com' } as const;
const WATCHDOG = { kind: 'watchdog', name: 'role' } as const;

/** Somebody with a console. */
export const ANA = { kind: 'person', name: 'arn:aws:iam::111122223333:user/ana' } as const;

/** The other servers of a hand-made fleet. */
export const otherPod = (number: number): string => `i-0abc00000000001${number}0`;

/** What each takedown looks like on the wire, and what it does. */
const TAKEDOWN_CALLS = {
  stop: stopCall({ force: false, skipOsShutdown: false }),
  force: stopCall({ force: true, skipOsShutdown: false }),
  skip: stopCall({ force: true, skipOsShutdown: true }),
  reboot: {
    operation: 'RebootInstances',
    service: 'ec2',
    effect: (id: string) => ({ rebooted: [id] }),
  },
  'restart-service': { operation: 'SendCommand', service: 'ssm', effect: () => ({}) },
} as const;

function stopCall(how: { readonly force: boolean; readonly skipOsShutdown: boolean }) {
  const effect = (instanceId: string) => ({ stopped: [{ instanceId, ...how }] });
  return { operation: 'StopInstances', service: 'ec2', effect } as const;
}

/** Puts facts together by hand; every method appends, at `seconds` from the start. */
export class HandMade {
  readonly facts: Fact[] = [];
  #calls = 0;

  constructor(policies: object = { livechat: {} }) {
    this.add(0, {
      kind: 'deployed',
      seed: 1,
      accountId: '111122223333',
      region: 'us-east-1',
      environment: { POLICIES: JSON.stringify(policies) },
      maximumConcurrency: 2,
    });
  }

  add(seconds: number, happening: Happening): this {
    this.facts.push({ at: at(seconds), ...happening });
    return this;
  }

  instance(overrides: Partial<InstanceFact> = {}): this {
    return this.add(0, {
      kind: 'instance',
      instanceId: POD,
      name: 'pod-23',
      zone: 'us-east-1b',
      instanceType: 'm6i.large',
      state: 'running',
      launchTime: at(-86_400),
      tags: { watchdog: 'livechat' },
      managedBy: 'nobody',
      sendsReadyEvent: true,
      ...overrides,
    });
  }

  state(
    seconds: number,
    [from, to]: readonly [StateFact['from'], StateFact['to']],
    more: Partial<StateFact> = {},
  ): this {
    const by = to === 'pending' ? WATCHDOG : AWS;
    const launchTime = to === 'pending' ? at(seconds) : at(-86_400);
    const stop = to === 'stopping' || to === 'stopped';
    const code = stop ? 'Server.ScheduledStop' : undefined;
    const fact = { kind: 'state', instanceId: POD, from, to, by, launchTime, code } as const;
    return this.add(seconds, { ...fact, ...more });
  }

  /** AWS begins to stop it, and it is stopped five seconds later. */
  stops(seconds: number, more: Partial<StateFact> = {}): this {
    this.state(seconds, ['running', 'stopping'], more);
    return this.state(seconds + 5, ['stopping', 'stopped'], more);
  }

  tags(seconds: number, tags: Readonly<Record<string, string>>): this {
    return this.add(seconds, { kind: 'tags', instanceId: POD, tags, by: ANA });
  }

  /** One call of the Lambda with its effect and its answer, a tenth of a second apart each. */
  call(
    seconds: number,
    operation: string,
    options: {
      readonly service?: 'ec2' | 'dynamodb' | 'ssm';
      readonly invocation?: number;
      readonly instanceIds?: readonly string[];
      readonly code?: string;
      readonly lasts?: number;
      readonly effect?: Partial<Extract<Happening, { kind: 'effect' }>>;
    } = {},
  ): this {
    const { service = 'ec2', invocation = 1, instanceIds = [], code = 'ok', lasts = 0.2 } = options;
    const call = (this.#calls += 1);
    const shared = { call, service, operation, invocation };
    this.add(seconds, { kind: 'call', ...shared, wave: 1, dryRun: false, instanceIds });
    const nothing = { draws: [], started: [], stopped: [], rebooted: [], changed: [], read: [] };
    this.add(seconds + lasts / 2, {
      kind: 'effect',
      ...shared,
      code,
      ...nothing,
      ...options.effect,
    });
    return this.add(seconds + lasts, { kind: 'answer', ...shared, code });
  }

  reads(seconds: number, state: StateFact['to'], invocation = 1): this {
    return this.call(seconds, 'DescribeInstances', {
      invocation,
      effect: { read: [[POD, state]] },
    });
  }

  /** A start that EC2 grants; with its intent at the same moment and its outcome after it. */
  starts(seconds: number, options: { invocation?: number; recorded?: boolean } = {}): this {
    const { invocation = 1, recorded = true } = options;
    if (recorded) this.writes(seconds, { invocation });
    this.call(seconds, 'StartInstances', {
      invocation,
      instanceIds: [POD],
      effect: { started: [POD] },
    });
    return recorded ? this.writes(seconds + 1, { invocation }) : this;
  }

  #version = 0;

  writes(
    seconds: number,
    more: {
      invocation?: number;
      version?: number;
      token?: number;
      owner?: string;
      instanceId?: string;
    } = {},
  ): this {
    const { invocation = 1, version = this.#version + 1, token = 1, owner = 'a' } = more;
    const { instanceId = POD } = more;
    this.#version = version;
    const stored = {
      pk: 'fleet',
      sk: `instance#${instanceId}`,
      version,
      leaseToken: token,
      leaseOwner: owner,
    };
    return this.call(seconds, 'PutItem', { service: 'dynamodb', invocation, effect: { stored } });
  }

  message(
    seconds: number,
    event: string,
    { severity = 'warning', incidentId = 'pod-23-1', subject = 'pod-23' } = {},
  ): this {
    const attributes = { event, severity, instanceId: POD, incidentId };
    return this.add(seconds, {
      kind: 'message',
      messageId: 'm',
      invocation: 1,
      topicArn: 'topic',
      subject,
      email: 'pod-23',
      sms: 'pod-23',
      attributes,
    });
  }

  page(seconds: number, which: 'first' | 'again'): this {
    const subject = which === 'first' ? 'ACT: pod-23 is down' : 'ACT (again): pod-23 is down';
    return this.message(seconds, 'needs-person', { severity: 'critical', subject });
  }

  decides(seconds: number, decision: string, reason: string): this {
    return this.#decision(seconds, { instanceId: POD, decision, reason });
  }

  /** A person is called for it. */
  escalates(seconds: number, instanceId: string): this {
    const decision = 'escalate';
    return this.#decision(seconds, { instanceId, decision, reason: 'ladder-exhausted' });
  }

  #decision(seconds: number, decided: object): this {
    const fields = { incidentId: 'pod-23-1', ...decided };
    return this.add(seconds, {
      kind: 'log',
      invocation: 1,
      level: 'info',
      message: 'decision',
      fields,
    });
  }

  /** A line of the log about it. */
  logs(seconds: number, level: 'warn' | 'error', message: string): this {
    const fields = { instanceId: POD };
    return this.add(seconds, { kind: 'log', invocation: 1, level, message, fields });
  }

  /** The decision to act, as its own invocation logs it. */
  remediates(seconds: number, reason: string): this {
    return this.decides(seconds, 'remediate', reason);
  }

  /** Somebody calls StopInstances, whatever its state. */
  asks(seconds: number): this {
    const operation = 'StopInstances';
    return this.add(seconds, { kind: 'asked', operation, instanceId: POD, by: ANA });
  }

  /** AWS announces work on its host, or says what became of it. */
  scheduled(seconds: number, phase: 'announced' | 'completed' | 'withdrawn' = 'announced'): this {
    const event = { eventId: 'instance-event-1', code: 'instance-stop' };
    return this.add(seconds, { kind: 'scheduled', instanceId: POD, ...event, phase });
  }

  serves(seconds: number, serving: boolean, instanceId = POD): this {
    return this.add(seconds, { kind: 'serving', instanceId, serving, launchTime: at(0) });
  }

  /** A check changes its verdict. */
  check(
    seconds: number,
    [check, status]: readonly [CheckName, SimulatedStatus],
    instanceId = POD,
  ): this {
    return this.add(seconds, { kind: 'check', instanceId, check, status });
  }

  /** More servers of the same zone and policy: pod-1, pod-2 and so on. */
  others(count: number, overrides: Partial<InstanceFact> = {}): this {
    for (let number = 1; number <= count; number += 1) {
      this.instance({ instanceId: otherPod(number), name: `pod-${number}`, ...overrides });
    }
    return this;
  }

  /** EC2 answers how the checks are. */
  readsChecks(seconds: number, invocation = 1): this {
    return this.call(seconds, 'DescribeInstanceStatus', { invocation });
  }

  /** The watchdog takes a server down as it should: read, recorded and read again before. */
  takesDown(
    seconds: number,
    what: 'stop' | 'force' | 'skip' | 'reboot' | 'restart-service',
    more: { readonly instanceId?: string; readonly invocation?: number } = {},
  ): this {
    const { instanceId = POD, invocation = 1 } = more;
    const isForced = what === 'force' || what === 'skip';
    const state = isForced ? 'stopping' : 'running';
    const read = [[instanceId, state] as const];
    this.call(seconds - 3, 'DescribeInstances', { invocation, effect: { read } });
    this.readsChecks(seconds - 3, invocation).writes(seconds - 2, { invocation, instanceId });
    this.call(seconds - 1, 'DescribeInstances', { invocation, effect: { read } });
    const { operation, service, effect } = TAKEDOWN_CALLS[what];
    const instanceIds = [instanceId];
    this.call(seconds, operation, { service, invocation, instanceIds, effect: effect(instanceId) });
    return this.writes(seconds + 1, { invocation, instanceId });
  }

  /** The word of its own stop on the instance, and the stop that follows it. */
  stopsItself(seconds: number): this {
    this.tags(seconds - 1.5, {
      watchdog: 'livechat',
      'watchdog:own-stop': `2024-08-01T12:00:00.000Z ${POD} pod-23-1`,
    });
    const more = { by: WATCHDOG, code: 'Client.UserInitiatedShutdown' };
    return this.takesDown(seconds, 'stop').stops(seconds + 0.1, more);
  }

  checksOk(seconds: number): this {
    for (const check of ['system', 'instance', 'attachedEbs'] as const) {
      this.add(seconds, { kind: 'check', instanceId: POD, check, status: 'ok' });
    }
    return this;
  }

  /** The run goes on until then. */
  until(seconds: number): this {
    return this.add(seconds, { kind: 'note', text: 'the end' });
  }

  /** A fault that lasts from now on. */
  fault(seconds: number): this {
    return this.add(seconds, { kind: 'fault', name: 'api/ec2', phase: 'begins', text: 'ec2 down' });
  }
}

/** An enrolled instance that AWS stops at 100 s; stopped at 105 s. */
export const stoppedByAws = (policies?: object): HandMade =>
  new HandMade(policies).instance().reads(10, 'running').stops(100);
