import { isInStorm } from '../lambda/core/alert/storm';
import type { InstanceRecord } from '../lambda/core/record';
import { before, minutes, parseInstant, type Instant } from '../lambda/core/time';
import { incidentReport } from '../report/from-record';
import type { IncidentReport } from '../report/model';
import type { DrillResult } from '../sim/drill-result';
import type { Account } from './account';
import type { AccountOptions } from './account-clients';
import { accountOf, commandLine, type AccountCommand } from './account-command';
import { AccountError } from './account-error';
import type { IncidentRecord } from './table-reads';
import { shown } from './targets';
import { UsageError } from './usage-error';

/** The report that a command line means. */
export interface Meant {
  readonly report: IncidentReport;
  /** What the person should know of it, beside it. */
  readonly remarks: readonly string[];
}

/** A storm opens with incidents of the five minutes before. */
const STORM_BEFORE = minutes(6);
const STORM_ID = /^storm-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)$/;
/** As many are named where an id is not found. */
const SUGGESTED = 5;

/** How a drill is played for its report. */
export interface DrillMeant {
  readonly seed: number;
  readonly zone: string | undefined;
}

/**
 * The report of what a drill leaves in the simulated table.
 *
 * @throws UsageError when no drill has that name, AccountError when it leaves no incident
 */
export async function fromDrill(name: string, { seed, zone }: DrillMeant): Promise<Meant> {
  const { DRILLS, runDrill } = await import('../sim/drills/index');
  if (!DRILLS.some((one) => one.name === name)) {
    throw new UsageError({
      what: 'The drill',
      actual: JSON.stringify(name),
      allowed: `one of ${DRILLS.map((one) => one.name).join(', ')}`,
      fix: 'Correct the name; `watchdog drill --list` tells what each is about.',
    });
  }
  const result = await runDrill(name, { seed });
  return {
    report: reportOfDrill(result, zone ?? 'UTC'),
    remarks: result.passed ? [] : [`The drill itself failed: ${result.replay}`],
  };
}

/**
 * The report of a drill's records, as an account with them would give it.
 *
 * @throws AccountError when the drill left no incident
 */
export function reportOfDrill({ drill, records }: DrillResult, timeZone: string): IncidentReport {
  const [first, ...others] = records;
  if (first?.incident === undefined) {
    throw new AccountError(
      `The drill ${drill} leaves no incident.\n  Report another: \`watchdog drill --list\`.`,
    );
  }
  const isStorm = records.some(({ incident }) => incident?.sent?.some(({ inStorm }) => inStorm));
  const id = others.length === 0 ? first.incident.id : `${isStorm ? 'storm-' : ''}${drill}`;
  return incidentReport(records, { id, timeZone });
}

/** Where and how incidents are looked for. */
export interface AccountMeant {
  /** Beside UTC; that of the deployed watchdog where it is undefined. */
  readonly zone: string | undefined;
  readonly account: AccountOptions;
  readonly command: AccountCommand;
}

/**
 * The report of some incidents of the account, open or archived, or of a storm.
 *
 * @throws AccountError when one is not known, or AWS does not allow it to be read
 */
export async function fromAccount(
  ids: readonly string[],
  { zone, account: options, command }: AccountMeant,
): Promise<Meant> {
  const account = await accountOf(options, command);
  const records: InstanceRecord[] = [];
  for (const id of new Set(ids)) {
    const openedAt = stormAt(id);
    if (openedAt === undefined) records.push(await one(id, account, options));
    else records.push(...(await storm(id, openedAt, account)));
  }
  const { timeZone, problem } = zone === undefined ? await account.deployed() : deployedZone(zone);
  const remarks = timeZone === undefined ? [unknownZone(problem)] : [];
  const [id = ''] = ids;
  const name = ids.length === 1 ? id : `${id} and ${ids.length - 1} more`;
  return {
    report: incidentReport(unique(records), { id: name, timeZone: timeZone ?? 'UTC' }),
    remarks,
  };
}

const deployedZone = (zone: string): { timeZone: string; problem: undefined } => ({
  timeZone: zone,
  problem: undefined,
});

const unknownZone = (problem: string | undefined): string =>
  `Times are in UTC: the deployed time zone is not known${
    problem === undefined ? '' : ` (${problem})`
  }. Name one with --zone.`;

/** An incident may be named beside the storm that it belongs to. */
function unique(records: readonly InstanceRecord[]): readonly InstanceRecord[] {
  return [...new Map(records.map((record) => [record.incident?.id, record])).values()];
}

async function one(id: string, account: Account, options: AccountOptions): Promise<IncidentRecord> {
  const found = await account.readIncident(id);
  if (found !== undefined) return found;
  const recent = await account.recentIncidents({ limit: SUGGESTED });
  const names = recent.map(({ incident }) => incident.id).join(', ');
  throw new AccountError(
    `The table ${account.table} in ${account.region} knows no incident ${shown(id)}.\n` +
      (names === ''
        ? '  It holds none; check --region, --profile and --stack.'
        : `  The newest are ${names}; ${commandLine(['report'], options)} lists more.`),
  );
}

/** The minute in which a storm of this id began; undefined for any other id. */
function stormAt(id: string): Instant | undefined {
  const [, year, month, day, hour, minute] = STORM_ID.exec(id) ?? [];
  if (minute === undefined) return undefined;
  return parseInstant(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}

/** The incidents that the storm's messages told of. */
async function storm(
  id: string,
  openedAt: Instant,
  account: Account,
): Promise<readonly IncidentRecord[]> {
  const recent = await account.recentIncidents({ since: before(openedAt, STORM_BEFORE) });
  const found = recent.filter(
    (record) =>
      isInStorm(record, openedAt) && record.incident.sent?.some(({ inStorm }) => inStorm === true),
  );
  if (found.length > 0) return found;
  throw new AccountError(
    `The table ${account.table} in ${account.region} knows no incident of ${id}.\n` +
      '  The id is that of the storm in its alerts; incidents are kept for a year.',
  );
}
