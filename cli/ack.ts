import type { Command } from 'commander';
import { acknowledgedOnTag } from '../lambda/core/acknowledged';
import { servedAfter, type Incident } from '../lambda/core/incident';
import { nameOf, type InstanceView } from '../lambda/core/observation';
import { oneLine } from '../lambda/core/one-line';
import { OPERATOR_TAGS } from '../lambda/core/tags';
import { iso } from '../lambda/core/time';
import type { Account } from './account';
import type { AccountOptions } from './account-clients';
import {
  accountOf,
  awsLine,
  CREDENTIALS_HELP,
  EXIT_HELP,
  withAccountOptions,
  type AccountCommand,
} from './account-command';
import { AccountError } from './account-error';
import { printDone, type Done } from './done';
import { momentText } from './status-time';
import type { FleetRead, IncidentRecord } from './table-reads';
import { instanceMeant, instanceText, shown } from './targets';

interface AckOptions extends AccountOptions {
  readonly note?: string;
  readonly by?: string;
  readonly json?: true;
}

/** The watchdog keeps so much of who has it in hand; EC2 would take more. */
const WHO_LIMIT = 60;

const TAG = OPERATOR_TAGS.acknowledged;

const HELP = `
A page that nobody acknowledges is sent again after 5 and after 15 minutes. This says that somebody
has it in hand: it writes the tag ${TAG} on the instance, and the next look of the watchdog,
a minute away at most, takes note. It changes nothing of what is done, and what happens anew
(another reason, serving again) is told all the same.

Refused where no page stands: it would keep quiet one that is still to come.

With --json, one object a line for each: version, command, changed, scope, id, name, incidentId,
text, notes, undo.

Examples:
  $ watchdog ack pod-23-20240801-1210-0023
  $ watchdog ack pod-23 --note 'moving it to another zone'
  $ watchdog ack i-0a1b2c3d4e5f60023 --by 'night shift' --profile livechat --region us-east-1
  $ watchdog ack $(watchdog status --json | jq -r '.incidents[] | select(.attention ==
      "needs-person" and .acknowledged == null).id')
${CREDENTIALS_HELP}${EXIT_HELP}`;

/** Adds `ack` to the program; `onExit` gets the exit code. */
export function addAck(
  program: Command,
  command: AccountCommand,
  onExit: (code: number) => void,
): void {
  withAccountOptions(program.command('ack'))
    .summary('say that a page is in hand: it is not repeated')
    .description('Says that somebody has a page in hand, so that it is not sent again.')
    .argument('<INCIDENT|INSTANCE...>', 'ids of incidents, or ids or names of instances')
    .option('--note <TEXT>', 'what is being done about it')
    .option('--by <NAME>', 'who has it in hand (default: the user of this machine)')
    .option('--json', 'one JSON object a line for each')
    .addHelpText('after', HELP)
    .action(async (targets: readonly string[], options: AckOptions) => {
      onExit(await acknowledge(targets, options, command));
    });
}

async function acknowledge(
  targets: readonly string[],
  options: AckOptions,
  command: AccountCommand,
): Promise<number> {
  const account = await accountOf(options, command);
  const [fleet, views] = await Promise.all([account.readFleet(), account.views()]);
  const who = whoOf(options, command);
  let code = 0;
  for (const target of targets) {
    try {
      const page = await pageMeant(target, { account, fleet, views });
      const done = await acknowledgePage(page, who, { account, options });
      printDone(done, options.json === true, command.terminal);
    } catch (error) {
      // The others are acknowledged all the same.
      if (!(error instanceof AccountError)) throw error;
      command.terminal.err(error.message);
      code = 1;
    }
  }
  return code;
}

function whoOf({ by, note }: AckOptions, { surroundings }: AccountCommand): string {
  const name = by ?? surroundings.user;
  return oneLine(note === undefined ? name : `${name}: ${note}`, WHO_LIMIT);
}

interface Asked {
  readonly account: Account;
  readonly options: AckOptions;
}

/** An open incident, and the instance that it is about. */
interface Page {
  readonly view: InstanceView;
  readonly incident: Incident;
}

interface Present {
  readonly account: Account;
  readonly fleet: FleetRead;
  readonly views: readonly InstanceView[];
}

