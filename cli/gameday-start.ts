import { nameOf } from '../lambda/core/observation';
import { GAME_DAY_TAGS, OPERATOR_TAGS } from '../lambda/core/tags';
import {
  after,
  before,
  hours,
  iso,
  minutes,
  type Duration,
  type Instant,
} from '../lambda/core/time';
import type { AccountOptions } from './account-clients';
import { commandLine } from './account-command';
import { AccountError } from './account-error';
import type { Done } from './done';
import type { DeployedExperiment, StartedExperiment } from './gameday-port';
import { EXPERIMENTS, type Experiment } from './gameday-experiments';
import { checkAim, standingMark, type Aim, type GameDayAccount } from './gameday-target';
import { momentText } from './status-time';
import { instanceMeant, instanceText, shown } from './targets';
import { UsageError } from './usage-error';

/** How long the mark counts where nobody says otherwise: longer than any experiment takes. */
export const USUAL_MARK = hours(1);
/** The shortest: from the start to the stop, and CloudTrail's time are within it. */
const SHORTEST_MARK = minutes(15);
/** A forgotten mark makes the watchdog undo a stop: no longer than half a working day. */
const LONGEST_MARK = hours(4);

/** What is asked for. */
export interface StartAsked {
  readonly name: string;
  readonly instance: string;
  readonly account: GameDayAccount;
  readonly options: AccountOptions;
  /** How long the mark counts. */
  readonly length: Duration;
  /** The person has seen what comes and wants it. */
  readonly isSure: boolean;
}

/** What came of it: `false` where it still needs the person's word. */
export interface StartResult {
  readonly done: Done;
  readonly isStarted: boolean;
}

/**
 * The template of that name, where it is deployed.
 *
 * @throws AccountError when it is not, UsageError when there is no such experiment
 */
export function templateMeant(
  name: string,
  templates: readonly DeployedExperiment[],
): { readonly template: DeployedExperiment; readonly experiment: Experiment } {
  const template = templates.find((one) => one.name === name);
  const experiment = EXPERIMENTS.find((one) => one.name === name);
  if (experiment === undefined) {
    throw new UsageError({
      what: 'The experiment',
      actual: JSON.stringify(name),
      allowed: `one of ${EXPERIMENTS.map((one) => one.name).join(', ')}`,
      fix: 'Correct the name; `watchdog gameday list` tells what is deployed.',
    });
  }
  if (template !== undefined) return { template, experiment };
  const there = templates.map((one) => one.name).join(', ');
  throw new AccountError(
    `The experiment ${name} is not deployed in this account and Region.\n` +
      (there === ''
        ? '  No experiment is: docs/gameday.md tells how to deploy the stack of game days.'
        : `  Deployed are ${there}; docs/gameday.md tells what ${name} needs in cdk.json.`),
  );
}

/**
 * Marks the instance and starts the experiment, after everything that speaks against it was asked.
 *
 * @throws AccountError that says why not, UsageError for a length that is not allowed
 */
export async function startGameDay(asked: StartAsked): Promise<StartResult> {
  const { account, options } = asked;
  checkLength(asked.length);
  const { template, experiment } = templateMeant(asked.name, await account.experimentTemplates());
  const [fleet, views] = await Promise.all([account.readFleet(), account.views()]);
  const view = instanceMeant(asked.instance, views, account);
  const aim: Aim = { experiment, view, views, fleet, account, options };
  const known = await newest(account);
  const running = known.find(({ state }) => state === 'under-way');
  if (running !== undefined) return alreadyRuns(running, aim);
  await checkAim(aim);
  const [volumeId] = experiment.onVolume ? [await volumeOf(aim)] : [];
  const roleArn = await account.experimentRole(template.templateId);
  const until = markOfLostStart(aim, { roleArn, known }) ?? after(account.now(), asked.length);
  const plan: Plan = { aim, template, roleArn, until, volumeId };
  return asked.isSure ? carryOut(plan) : tellPlan(plan);
}

function checkLength(length: Duration): void {
  if (length >= SHORTEST_MARK && length <= LONGEST_MARK) return;
  throw new UsageError({
    what: 'The length of the mark (--for)',
    actual: `${length / 60_000} min`,
    allowed: `from ${SHORTEST_MARK / 60_000} min to ${LONGEST_MARK / 3_600_000} h`,
    fix: 'As long as it counts, the watchdog undoes stops by the experiment.',
  });
}

/** The newest experiments of ours, on whatever. */
async function newest(account: GameDayAccount): Promise<readonly StartedExperiment[]> {
  const templates = await account.experimentTemplates();
  return (await Promise.all(templates.map((one) => account.experimentsOf(one)))).flat();
}

/**
 * The end of a mark that was written for a start of which FIS shows nothing: its answer was lost.
 * With the same end the token is the same, so that trying again starts no second experiment.
 * Otherwise a mark that stands is of a game day that is over, and its token is used up.
 */
