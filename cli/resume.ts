import type { Command } from 'commander';
import { nameOf, type InstanceView } from '../lambda/core/observation';
import { oneLine } from '../lambda/core/one-line';
import { readPause, type Pause } from '../lambda/core/pause';
import { OPERATOR_TAGS, OPT_IN_TAG } from '../lambda/core/tags';
import type { Account } from './account';
import type { AccountOptions } from './account-clients';
import {
  accountOf,
  commandLine,
  CREDENTIALS_HELP,
  EXIT_HELP,
  withAccountOptions,
  type AccountCommand,
} from './account-command';
import { printDone, type Done } from './done';
import { changedMeanwhile } from './pause';
import { pauseWords, timeText } from './pause-time';
import { oneScope, policyMeant } from './scope';
import type { FleetRead } from './table-reads';
import { instanceMeant, instanceText, shown } from './targets';

interface ResumeOptions extends AccountOptions {
  readonly policy?: string;
  readonly json?: true;
}

const { hold: HOLD, pauseUntil: PAUSE_UNTIL } = OPERATOR_TAGS;

const HELP = `
Removes the tags ${PAUSE_UNTIL} and ${HOLD} from an instance, or the pause of a
policy from the incident table; what stands on single instances of the policy stays.

What the watchdog was already trying to start goes on. What AWS stopped during the pause stays a
person's: start it by hand, and the watchdog verifies it.

With --json, one object: version, command, changed, scope, id, name, incidentId, text, notes, undo.

Examples:
  $ watchdog resume pod-23
  $ watchdog resume --policy livechat --profile livechat --region us-east-1
${CREDENTIALS_HELP}${EXIT_HELP}`;

/** Adds `resume` to the program; `onExit` gets the exit code. */
export function addResume(
  program: Command,
  command: AccountCommand,
  onExit: (code: number) => void,
): void {
  withAccountOptions(program.command('resume'))
    .summary('lift the pause of an instance or a policy')
    .description('Lifts the pause or the hold of an instance, or of a policy.')
    .argument('[INSTANCE]', 'the id or the name of a managed instance')
    .option('--policy <NAME>', 'the pause of this policy')
    .option('--json', 'one JSON object')
    .addHelpText('after', HELP)
    .action(async (target: string | undefined, options: ResumeOptions) => {
      const scope = oneScope(target, options.policy);
      const account = await accountOf(options, command);
      const done =
        scope.kind === 'policy'
          ? await resumePolicy(scope.policy, { account, options })
          : await resumeInstance(scope.target, { account, options });
      printDone(done, options.json === true, command.terminal);
      onExit(0);
    });
}

interface Asked {
  readonly account: Account;
  readonly options: ResumeOptions;
}

const NOTE_LIMIT = 280;

const wasPaused = (pause: Pause): string =>
  pause.kind === 'none' ? 'over already' : pauseWords(pause);

/** The words that pause it anew in the same way; null where nothing was lifted. */
function again(scope: readonly string[], pause: Pause, { options }: Asked): string | null {
  if (pause.kind === 'none') return null;
  const until = pause.kind === 'paused' ? pause.until : undefined;
  const end = until === undefined ? [] : ['--until', timeText(until)];
  return commandLine(['pause', ...scope, ...end, ...noteOptions(pause.note)], options);
}

/** The options that write a note anew: `pause` puts the name behind the reason. */
function noteOptions(note: string): readonly string[] {
  const [, why, who] = /^(?:(.*), )?by ([^,]+)$/.exec(note) ?? ['', note];
  const printable = (text: string): string => oneLine(text, NOTE_LIMIT);
  return [
    ...(why === undefined || why === '' ? [] : ['--reason', printable(why)]),
    ...(who === undefined ? [] : ['--by', printable(who)]),
  ];
}

async function resumeInstance(target: string, asked: Asked): Promise<Done> {
  const { account } = asked;
  const [fleet, views] = await Promise.all([account.readFleet(), account.views()]);
  const view = instanceMeant(target, views, account);
  const before = readPause(view.tags, account.now());
  const there = [OPERATOR_TAGS.hold, OPERATOR_TAGS.pauseUntil].filter(
    (key) => view.tags[key] !== undefined,
  );
  if (there.length > 0) await account.untag([view.instanceId], there);
  const who = instanceText(view);
  return {
    version: 1,
    command: 'resume',
    changed: there.length > 0,
    scope: 'instance',
    id: view.instanceId,
    name: nameOf(view),
    incidentId: null,
    text:
      there.length > 0
        ? `${who} is in the watchdog's hands again; it was ${wasPaused(before)}.`
        : `${who} is not paused: nothing was changed.`,
    notes: [...policyStill(view, fleet, asked), ...stoppedMeanwhile(view, fleet)],
    undo: again([view.instanceId], before, asked),
  };
}

/** The pause of its whole policy goes on. */
function policyStill(
  { tags }: InstanceView,
  { policyPauses }: FleetRead,
  { options }: Asked,
): readonly string[] {
  const policy = tags[OPT_IN_TAG]?.trim() ?? '';
  const pause = policyPauses.get(policy);
  if (pause === undefined || pause.kind === 'none') return [];
  const lift = commandLine(['resume', '--policy', policy], options);
  return [`Its policy ${shown(policy)} is still ${wasPaused(pause)}: ${lift}`];
}

/** What was stopped while it was paused stays a person's, however long ago the pause ended. */
function stoppedMeanwhile(
  { instanceId, state }: InstanceView,
  { records }: FleetRead,
): readonly string[] {
  const incident = records.get(instanceId)?.incident;
  const isOpen = incident !== undefined && incident.resolved === undefined;
  if (!isOpen || incident.mandate.kind !== 'hands-off' || state === 'running') return [];
  return [
    `It is ${state}, and the watchdog does not start it (${incident.mandate.reason}): ` +
      `aws ec2 start-instances --instance-ids ${instanceId}`,
  ];
}

async function resumePolicy(name: string, asked: Asked): Promise<Done> {
  const { account } = asked;
  const { policy, members } = await policyMeant(name, account);
  const was = await account.readPolicyPause(policy);
  const isThere = was.item !== undefined;
  if (isThere && !(await account.resumePolicy(was))) throw changedMeanwhile(policy);
  const who = `The policy ${shown(policy)}`;
  return {
    version: 1,
    command: 'resume',
    changed: isThere,
    scope: 'policy',
    id: policy,
    name: policy,
    incidentId: null,
    text: isThere
      ? `${who} (${members} ${members === 1 ? 'instance' : 'instances'}) is in the watchdog's ` +
        `hands again; it was ${wasPaused(was.pause)}.`
      : `${who} is not paused as a whole: nothing was changed.`,
    notes: await pausedAlone(policy, account),
    undo: again(['--policy', policy], was.pause, asked),
  };
}

/** Instances under it that carry a pause of their own. */
async function pausedAlone(policy: string, account: Account): Promise<readonly string[]> {
  const paused = (await account.views()).filter(
    ({ tags }) =>
      tags[OPT_IN_TAG]?.trim() === policy && readPause(tags, account.now()).kind !== 'none',
  );
  const [one, ...others] = paused;
  if (one === undefined) return [];
  const rest = others.length === 0 ? '' : ` and ${others.length} more`;
  return [`Paused by their own tags still: ${instanceText(one)}${rest}.`];
}
