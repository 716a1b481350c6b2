import { instant, type Instant } from '../../../lambda/core/time';
import type { Fact, Happening, InstanceFact, StateFact } from '../../../sim/history';

/** The instance of every hand-made history. */
export const POD = 'i-0abc0000000000023';
const START = Date.parse('2024-08-01T12:00:00Z');

/** A moment, in seconds from the start of the history. */
export const at = (seconds: number): Instant => instant(START + seconds * 1_000);

const AWS = { kind: 'aws', name: 'ec2.amazonaws.com' } as const;
const WATCHDOG = { kind: 'watchdog', name: 'role' } as const;

/** Somebody with a console. */
export const ANA = { kind: 'person', name: 'arn:aws:iam::111122223333:user/ana' } as const;

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
      readonly service?: 'ec2' | 'dynamodb';
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
    const nothing = { draws: [], started: [], read: [] };
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
    more: { invocation?: number; version?: number; token?: number; owner?: string } = {},
  ): this {
    const { invocation = 1, version = this.#version + 1, token = 1, owner = 'a' } = more;
    this.#version = version;
    const stored = {
      pk: 'fleet',
      sk: `instance#${POD}`,
      version,
      leaseToken: token,
      leaseOwner: owner,
    };
    return this.call(seconds, 'PutItem', { service: 'dynamodb', invocation, effect: { stored } });
  }

  message(
    seconds: number,
    event: string,
    { severity = 'warning', incidentId = 'pod-23-1' } = {},
  ): this {
    const attributes = { event, severity, instanceId: POD, incidentId };
    return this.add(seconds, {
      kind: 'message',
      messageId: 'm',
      invocation: 1,
      topicArn: 'topic',
      subject: 'pod-23',
      email: 'pod-23',
      sms: 'pod-23',
      attributes,
    });
  }

  decides(seconds: number, decision: string, reason: string): this {
    const fields = { instanceId: POD, incidentId: 'pod-23-1', decision, reason };
    return this.add(seconds, {
      kind: 'log',
      invocation: 1,
      level: 'info',
      message: 'decision',
      fields,
    });
  }

  serves(seconds: number, serving: boolean): this {
    return this.add(seconds, { kind: 'serving', instanceId: POD, serving, launchTime: at(0) });
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