function markOfLostStart(
  aim: Aim,
  { roleArn, known }: { readonly roleArn: string; readonly known: readonly StartedExperiment[] },
): Instant | undefined {
  const { account, experiment, view } = aim;
  const until = standingMark(aim, roleArn)?.until;
  if (until === undefined || until < after(account.now(), SHORTEST_MARK)) return undefined;
  const isUsed = known.some(
    ({ name, instanceId, startedAt }) =>
      name === experiment.name &&
      instanceId === view.instanceId &&
      startedAt > before(until, LONGEST_MARK),
  );
  return isUsed ? undefined : until;
}

function alreadyRuns(running: StartedExperiment, aim: Aim): StartResult {
  const { id, name, instanceId } = running;
  if (name !== aim.experiment.name || instanceId !== aim.view.instanceId) {
    throw new AccountError(
      `The experiment ${shown(name)} (${id}) is under way on ` +
        `${shown(instanceId ?? 'something')}.\n` +
        '  One at a time: wait until it is over, or stop it: ' +
        `aws fis stop-experiment --id ${id}`,
    );
  }
  const text = `${name} is under way on ${instanceText(aim.view)} already: ${id}.`;
  const done = { ...doneFor(aim), changed: false, text, notes: [next(aim, id)], undo: null };
  return { done, isStarted: true };
}

/** The one volume whose owners consent. */
async function volumeOf({ account, view }: Aim): Promise<string> {
  const volumes = await account.consentedVolumes(view.instanceId);
  const [volumeId] = volumes;
  if (volumeId !== undefined && volumes.length === 1) return volumeId;
  throw new AccountError(
    `${volumes.length === 0 ? 'No volume' : `${volumes.length} volumes`} of ` +
      `${instanceText(view)} may take part: exactly one must carry ` +
      `${GAME_DAY_TAGS.consent} = yes.\n` +
      '  Its owners tag the data volume, never the root volume: the agent must go on.',
  );
}

/** Everything is asked: what would be done. */
interface Plan {
  readonly aim: Aim;
  readonly template: DeployedExperiment;
  readonly roleArn: string;
  readonly until: Instant;
  readonly volumeId: string | undefined;
}

const doneFor = ({ view }: Aim): Omit<Done, 'changed' | 'text' | 'notes' | 'undo'> => ({
  version: 1,
  command: 'gameday start',
  scope: 'instance',
  id: view.instanceId,
  name: nameOf(view),
  incidentId: null,
});

const next = ({ options }: Aim, id: string): string =>
  `When it is over: ${commandLine(['gameday', 'verify', id], options)}`;

function tellPlan({ aim, template, until }: Plan): StartResult {
  const done: Done = {
    ...doneFor(aim),
    changed: false,
    text: `${template.name} would be started on ${instanceText(aim.view)}. Nothing was done yet.`,
    notes: [
      template.description,
      `Its mark would count until ${momentText(iso(until))}.`,
      'If that is what you want, and the owners of the service know of it: add --yes.',
    ],
    undo: null,
  };
  return { done, isStarted: false };
}

async function carryOut({ aim, template, roleArn, until, volumeId }: Plan): Promise<StartResult> {
  const { account, view } = aim;
  const { instanceId } = view;
  const target = { [GAME_DAY_TAGS.target]: template.name };
  await account.mark(instanceId, {
    ...target,
    [OPERATOR_TAGS.gameDay]: `${iso(until)} ${roleArn}`,
  });
  if (volumeId !== undefined) await account.mark(volumeId, target);
  const token = `watchdog-${template.templateId}-${instanceId}-${until}`;
  const started = await begun({ template, instanceId, token }, aim);
  const done: Done = {
    ...doneFor(aim),
    changed: true,
    text: `Started ${template.name} on ${instanceText(view)}: ${started.id}.`,
    notes: [
      `Its mark counts until ${momentText(iso(until))}.`,
      next(aim, started.id),
      'A server that FIS stopped is not started by stopping the experiment.',
    ],
    undo: `aws fis stop-experiment --id ${started.id}`,
  };
  return { done, isStarted: true };
}

/**
 * The tags stay where the answer is not known: FIS may have begun, and without its mark the stop
 * would be taken for a person's and not be undone.
 */
async function begun(
  start: Parameters<GameDayAccount['startExperiment']>[0],
  { account, options, view }: Aim,
): Promise<StartedExperiment> {
  try {
    return await account.startExperiment(start);
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    const line = commandLine(
      ['gameday', 'start', start.template.name, '--instance', view.instanceId, '--yes'],
      options,
    );
    throw new AccountError(
      `${error.message}\n  The marks stand on the instance. The same line again starts no second ` +
        `experiment: ${line}`,
    );
  }
}
