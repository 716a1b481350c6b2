import type { MetricName } from '../../lambda/core/metrics';
import type { InstanceView } from '../../lambda/core/observation';
import { parsePolicies } from '../../lambda/core/policy';
import type { InstanceRecord } from '../../lambda/core/record';
import type { Actor } from '../../lambda/core/signals/signal';
import { after, seconds, type Duration, type Instant } from '../../lambda/core/time';
import type { AlertMessage, ClockPort, Ports } from '../../lambda/ports';
import type { Settings } from '../../lambda/settings';
import type { Message } from '../../lambda/shell/intake';
import { createWatchdog } from '../../lambda/watchdog';
import { aRecord, at, stoppedView } from '../core/builders';
import { FakeAddresses, FakeApplication, FakeCapacity, FakeHooks, FakeService } from './fake-acts';
import { FakeEc2 } from './fake-ec2';
import { FakeStore } from './fake-store';
import { Journal, untilQuiet, type Death } from './journal';
import { HOME } from './messages';

/** A clock that goes on only by hand, or when somebody sleeps. */
class FakeClock implements ClockPort {
  readonly sleeps: Duration[] = [];
  constructor(private at: Instant) {}

  now(): Instant {
    return this.at;
  }

  async sleep(length: Duration): Promise<void> {
    this.sleeps.push(length);
    this.at = after(this.at, length);
    await Promise.resolve();
  }

  goOn(length: Duration): void {
    this.at = after(this.at, length);
  }
}

/** A tick that was sent: its generation, and how long it is delayed. */
export interface SentTick {
  readonly generation: number;
  readonly delay: Duration;
}

type Calls = readonly { readonly at: Instant; readonly actor: Actor }[];

/** The world that the shell of these tests runs in; every port is a fake with switches. */
export class FakeWorld {
  readonly journal = new Journal();
  /** Two seconds after the server of these tests went down. */
  readonly clock = new FakeClock(at(2));
  readonly store = new FakeStore(this.journal);
  readonly ec2 = new FakeEc2(this.journal, () => this.clock.now());
  readonly addresses = new FakeAddresses(this.journal);
  readonly capacity = new FakeCapacity(this.journal, (instanceId, instanceType) =>
    this.ec2.change(instanceId, { instanceType }),
  );
  readonly service = new FakeService(this.journal);
  readonly hooks = new FakeHooks(this.journal);
  readonly application = new FakeApplication(this.journal);
  readonly sent: AlertMessage[] = [];
  /** Whether SNS takes a message. */
  snsTakes: (message: AlertMessage) => boolean = () => true;
  readonly ticks: SentTick[] = [];
  queueFails = false;
  /** What CloudTrail's history holds; it does not answer for instances that are missing here. */
  readonly history = new Map<string, Calls>();
  readonly lookups: { readonly instanceId: string; readonly since: Instant }[] = [];
  beats = 0;
  readonly counts = new Map<MetricName, number>();
  readonly times: { readonly metric: MetricName; readonly seconds: number }[] = [];
  readonly logs: { readonly message: string; readonly fields: object }[] = [];
  #invocations = 0;
  /** What a part of the shell is given that only makes messages. */
  readonly sight: { readonly ports: Ports; readonly settings: Settings };
  readonly #watchdog;

