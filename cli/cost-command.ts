import { InvalidArgumentError, type Command } from 'commander';
import type { Terminal } from './terminal';

const MOST_INSTANCES = 5_000;

const HELP = `
An hour of an idle fleet is run in the simulated account: what the watchdog used is counted, taken
for a month of 730 hours, and multiplied with the list prices of US East (N. Virginia), without any
free tier but for an account's first three dashboards; the configuration's "dashboard": false does
without. An incident adds cents. The latencies are simulated, so Lambda's time is an estimate.

Examples:
  $ watchdog cost
  $ watchdog cost --instances 1000 --json
`;

function parseInstances(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= 1 && count <= MOST_INSTANCES) return count;
  throw new InvalidArgumentError(
    `It must be a whole number from 1 to ${MOST_INSTANCES}, for instance --instances 100.`,
  );
}

/** Adds `cost` to the program. */
export function addCost(program: Command, terminal: Terminal): void {
  program
    .command('cost')
    .summary('what the watchdog costs a month, idle')
    .description('Measures what an idle watchdog uses, and what AWS asks for it a month.')
    .option('--instances <N>', 'how many instances it watches', parseInstances, 100)
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(async ({ instances, json }: { readonly instances: number; readonly json?: true }) => {
      const { idleUsage } = await import('../sim/idle-usage');
      const { billedParts, monthlyCost, totalUsd } = await import('./cost');
      const usage = await idleUsage(instances, 1);
      const lines = monthlyCost(usage, billedParts());
      const usd = Math.round(totalUsd(lines) * 100) / 100;
      if (json === true) {
        terminal.out(JSON.stringify({ instances, usd, usage, lines }));
        return;
      }
      const row = ([what = '', quantity = '', price = '', how = '']: readonly string[]): string =>
        `${what.padEnd(20)}${quantity.padStart(12)}  ${price.padStart(8)}  ${how}`.trimEnd();
      terminal.out(`Idle, ${instances} instances, a month of 730 hours, US dollars`);
      for (const { what, quantity, usd: price, unit, how } of lines) {
        const count = quantity < 100 ? quantity.toFixed(2) : String(Math.round(quantity));
        terminal.out(row([what, count, price.toFixed(2), `${unit}; ${how}`]));
      }
      terminal.out(row(['all', '', usd.toFixed(2)]));
    });
}
