import { GAME_DAY_TAGS, OPERATOR_TAGS } from '../lambda/core/tags';
import { before, CLOCK_SKEW, iso } from '../lambda/core/time';
import { incidentReport } from '../report/from-record';
import type { AccountOptions } from './account-clients';
import { commandLine } from './account-command';
import { AccountError } from './account-error';
import type { StartedExperiment } from './gameday-port';
import type { GameDayAccount } from './gameday-target';
import { EXPERIMENTS, type Experiment } from './gameday-experiments';
import { judgeGameDay, type Judgement } from './gameday-judge';
import { templateMeant } from './gameday-start';
import { judgementLines, verdictText } from './gameday-text';
import { reportText, type Format } from './report-forms';
import { momentText } from './status-time';
import type { IncidentRecord } from './table-reads';
import { shown } from './targets';

/** A game day and how it went. */
export interface Verified {
  readonly started: StartedExperiment;
  readonly instanceId: string;
  /** The instance's name, or its id where nobody knows it. */
  readonly name: string;
  readonly record: IncidentRecord | undefined;
  readonly judgement: Judgement;
}

/** SNS takes fewer than 100 characters of a subject, ASCII only. */
const SUBJECT_LIMIT = 99;

const EXPERIMENT_ID = /^EXP[0-9A-Za-z]+$/;

/**
 * Reads what came of the newest experiment of a name, or of one by its id.
 *
 * @throws AccountError when there is none, or AWS does not allow it to be read
 */
export async function verifyGameDay(meant: string, account: GameDayAccount): Promise<Verified> {
  const started = await startedMeant(meant, account);
  const experiment = experimentOf(started);
  const { instanceId } = started;
  if (instanceId === undefined) {
    throw new AccountError(
      `${started.id} does not say which instance it was aimed at.\n` +
        '  Game days are judged that watchdog gameday start began.',
    );
  }
  const [recent, views] = await Promise.all([
    account.recentIncidents({ since: before(started.startedAt, CLOCK_SKEW) }),
    account.views(),
  ]);
  // The newest come first, and the game day's is the first of this instance since its start.
  const record = recent.findLast((one) => one.instanceId === instanceId);
  const view = views.find((one) => one.instanceId === instanceId);
  const judgement = judgeGameDay({
    experiment,
    started,
    incident: record?.incident,
    tags: view?.tags,
    now: account.now(),
  });
  const name = shown(record?.label.name ?? view?.tags['Name'] ?? instanceId);
  return { started, instanceId, name, record, judgement };
}

async function startedMeant(meant: string, account: GameDayAccount): Promise<StartedExperiment> {
  if (EXPERIMENT_ID.test(meant)) {
    const found = await account.readExperiment(meant);
    if (found !== undefined) return found;
    throw new AccountError(
      `FIS knows no experiment ${shown(meant)} in ${account.region}.\n` +
        '  It keeps them for 120 days. Check the id and --region.',
    );
  }
  const { template } = templateMeant(meant, await account.experimentTemplates());
  const [newest] = await account.experimentsOf(template);
  if (newest !== undefined) return newest;
  throw new AccountError(
    `No experiment ${meant} was started in ${account.region}.\n` +
      `  Start one: watchdog gameday start ${meant} --instance ID`,
  );
}

function experimentOf({ id, name }: StartedExperiment): Experiment {
  const experiment = EXPERIMENTS.find((one) => one.name === name);
  if (experiment !== undefined) return experiment;
  throw new AccountError(
    `${id} is no game day of the watchdog: its tag ${GAME_DAY_TAGS.experiment} is ` +
      `${name === '' ? 'missing' : shown(name)}.\n  watchdog gameday list tells what is deployed.`,
  );
}

/** The report of the incident, as any incident has it; undefined where there was none. */
export async function reportOf(
  { record }: Verified,
  format: Format,
  account: GameDayAccount,
): Promise<string | undefined> {
  if (record === undefined) return undefined;
  const { timeZone = 'UTC' } = await account.deployed();
  return reportText(incidentReport([record], { id: record.incident.id, timeZone }), format);
}

/** The outcome in lines, for people at the terminal and for those who read the message. */
export function outcomeLines(verified: Verified): readonly string[] {
  const { started, instanceId, name, record, judgement } = verified;
  const who = name === instanceId ? name : `${name} (${instanceId})`;
  return [
    `${verdictText(judgement)}: the game day "${started.name}" on ${who}`,
    `Experiment ${started.id}, begun at ${momentText(iso(started.startedAt))}`,
    `Incident   ${record?.incident.id ?? 'none'}`,
    ...judgementLines(judgement),
  ];
}

/**
 * Tells the team, and takes the marks away: the mark would make the watchdog undo a later stop by
 * the experiment, the target would be hit again.
 */
export async function closeGameDay(
  verified: Verified,
  { account, options }: { readonly account: GameDayAccount; readonly options: AccountOptions },
): Promise<void> {
  const { started, instanceId, name, record, judgement } = verified;
  const subject = `Game day ${started.name} on ${name}: ${verdictText(judgement)}`;
  const report =
    record === undefined
      ? []
      : [`The report: ${commandLine(['report', record.incident.id], options)}`];
  await account.postOutcome(
    subject.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, SUBJECT_LIMIT),
    [...outcomeLines(verified), ...report].join('\n'),
  );
  await account.unmark(instanceId, [OPERATOR_TAGS.gameDay, GAME_DAY_TAGS.target]);
  if (!experimentOf(started).onVolume) return;
  for (const volume of await account.consentedVolumes(instanceId)) {
    await account.unmark(volume, [GAME_DAY_TAGS.target]);
  }
}