  constructor(policies: unknown = { livechat: {} }, more: Partial<Settings> = {}) {
    this.sight = { ports: this.#ports(), settings: { ...settingsOf(policies), ...more } };
    this.#watchdog = createWatchdog(this.sight.ports, this.sight.settings);
  }

  /** An instance, and what is stored of it: enrolled unless told otherwise; `null` for nothing. */
  add(view: InstanceView, record?: Partial<InstanceRecord> | null): void {
    const { instanceId } = view;
    this.ec2.views.set(instanceId, view);
    if (record === null) return;
    const { instanceType, zone, tags } = view;
    const label = { name: tags['Name'] ?? '', instanceType, zone, policy: tags['watchdog'] ?? '' };
    this.store.records.set(instanceId, aRecord({ instanceId, label, ...record }));
  }

  /** One invocation with these messages; answers the ids of those that must come again. */
  run(...messages: readonly Message[]): Promise<readonly string[]> {
    this.#invocations += 1;
    const requestId = `request-${this.#invocations}`;
    const deadline = after(this.clock.now(), seconds(15));
    return this.#watchdog.handle(messages, { requestId, deadline });
  }

  /** An invocation that dies at its next call of that name. */
  async runAndDie(call: string, when: Death, ...messages: readonly Message[]): Promise<void> {
    this.journal.dieAt(call, when);
    void this.run(...messages);
    await untilQuiet();
  }

  /** What is stored of an instance. */
  record(instanceId: string): InstanceRecord {
    const record = this.store.records.get(instanceId);
    if (record === undefined) throw new Error(`Nothing is stored of ${instanceId}`);
    return record;
  }

  /** `<event> <instance>` of each message that SNS took. */
  get told(): readonly string[] {
    return this.sent
      .filter(isFirst)
      .map(({ attributes }) => `${attributes['event']} ${attributes['instanceId']}`);
  }

  count(metric: MetricName): number {
    return this.counts.get(metric) ?? 0;
  }

  #ports(): Ports {
    const { journal, clock, ec2, store, capacity, addresses, service, hooks, application } = this;
    return {
      clock,
      ec2,
      capacity,
      addresses,
      service,
      hooks,
      application,
      store,
      alerts: {
        publish: (message) =>
          journal.call('publish', () => {
            const taken = this.snsTakes(message);
            if (taken) this.sent.push(message);
            return taken;
          }),
      },
      queue: {
        sendTick: (generation, delay) =>
          journal.call('send tick', () => {
            if (!this.queueFails) this.ticks.push({ generation, delay });
            return !this.queueFails;
          }),
      },
      trail: {
        whoStopped: (instanceId, since) => {
          this.lookups.push({ instanceId, since });
          return journal.call('who stopped', () => this.history.get(instanceId));
        },
      },
      heartbeat: {
        beat: () =>
          journal.call('beat', () => {
            this.beats += 1;
          }),
      },
      telemetry: {
        log: (_level, message, fields) => void this.logs.push({ message, fields }),
        count: (metric, value) => void this.counts.set(metric, this.count(metric) + value),
        measure: (metric, length) => void this.times.push({ metric, seconds: length / 1_000 }),
        flush: () => undefined,
      },
    };
  }
}

function settingsOf(input: unknown): Settings {
  const read = parsePolicies(input);
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.errors));
  return {
    home: HOME,
    policies: read.policies,
    timeZone: 'America/Los_Angeles',
    tableName: 'watchdog',
    queueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/signals',
    topicArn: 'arn:aws:sns:us-east-1:111122223333:alerts',
    chatTopicArn: undefined,
    pagerTopicArn: undefined,
    eventBus: undefined,
    logGroup: undefined,
    heartbeatUrl: undefined,
    kmsKeyArns: [],
    takedowns: { percent: 10, most: 5 },
    runbookUrl: 'docs/runbook.md',
  };
}

/** The id of the n-th server. */
export const idOf = (index: number): string => `i-${index.toString(16).padStart(17, '0')}`;

/** The n-th server, stopped by AWS unless told otherwise. */
export const stoppedPod = (index: number, over: Partial<InstanceView> = {}): InstanceView =>
  stoppedView(undefined, {
    instanceId: idOf(index),
    tags: { watchdog: 'livechat', Name: `pod-${index}` },
    volumeIds: [`vol-${index.toString(16).padStart(17, '0')}`],
    ...over,
  });

/** A page that is sent again says nothing new. */
export const isFirst = ({ subject }: AlertMessage): boolean => !subject.startsWith('ACT (again)');
