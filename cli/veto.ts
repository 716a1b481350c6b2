import type { Command } from 'commander';
import { nameOf, type InstanceView } from '../lambda/core/observation';
import { moveWish } from '../lambda/core/planned-move';
import { OPERATOR_TAGS } from '../lambda/core/tags';
import { iso } from '../lambda/core/time';
import type { AccountOptions } from './account-clients';
import type { Account } from './account';
import {
  accountOf,
  commandLine,
  CREDENTIALS_HELP,
  EXIT_HELP,
  withAccountOptions,
  type AccountCommand,
} from './account-command';
import { AccountError } from './account-error';
import { printDone, type Done } from './done';
import { momentText } from './status-time';
import type { FleetRead } from './table-reads';
import { instanceMeant, instanceText } from './targets';

interface VetoOptions extends AccountOptions {
  readonly lift?: true;
  readonly json?: true;
}

const MOVE = OPERATOR_TAGS.move;

const HELP = `
Writes the tag ${MOVE} = veto: the server is not moved for work that AWS announced, this
time and every other one until the veto is lifted. AWS then does with it what it announced. To have
it moved at once, see "Planned moves" in the runbook.

With --json, one object: version, command, changed, scope, id, name, incidentId, text, notes, undo.

Examples:
  $ watchdog veto pod-23
  $ watchdog veto pod-23 --lift
${CREDENTIALS_HELP}${EXIT_HELP}`;

/** Adds `veto` to the program; `onExit` gets the exit code. */
export function addVeto(
  program: Command,
  command: AccountCommand,
  onExit: (code: number) => void,
): void {
  withAccountOptions(program.command('veto'))
    .summary('keep an instance from being moved as planned')
    .description('Keeps the watchdog from moving an instance for work that AWS announced.')
    .argument('<INSTANCE>', 'the id or the name of a managed instance')
    .option('--lift', 'take the veto back')
    .option('--json', 'one JSON object')
    .addHelpText('after', HELP)
    .action(async (target: string, options: VetoOptions) => {
      const account = await accountOf(options, command);
      const [fleet, views] = await Promise.all([account.readFleet(), account.views()]);
      const view = instanceMeant(target, views, account);
      const asked = { account, fleet, options };
      const done = options.lift === true ? await lift(view, asked) : await veto(view, asked);
      printDone(done, options.json === true, command.terminal);
      onExit(0);
    });
}

interface Asked {
  readonly account: Account;
  readonly fleet: FleetRead;
  readonly options: VetoOptions;
}

const doneFor = (view: InstanceView): Omit<Done, 'changed' | 'text' | 'notes' | 'undo'> => ({
  version: 1,
  command: 'veto',
  scope: 'instance',
  id: view.instanceId,
  name: nameOf(view),
  incidentId: null,
});

async function veto(view: InstanceView, { account, fleet, options }: Asked): Promise<Done> {
  const who = instanceText(view);
  const undo = commandLine(['veto', view.instanceId, '--lift'], options);
  if (moveWish(view) === 'veto') {
    const text = `${who} is vetoed already: nothing was changed.`;
    return { ...doneFor(view), changed: false, text, notes: [], undo };
  }
  const record = fleet.records.get(view.instanceId);
  const plan = record?.plan;
  const isOpen = record?.incident?.condition === 'planned';
  if (plan === undefined && !isOpen) {
    throw new AccountError(
      `No move of ${who} is planned: there is nothing to veto.\n` +
        '  watchdog status lists planned moves; watchdog pause keeps the watchdog off altogether.',
    );
  }
  await account.tag([view.instanceId], OPERATOR_TAGS.move, 'veto');
  return {
    ...doneFor(view),
    changed: true,
    text: `${who} is not moved as planned.`,
    notes: [
      ...(plan === undefined ? [] : [`AWS begins at ${momentText(iso(plan.deadline))}.`]),
      'The veto holds for every planned move until it is lifted.',
    ],
    undo,
  };
}

async function lift(view: InstanceView, { account, options }: Asked): Promise<Done> {
  const who = instanceText(view);
  const isThere = moveWish(view) === 'veto';
  if (isThere) await account.untag([view.instanceId], [OPERATOR_TAGS.move]);
  return {
    ...doneFor(view),
    changed: isThere,
    text: isThere
      ? `${who} may be moved as planned again.`
      : `${who} carries no veto: nothing was changed.`,
    notes: [],
    undo: isThere ? commandLine(['veto', view.instanceId], options) : null,
  };
}
