import { synthesizeTemplate } from '../lib/synthesize';
import type { IdleUsage } from '../sim/idle-usage';
import { FREE_DASHBOARDS, PRICES } from './prices';

/** One line of the bill. */
export interface CostLine {
  readonly what: string;
  /** A month of 730 hours. */
  readonly quantity: number;
  readonly unit: string;
  readonly usd: number;
  /** What one unit costs, in US dollars. */
  readonly price: number;
  readonly how: string;
}

const HOURS = 730;
/** Lambda's pollers of a queue: five at least, each asking three times a minute when idle. */
const POLLS_AN_HOUR = 5 * 3 * 60;
/** What an invocation writes: start, end and report lines, its metrics, a few lines of ours. */
const LOG_BYTES = 2_000;
const GB = 1_000_000_000;
/** So often a month somebody opens the dashboard, or looks again, at a day of the log. */
const LOOKS = 100;

type PriceName = keyof typeof PRICES;

function line(what: string, [quantity, name]: readonly [number, PriceName], how: string): CostLine {
  const { unit, usd } = PRICES[name];
  return { what, quantity, unit, usd: quantity * usd, price: usd, how };
}

/** What of a stack is billed for being there, and not for its use. */
export interface BilledParts {
  readonly alarms: number;
  readonly dashboards: number;
  /** Questions to the log that each look at a dashboard asks. */
  readonly dashboardQueries: number;
}

/** Counts what the synthesized template has of it. */
export function billedParts(): BilledParts {
  const { Resources = {} } = synthesizeTemplate() as {
    readonly Resources?: Readonly<Record<string, { readonly Type: string }>>;
  };
  const ofType = (type: string): readonly unknown[] =>
    Object.values(Resources).filter(({ Type }) => Type === type);
  const dashboards = ofType('AWS::CloudWatch::Dashboard');
  return {
    alarms: ofType('AWS::CloudWatch::Alarm').length,
    dashboards: dashboards.length,
    // Each query begins with its log group.
    dashboardQueries: JSON.stringify(dashboards).split("SOURCE '").length - 1,
  };
}

/** The monthly bill of an idle watchdog, from an hour's measured use and what the stack has. */
export function monthlyCost(usage: IdleUsage, parts: BilledParts): readonly CostLine[] {
  const month = (anHour: number): number => anHour * HOURS;
  const dayOfLogGb = (usage.sweeps * 24 * LOG_BYTES) / GB;
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
    line('CloudWatch alarms', [parts.alarms, 'alarm'], 'counted in the template'),
    line('CloudWatch metrics', [usage.metrics.length, 'metric'], usage.metrics.join(', ')),
    line('CloudWatch Logs', [(month(usage.sweeps) * LOG_BYTES) / GB, 'logGb'], '2 kB each run'),
    line(
      'Logs Insights',
      [LOOKS * parts.dashboardQueries * dayOfLogGb, 'logScanGb'],
      `${LOOKS} looks at the dashboard, a day each; the saved queries cost nothing unasked`,
    ),
    line(
      'CloudWatch dashboard',
      [Math.max(0, parts.dashboards - FREE_DASHBOARDS), 'dashboard'],
      `${parts.dashboards} in the template; an account's first ${FREE_DASHBOARDS} are free`,
    ),
  ];
}

/** The sum, in US dollars. */
export const totalUsd = (lines: readonly CostLine[]): number =>
  lines.reduce((sum, { usd }) => sum + usd, 0);
