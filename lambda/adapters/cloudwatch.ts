import type { Check } from '../core/observation';
import type { Policy } from '../core/policy';
import type { ApplicationPort, ClockPort, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { CloudWatchClient } from './clients';
import { ALARMS_PER_CALL, readAlarms } from './cloudwatch-alarms';
import { METRICS_PER_CALL, readMetrics, type MetricQuestion } from './cloudwatch-metrics';
import { together } from './metric-check';

/** What reading the application needs beside the client. */
export interface ApplicationReadOptions {
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

interface Instance {
  readonly instanceId: string;
  readonly policy: Policy;
}

type Checks = ReadonlyMap<string, Check>;

/** DescribeAlarms answers 9 times a second for the account: a few calls at a time. */
const READS_AT_ONCE = 3;

const alarmOf = ({ instanceId, policy }: Instance): string | undefined =>
  policy.applicationAlarm?.replaceAll('{id}', instanceId);

/** Reads in parts; a part that fails leaves out what is in it, and no other. */
async function inParts<T>(
  all: readonly T[],
  size: number,
  read: (part: readonly T[]) => Promise<Checks>,
): Promise<Checks> {
  const found = new Map<string, Check>();
  const count = Math.ceil(all.length / size);
  const parts = Array.from({ length: count }, (_, at) => all.slice(at * size, (at + 1) * size));
  for (let start = 0; start < parts.length; start += READS_AT_ONCE) {
    const answers = await Promise.all(parts.slice(start, start + READS_AT_ONCE).map(read));
    for (const [key, check] of answers.flatMap((answer) => [...answer])) found.set(key, check);
  }
  return found;
}

/** Reads a part; without an answer nothing is known of it. */
function orNothing<T>(
  what: string,
  { telemetry }: ApplicationReadOptions,
  read: (part: readonly T[]) => Promise<Checks>,
): (part: readonly T[]) => Promise<Checks> {
  return async (part) => {
    try {
      return await read(part);
    } catch (error) {
      telemetry.log('warn', what, { count: part.length, error: describeAwsError(awsError(error)) });
      return new Map();
    }
  };
}

/** An alarm that CloudWatch does not know says nothing, as one without data does. */
async function alarmsOf(
  client: CloudWatchClient,
  instances: readonly Instance[],
  options: ApplicationReadOptions,
): Promise<Checks> {
  const names = [...new Set(instances.map(alarmOf).filter((name) => name !== undefined))];
  const read = orNothing('alarms-unread', options, async (part: readonly string[]) => {
    const known = await readAlarms(client, part, options.clock);
    const silent: Check = { status: 'insufficient-data' };
    return new Map(part.map((name) => [name, known.get(name) ?? silent]));
  });
  return inParts(names, ALARMS_PER_CALL, read);
}

async function metricsOf(
  client: CloudWatchClient,
  instances: readonly Instance[],
  options: ApplicationReadOptions,
): Promise<Checks> {
  const questions = instances.flatMap(({ instanceId, policy }): readonly MetricQuestion[] => {
    const metric = policy.applicationMetric;
    return metric === undefined ? [] : [{ instanceId, policy, metric }];
  });
  const read = orNothing('metrics-unread', options, (part: readonly MetricQuestion[]) =>
    readMetrics(client, part, options.clock),
  );
  return inParts(questions, METRICS_PER_CALL, read);
}

/**
 * What the alarm and the metric of one instance say together. Where one of them could not be read,
 * only an impairment is certain.
 */
function checkOf(instance: Instance, alarms: Checks, metrics: Checks): Check | undefined {
  const name = alarmOf(instance);
  const asked = [
    ...(name === undefined ? [] : [alarms.get(name)]),
    ...(instance.policy.applicationMetric === undefined ? [] : [metrics.get(instance.instanceId)]),
  ];
  const read = asked.filter((check) => check !== undefined);
  if (read.length === 0) return undefined;
  const verdict = together(read);
  return read.length === asked.length || verdict.status === 'impaired' ? verdict : undefined;
}

/** CloudWatch over its API: alarms and metrics of applications, read in batches. */
export function createApplicationPort(
  client: CloudWatchClient,
  options: ApplicationReadOptions,
): ApplicationPort {
  return {
    async read(instances) {
      const [alarms, metrics] = await Promise.all([
        alarmsOf(client, instances, options),
        metricsOf(client, instances, options),
      ]);
      const checks = new Map<string, Check>();
      for (const instance of instances) {
        const check = checkOf(instance, alarms, metrics);
        if (check !== undefined) checks.set(instance.instanceId, check);
      }
      return checks;
    },
  };
}