async function pageMeant(target: string, present: Present): Promise<Page> {
  const { account, fleet, views } = present;
  const open = openIn(fleet);
  const byId = open.find(({ incident }) => incident.id === target.trim());
  if (byId !== undefined) {
    const view = views.find(({ instanceId }) => instanceId === byId.instanceId);
    if (view === undefined) throw notTagged(byId);
    return { view, incident: byId.incident };
  }
  const over = await account.readIncident(target.trim());
  if (over !== undefined) throw isOver(over);
  const view = instanceOrNothing(target, present, open);
  const mine = open.find(({ instanceId }) => instanceId === view.instanceId);
  if (mine === undefined) {
    throw new AccountError(
      `Nothing is open for ${instanceText(view)}.\n  watchdog status --open lists what is.`,
    );
  }
  return { view, incident: mine.incident };
}

function openIn({ records }: FleetRead): readonly IncidentRecord[] {
  return [...records.values()].filter(
    (record): record is IncidentRecord =>
      record.incident !== undefined && record.incident.resolved === undefined,
  );
}

/** What looks like an incident's id is told as such: nobody calls a server that. */
function instanceOrNothing(
  target: string,
  { account, views }: Present,
  open: readonly IncidentRecord[],
): InstanceView {
  if (!/-\d{8}-\d{4}-/.test(target)) return instanceMeant(target, views, account);
  const ids = open.map(({ incident }) => incident.id);
  throw new AccountError(
    `No incident ${shown(target)} is known in ${account.region}.\n` +
      (ids.length === 0
        ? '  None is open. Check --region and --profile.'
        : `  Open: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ' …' : ''}.`),
  );
}

function isOver({ incident }: IncidentRecord): AccountError {
  const { id, resolved } = incident;
  const when =
    resolved === undefined ? '' : ` at ${momentText(iso(resolved.at))} (${resolved.reason})`;
  return new AccountError(`The incident ${id} ended${when}.\n  There is nothing to acknowledge.`);
}

function notTagged({ incident, instanceId }: IncidentRecord): AccountError {
  return new AccountError(
    `EC2 does not show ${instanceId} with the opt-in tag: ${incident.id} cannot be acknowledged ` +
      'on it.\n  The watchdog lets go of it within a minute or so.',
  );
}

async function acknowledgePage(
  { view, incident }: Page,
  who: string,
  { account, options }: Asked,
): Promise<Done> {
  const done = {
    version: 1,
    command: 'ack',
    scope: 'instance',
    id: view.instanceId,
    name: nameOf(view),
    incidentId: incident.id,
  } as const;
  const known = acknowledgedBy(incident, view);
  if (known !== undefined) {
    const text = `${instanceText(view)}: ${incident.id} is acknowledged already, ${known}.`;
    return { ...done, changed: false, text, notes: [], undo: null };
  }
  const page = standingPage(incident);
  if (page === undefined) throw noPage(view, incident);
  await account.tag([view.instanceId], OPERATOR_TAGS.acknowledged, `${incident.id} ${who}`);
  return {
    ...done,
    changed: true,
    text: `Acknowledged ${incident.id} (${page.reason}) of ${instanceText(view)}, by ${who}.`,
    notes: [
      'This page is not sent again.',
      'It counts from the next look, a minute away at most. From then on it stands until the ' +
        'incident is over, whatever becomes of the tag.',
    ],
    // It takes it back only before that look: none of ours, so that nobody relies on it.
    undo: awsLine(['ec2', 'delete-tags', ...whichTag(view)], options),
  };
}

/** The last call for a person, unless it served since then. */
function standingPage(incident: Incident): Incident['escalated'][number] | undefined {
  const page = incident.escalated.at(-1);
  return page !== undefined && servedAfter(incident, page.at) ? undefined : page;
}

const whichTag = ({ instanceId }: InstanceView): readonly string[] => [
  '--resources',
  instanceId,
  '--tags',
  `Key=${OPERATOR_TAGS.acknowledged}`,
];

/** Refused: no page stands, and the acknowledgement would hold for one to come. */
function noPage(view: InstanceView, incident: Incident): AccountError {
  return new AccountError(
    `No page of ${incident.id} (${instanceText(view)}) stands: there is nothing to ` +
      'acknowledge.\n  If one comes, acknowledge it then. To keep the watchdog off the ' +
      'instance: watchdog pause.',
  );
}

/** By whom, and since when, as the record or a tag that was not looked at yet tells. */
function acknowledgedBy(incident: Incident, { tags }: InstanceView): string | undefined {
  const { acknowledged } = incident;
  if (acknowledged !== undefined) {
    return `by ${acknowledged.by || 'somebody'} at ${momentText(iso(acknowledged.at))}`;
  }
  const who = acknowledgedOnTag(incident, tags);
  if (who === undefined) return undefined;
  return `by ${who === '' ? 'somebody' : who}, on the tag`;
}
