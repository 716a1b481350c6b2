import { synthesizeTemplate } from '../lib/synthesize';
import type { IdleUsage } from '../sim/idle-usage';
import { PRICES } from './prices';

/** One line of the bill. */
export interface CostLine {
  readonly what: string;
  /** A month of 730 hours. */
  readonly quantity: number;
  readonly unit: string;
  readonly usd: number;
  readonly how: string;
}

const HOURS = 730;
/** Lambda's pollers of a queue: five at least, each asking three times a minute when idle. */
const POLLS_AN_HOUR = 5 * 3 * 60;
/** What an invocation writes: start, end and report lines, its metrics, a few lines of ours. */
const LOG_BYTES = 2_000;
const GB = 1_000_000_000;

type PriceName = keyof typeof PRICES;

function line(what: string, [quantity, name]: readonly [number, PriceName], how: string): CostLine {
  const { unit, usd } = PRICES[name];
  return { what, quantity, unit, usd: quantity * usd, how };
}

/** How many CloudWatch alarms the synthesized template has. */
export function alarmCount(): number {
  const { Resources = {} } = synthesizeTemplate() as {
    readonly Resources?: Readonly<Record<string, { readonly Type: string }>>;
  };
  return Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').length;
}

/** The monthly bill of an idle watchdog, from an hour's measured use and the stack's alarms. */
export function monthlyCost(usage: IdleUsage, alarms: number): readonly CostLine[] {
  const month = (anHour: number): number => anHour * HOURS;
  const measured = 'measured in the simulated account';
  return [
    line('Lambda time', [month(usage.lambdaSeconds), 'lambdaGbSecond'], measured),
    line('Lambda requests', [month(usage.sweeps), 'lambdaRequest'], measured),
    line('Scheduler', [month(60), 'schedulerInvocation'], 'one a minute'),
    line(
      'SQS',
      [month(usage.queueRequests + POLLS_AN_HOUR), 'queueRequest'],
      `${measured}, and five pollers`,
    ),
    line('DynamoDB reads', [month(usage.readUnits), 'readUnit'], measured),
    line('DynamoDB writes', [month(usage.writeUnits), 'writeUnit'], measured),
    line('CloudWatch alarms', [alarms, 'alarm'], 'counted in the template'),
    line('CloudWatch metrics', [usage.metrics.length, 'metric'], usage.metrics.join(', ')),
    line('CloudWatch Logs', [(month(usage.sweeps) * LOG_BYTES) / GB, 'logGb'], '2 kB each run'),
  ];
}

/** The sum, in US dollars. */
export const totalUsd = (lines: readonly CostLine[]): number =>
  lines.reduce((sum, { usd }) => sum + usd, 0);
