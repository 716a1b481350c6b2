import { Option, type Command } from 'commander';
import { readPause, type Pause } from '../lambda/core/pause';
import { nameOf, type InstanceView } from '../lambda/core/observation';
import { oneLine } from '../lambda/core/one-line';
import { OPERATOR_TAGS, OWN_TAGS } from '../lambda/core/tags';
import type { Duration, Instant } from '../lambda/core/time';
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
import { AccountError } from './account-error';
import { printDone, type Done } from './done';
import { endOf, parseLength, pauseWords, timeText } from './pause-time';
import type { PauseText } from './policy-pauses';
import { oneScope, policyMeant } from './scope';
import { instanceMeant, instanceText, shown } from './targets';

interface PauseOptions extends AccountOptions {
  readonly policy?: string;
  readonly until?: string;
  readonly for?: Duration;
  readonly reason?: string;
  readonly by?: string;
  readonly json?: true;
}

/** EC2 takes 256 characters of a tag's value; the time and a space go before. */
const NOTE_LIMIT = 220;

const { hold: HOLD, pauseUntil: PAUSE_UNTIL } = OPERATOR_TAGS;

const HELP = `
What AWS stops while it is paused is told and not started, also when the pause has ended since. One
act is finished all the same: what the watchdog itself has stopped it starts again.

An instance is paused by its tag ${PAUSE_UNTIL}, or without an end by ${HOLD};
a policy by an item of the incident table. A pause that stands is made longer, never shorter: for
that resume first.

With --json, one object: version, command, changed, scope, id, name, incidentId, text, notes, undo.

Examples:
  $ watchdog pause pod-23 --for 2h --reason 'deploying 4.2'
  $ watchdog pause i-0a1b2c3d4e5f60023 --until 2030-08-01T20:00+02:00
  $ watchdog pause pod-23 --reason 'repairing the disk'     without an end: resume it yourself
  $ watchdog pause --policy livechat --for 1h30m --reason 'moving the database'
${CREDENTIALS_HELP}${EXIT_HELP}`;

/** Adds `pause` to the program; `onExit` gets the exit code. */
export function addPause(
  program: Command,
  command: AccountCommand,
  onExit: (code: number) => void,
): void {
  const until = new Option('--until <ISO>', 'until this time, with its zone').conflicts('for');
  withAccountOptions(program.command('pause'))
    .summary('keep the watchdog off an instance or a policy')
    .description('Keeps the watchdog off an instance, or off all instances of a policy.')
    .argument('[INSTANCE]', 'the id or the name of a managed instance')
    .option('--policy <NAME>', 'all instances whose tag names this policy')
    .addOption(until)
    .option('--for <LENGTH>', 'for so long: 30m, 2h, 1h30m, 3d', parseLength)
    .option('--reason <TEXT>', 'why, for those who wonder')
    .option('--by <NAME>', 'who pauses it (default: the user of this machine)')
    .option('--json', 'one JSON object')
    .addHelpText('after', HELP)
    .action(async (target: string | undefined, options: PauseOptions) => {
      const scope = oneScope(target, options.policy);
      const account = await accountOf(options, command);
      const wish = wishOf(options, account.now(), command);
      const done =
        scope.kind === 'policy'
          ? await pausePolicy(scope.policy, wish, { account, options })
          : await pauseInstance(scope.target, wish, { account, options });
      printDone(done, options.json === true, command.terminal);
      onExit(0);
    });
}

/** What is asked for: until when, and what stands behind the time. */
interface Wish {
  readonly until: Instant | undefined;
  readonly note: string;
}

interface Asked {
  readonly account: Account;
  readonly options: PauseOptions;
}

function wishOf(options: PauseOptions, now: Instant, { surroundings }: AccountCommand): Wish {
  const { until, for: length, reason, by } = options;
  const end = endOf({ ...(until && { until }), ...(length && { length }) }, now);
  const who = `by ${by ?? surroundings.user}`;
  return {
    until: end,
    note: oneLine(reason === undefined ? who : `${reason}, ${who}`, NOTE_LIMIT),
  };
}

