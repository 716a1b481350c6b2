import { readGameDay, type GameDay } from '../lambda/core/game-day';
import type { InstanceView } from '../lambda/core/observation';
import { describePause, readPause } from '../lambda/core/pause';
import { GAME_DAY_TAGS, OPT_IN_TAG } from '../lambda/core/tags';
import type { AccountOptions } from './account-clients';
import { awsLine } from './account-command';
import { AccountError } from './account-error';
import type { Account } from './account';
import type { Experiment } from './gameday-experiments';
import type { GameDays } from './gameday-port';
import type { FleetRead } from './table-reads';
import { instanceText, shown } from './targets';

/** The deployed watchdog, with its game days. */
export type GameDayAccount = Account & GameDays;

/** An instance that an experiment is to be aimed at, and what is known around it. */
export interface Aim {
  readonly experiment: Experiment;
  readonly view: InstanceView;
  readonly views: readonly InstanceView[];
  readonly fleet: FleetRead;
  readonly account: GameDayAccount;
  readonly options: AccountOptions;
}

const isOpen = (fleet: FleetRead, instanceId: string): string | undefined => {
  const incident = fleet.records.get(instanceId)?.incident;
  return incident === undefined || incident.resolved !== undefined ? undefined : incident.id;
};

/**
 * Refuses an instance whose game day would harm somebody, or could show nothing.
 *
 * @throws AccountError that says why, and how to mend it
 */
export async function checkAim(aim: Aim): Promise<void> {
  const { view } = aim;
  checkConsent(aim);
  if (view.state !== 'running') {
    throw new AccountError(`${instanceText(view)} is ${view.state}.\n  Start with one that runs.`);
  }
  checkIncidents(aim);
  checkPause(aim);
  checkEnrolled(aim);
  await checkMode(aim);
  checkAlone(aim);
}

/** The owners' word: without it nobody breaks their server. */
function checkConsent({ view, options }: Aim): void {
  if (view.tags[GAME_DAY_TAGS.consent]?.trim() === 'yes') return;
  const tag = `Key=${GAME_DAY_TAGS.consent},Value=yes`;
  const line = ['ec2', 'create-tags', '--resources', view.instanceId, '--tags', tag];
  throw new AccountError(
    `${instanceText(view)} takes part in no game days: it does not carry ` +
      `${GAME_DAY_TAGS.consent} = yes.\n` +
      `  Its owners write that tag when they agree: ${awsLine(line, options)}`,
  );
}

/** Where the watchdog's own calls fail, every server that is down stays down. */
function checkIncidents({ experiment, view, fleet }: Aim): void {
  const mine = isOpen(fleet, view.instanceId);
  if (mine !== undefined) {
    throw new AccountError(
      `The incident ${mine} of ${instanceText(view)} is open.\n  Wait until it is over.`,
    );
  }
  if (experiment.fault.kind !== 'stopped-and-failing') return;
  const others = [...fleet.records.keys()].flatMap((id) => isOpen(fleet, id) ?? []);
  const [first] = others;
  if (first === undefined) return;
  throw new AccountError(
    `${others.length === 1 ? 'An incident is' : `${others.length} incidents are`} open ` +
      `(${shown(first)}), and ${experiment.name} keeps the watchdog from starting any server.\n` +
      '  Wait until nothing is open: watchdog status --open.',
  );
}

function checkPause({ view, fleet, account }: Aim): void {
  const policy = view.tags[OPT_IN_TAG] ?? '';
  const own = readPause(view.tags, account.now());
  const pause = own.kind === 'none' ? fleet.policyPauses.get(policy) : own;
  if (pause === undefined || pause.kind === 'none') return;
  throw new AccountError(
    `${instanceText(view)} is ${describePause(pause)}: the watchdog would leave it alone.\n` +
      '  Ask whoever paused it, then: watchdog resume.',
  );
}

/** What the watchdog has not seen serving it does not start. */
function checkEnrolled({ view, fleet }: Aim): void {
  if (fleet.records.get(view.instanceId)?.enrolment.kind === 'enrolled') return;
  throw new AccountError(
    `${instanceText(view)} is not enrolled yet: the watchdog has not seen it serving, and would ` +
      'not start it.\n  watchdog status shows when it is.',
  );
}

async function checkMode({ view, account }: Aim): Promise<void> {
  const { policies } = await account.deployed();
  const policy = view.tags[OPT_IN_TAG] ?? '';
  if (policies === undefined || policies.get(policy)?.mode === 'act') return;
  throw new AccountError(
    `The policy ${shown(policy)} of ${instanceText(view)} does not act: nothing would come ` +
      'back.\n' +
      '  Take a server whose policy has "mode": "act".',
  );
}

/** FIS picks one of those that carry the mark: there must be no other. */
function checkAlone({ view, views }: Aim): void {
  const other = views.find(
    ({ instanceId, tags }) =>
      instanceId !== view.instanceId && tags[GAME_DAY_TAGS.target] !== undefined,
  );
  if (other === undefined) return;
  throw new AccountError(
    `A game day is aimed at ${instanceText(other)} (${GAME_DAY_TAGS.target} = ` +
      `${shown(other.tags[GAME_DAY_TAGS.target] ?? '')}).\n` +
      '  One at a time: watchdog gameday verify ends it.',
  );
}

/** The mark that stands on the instance and would count for this role now. */
export function standingMark({ view, account }: Aim, roleArn: string): GameDay | undefined {
  const mark = readGameDay(view.tags);
  return mark?.roleArn === roleArn && mark.until > account.now() ? mark : undefined;
}
