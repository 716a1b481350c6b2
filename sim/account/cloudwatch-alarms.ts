import type { AlarmType, DescribeAlarmsInput, StateValue } from '@aws-sdk/client-cloudwatch';
import type { Home } from '../../lambda/core/signals/signal';
import type { Instant } from '../../lambda/core/time';
import { refusal, refuseCloudWatchFields } from './cloudwatch-errors';
import type { Caller } from './gateway';
import type { BusEvent } from './bus-event';
import type { MetricName } from './cloudwatch-metrics';

/** An alarm on an instance, as a drill defines it. */
export interface AlarmSpec {
  readonly instanceId: string;
  /** `AWS/EC2` `StatusCheckFailed` when absent. */
  readonly metric?: MetricName;
  /** `OK` when absent. */
  readonly state?: StateValue;
}

/** What a drill does with alarms. CloudWatch's own evaluation is not simulated. */
export interface AlarmActs {
  /** The alarm exists from now on. Throws when there is one of this name. */
  define(name: string, spec: AlarmSpec): void;
  /** The alarm changes its state, which EventBridge hears of; the same state is no change. */
  set(name: string, state: StateValue): void;
}

interface Alarm {
  readonly name: string;
  readonly instanceId: string;
  readonly metric: MetricName;
  readonly state: StateValue;
  readonly updatedAt: Instant;
}

const STATUS_CHECK: MetricName = { namespace: 'AWS/EC2', name: 'StatusCheckFailed' };
const MOST_NAMES = 100;
const REASON = 'Threshold Crossed';

/** The alarms of the account with their states. */
export class Alarms implements AlarmActs {
  readonly #home: Home;
  readonly #now: () => Instant;
  readonly #put: (event: BusEvent) => void;
  readonly #alarms = new Map<string, Alarm>();

  constructor(parts: {
    readonly home: Home;
    readonly now: () => Instant;
    readonly put: (event: BusEvent) => void;
  }) {
    this.#home = parts.home;
    this.#now = parts.now;
    this.#put = parts.put;
  }

  define(name: string, spec: AlarmSpec): void {
    if (this.#alarms.has(name)) throw new Error(`The alarm ${name} is there already`);
    const { instanceId, metric = STATUS_CHECK, state = 'OK' } = spec;
    this.#alarms.set(name, { name, instanceId, metric, state, updatedAt: this.#now() });
  }

  set(name: string, state: StateValue): void {
    const alarm = this.#alarms.get(name);
    if (alarm === undefined) throw new Error(`No alarm ${name} in the simulated account`);
    if (alarm.state !== state) this.#change(alarm, state);
  }

  /** Like `set`, but defines the alarm if need be, and EventBridge hears of it each time. */
  announce(instanceId: string, name: string, state: StateValue): void {
    // An alarm that nobody has heard of comes from the other side.
    const before = state === 'OK' ? 'ALARM' : 'OK';
    if (!this.#alarms.has(name)) this.define(name, { instanceId, state: before });
    this.#change(this.#alarms.get(name)!, state);
  }

  /** DescribeAlarms. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
  readonly describe = (input: DescribeAlarmsInput, caller: Caller): object => {
    const fields = ['AlarmNames', 'AlarmTypes', 'StateValue', 'MaxRecords', 'NextToken'];
    refuseCloudWatchFields(input, fields);
    const { AlarmNames: names, AlarmTypes: types = ['MetricAlarm'], MaxRecords = 50 } = input;
    if (names !== undefined && names.length > MOST_NAMES) {
      throw refusal('ValidationError', `alarmNames must have at most ${MOST_NAMES} members`);
    }
    if (MaxRecords < 1 || MaxRecords > 100) {
      throw refusal('ValidationError', 'maxRecords must be from 1 to 100');
    }
    this.#authorize(caller, { names, types });
    const from = Number(input.NextToken ?? 0);
    if (!Number.isInteger(from)) throw refusal('InvalidNextToken', String(input.NextToken));
    // There are no composite alarms in the simulated account.
    const all = types.includes('MetricAlarm') ? [...this.#alarms.values()] : [];
    const found = all
      .filter(({ name }) => names?.includes(name) ?? true)
      .filter(({ state }) => state === (input.StateValue ?? state))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const to = from + MaxRecords;
    return {
      MetricAlarms: found.slice(from, to).map((alarm) => this.#shape(alarm)),
      CompositeAlarms: [],
      ...(to < found.length ? { NextToken: String(to) } : {}),
    };
  };

  /**
   * Alarms are judged by their ARNs, where none is named by one that stands for all. To be told of
   * composite alarms, the permission must be for `*`.
   */
  #authorize(
    caller: Caller,
    asked: { readonly names: readonly string[] | undefined; readonly types: readonly AlarmType[] },
  ): void {
    const isWhole = asked.types.some((type) => type !== 'MetricAlarm');
    const names = asked.names ?? ['*'];
    const resources = isWhole ? ['*'] : names.map((name) => this.#arn(name));
    for (const resource of resources) caller.authorize('cloudwatch:DescribeAlarms', resource);
  }

  #change(alarm: Alarm, state: StateValue): void {
    this.#alarms.set(alarm.name, { ...alarm, state, updatedAt: this.#now() });
    this.#put(this.#event(alarm, state));
  }

  #arn(name: string): string {
    return `arn:aws:cloudwatch:${this.#home.region}:${this.#home.accountId}:alarm:${name}`;
  }

  #event({ name, instanceId, metric, state: before }: Alarm, state: StateValue): BusEvent {
    const dimensions = { [metric.dimension ?? 'InstanceId']: instanceId };
    const { namespace, name: metricName } = metric;
    const told = { namespace, name: metricName, dimensions };
    return {
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: [this.#arn(name)],
      instanceIds: [instanceId],
      detail: {
        alarmName: name,
        state: { value: state, reason: REASON, timestamp: new Date(this.#now()).toISOString() },
        previousState: { value: before },
        configuration: {
          metrics: [
            {
              id: 'm1',
              metricStat: { metric: told, period: 60, stat: 'Maximum' },
              returnData: true,
            },
          ],
        },
      },
    };
  }

  #shape({ name, instanceId, metric, state, updatedAt }: Alarm): object {
    return {
      AlarmName: name,
      AlarmArn: this.#arn(name),
      ActionsEnabled: true,
      StateValue: state,
      StateReason: REASON,
      StateUpdatedTimestamp: new Date(updatedAt),
      StateTransitionedTimestamp: new Date(updatedAt),
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: [{ Name: metric.dimension ?? 'InstanceId', Value: instanceId }],
      Statistic: 'Maximum',
      Period: 60,
    };
  }
}