/** The tag, or the attribute of the policy's item, that the wish comes to. */
function textOf({ until, note }: Wish): PauseText {
  return until === undefined
    ? { kind: 'hold', text: note }
    : { kind: 'pauseUntil', text: `${timeText(until)} ${note}` };
}

const asPause = ({ until, note }: Wish): Exclude<Pause, { kind: 'none' }> =>
  until === undefined ? { kind: 'held', note } : { kind: 'paused', until, note };

/** Whether what stands lasts at least as long as what is asked for. */
function covers(pause: Pause, { until }: Wish): boolean {
  if (pause.kind === 'none') return false;
  if (pause.kind === 'held' || pause.until === undefined) return true;
  return until !== undefined && pause.until >= until;
}

async function pauseInstance(target: string, wish: Wish, asked: Asked): Promise<Done> {
  const { account, options } = asked;
  const view = instanceMeant(target, await account.views(), account);
  const before = readPause(view.tags, account.now());
  const done = {
    version: 1,
    command: 'pause',
    scope: 'instance',
    id: view.instanceId,
    name: nameOf(view),
    incidentId: null,
    undo: commandLine(['resume', view.instanceId], options),
  } as const;
  if (covers(before, wish)) return { ...done, ...unchanged(instanceText(view), before) };
  const { kind, text } = textOf(wish);
  await account.tag([view.instanceId], OPERATOR_TAGS[kind], text);
  return {
    ...done,
    changed: true,
    text: `${instanceText(view)} is ${pauseWords(asPause(wish))}.`,
    notes: [...replaced(before), ...underWay(view), LEFT_ALONE],
  };
}

const LEFT_ALONE =
  'What AWS stops meanwhile is told and not started, also when the pause has ended since.';

function unchanged(who: string, before: Pause): Pick<Done, 'changed' | 'text' | 'notes'> {
  const how = before.kind === 'none' ? 'not paused' : pauseWords(before);
  return {
    changed: false,
    text: `${who} is ${how} already: nothing was changed.`,
    notes: ['A pause is never made shorter: resume first, then pause anew.'],
  };
}

function replaced(before: Pause): readonly string[] {
  return before.kind === 'none' ? [] : [`It was ${pauseWords(before)}.`];
}

/** The watchdog may be in the middle of a stop and start of its own. */
function underWay({ state, tags }: InstanceView): readonly string[] {
  const word = tags[OWN_TAGS.ownStop] ?? 'none';
  const isDown = state === 'stopping' || state === 'stopped';
  return isDown && word !== 'none'
    ? [`It is ${state}, and the watchdog may have stopped it itself: then it starts it again.`]
    : [];
}

async function pausePolicy(name: string, wish: Wish, asked: Asked): Promise<Done> {
  const { account, options } = asked;
  const { policy, members } = await policyMeant(name, account);
  const was = await account.readPolicyPause(policy);
  const done = {
    version: 1,
    command: 'pause',
    scope: 'policy',
    id: policy,
    name: policy,
    incidentId: null,
    undo: commandLine(['resume', '--policy', policy], options),
  } as const;
  const who = `The policy ${shown(policy)}`;
  if (covers(was.pause, wish)) return { ...done, ...unchanged(who, was.pause) };
  if (!(await account.pausePolicy(was, textOf(wish)))) throw changedMeanwhile(policy);
  return {
    ...done,
    changed: true,
    text: `${who} is ${pauseWords(asPause(wish))}.`,
    notes: [
      ...replaced(was.pause),
      `It has ${members} ${members === 1 ? 'instance' : 'instances'}. ${LEFT_ALONE}`,
    ],
  };
}

/** Somebody else was at it between our read and our write. */
export function changedMeanwhile(policy: string): AccountError {
  return new AccountError(
    `Somebody changed the pause of the policy ${shown(policy)} at this moment.\n` +
      '  Look with watchdog status, and try again.',
  );
}
