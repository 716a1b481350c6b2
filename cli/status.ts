import type { Command } from 'commander';
import type { AccountOptions } from './account-clients';
import {
  accountOf,
  CREDENTIALS_HELP,
  EXIT_HELP,
  withAccountOptions,
  type AccountCommand,
} from './account-command';
import { policyMeant } from './scope';
import { statusOf } from './status-facts';
import type { Status } from './status-form';
import { statusText } from './status-text';

interface StatusOptions extends AccountOptions {
  readonly policy?: string;
  readonly open?: true;
  readonly instances?: true;
  readonly json?: true;
}

/** Where the stack names no runbook of its own. */
const RUNBOOK = 'docs/runbook.md';

const HELP = `
ACT marks what waits for a person, ACK what somebody has in hand (watchdog ack); "now" is the last
decision with its reason, which is a section of the runbook. What somebody stopped on purpose stays
open until it is started, and calls nobody.

With --json, one object, documented in docs/cli.md: version, at, region, table, watchdog, policies,
instances, incidents, pauses, plans, storm, undelivered, zoneStorms, unreadable, warnings.

Examples:
  $ watchdog status
  $ watchdog status --open --policy livechat
  $ watchdog status --profile livechat --region us-east-1 --json | jq '.incidents[].id'
${CREDENTIALS_HELP}${EXIT_HELP}`;

/** Adds `status` to the program; `onExit` gets the exit code. */
export function addStatus(
  program: Command,
  command: AccountCommand,
  onExit: (code: number) => void,
): void {
  withAccountOptions(program.command('status'))
    .summary('what is managed, open, paused and planned')
    .description('Tells what the deployed watchdog manages, and what is open, paused and planned.')
    .option('--policy <NAME>', 'only what this policy is about')
    .option('--open', 'only what is open')
    .option('--instances', 'list every instance, also of a large fleet')
    .option('--json', 'one JSON object')
    .addHelpText('after', HELP)
    .action(async (options: StatusOptions) => {
      await tellStatus(options, command);
      onExit(0);
    });
}

async function tellStatus(options: StatusOptions, command: AccountCommand): Promise<void> {
  const { terminal } = command;
  const account = await accountOf(options, command);
  const [fleet, views, deployed] = await Promise.all([
    account.readFleet(),
    account.views(),
    account.deployed(),
  ]);
  const policy =
    options.policy === undefined
      ? undefined
      : (await policyMeant(options.policy, account, views)).policy;
  const status = only(
    statusOf({
      region: account.region,
      table: account.table,
      now: account.now(),
      fleet,
      views,
      deployed,
      timeZone: deployed.timeZone ?? 'UTC',
    }),
    { policy, isOpenOnly: options.open === true },
  );
  terminal.out(
    options.json === true
      ? JSON.stringify(status)
      : statusText(status, {
          colors: terminal.colors,
          isOpenOnly: options.open === true,
          isEveryInstance: options.instances === true,
          runbook: deployed.runbookUrl ?? RUNBOOK,
        }),
  );
}

interface Filter {
  readonly policy: string | undefined;
  readonly isOpenOnly: boolean;
}

/** The part of a status that is asked for; what is of the whole fleet stays. */
function only(status: Status, { policy, isOpenOnly }: Filter): Status {
  const isMeant = (name: string): boolean => policy === undefined || name === policy;
  const incidents = status.incidents.filter((one) => isMeant(one.policy));
  const open = new Set(incidents.map(({ instanceId }) => instanceId));
  const instances = status.instances.filter(
    (one) => isMeant(one.policy) && (!isOpenOnly || open.has(one.instanceId)),
  );
  const ids = new Set(instances.map(({ instanceId }) => instanceId));
  return {
    ...status,
    incidents,
    instances,
    policies: status.policies.filter(({ name }) => isMeant(name)),
    pauses: status.pauses.filter(({ scope, id }) =>
      scope === 'policy' ? isMeant(id) : ids.has(id),
    ),
    plans: status.plans.filter(({ instanceId }) => ids.has(instanceId)),
    undelivered: status.undelivered.filter(
      ({ instanceId }) => policy === undefined || ids.has(instanceId),
    ),
  };
}
