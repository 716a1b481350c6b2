import { length } from '../lambda/core/alert/format';
import { iso } from '../lambda/core/time';
import { incidentReport } from '../report/from-record';
import type { InstanceReport } from '../report/model';
import type { AccountOptions } from './account-clients';
import { accountOf, type AccountCommand } from './account-command';
import { momentText } from './status-time';
import { tableText } from './table-text';

/** How the list is wanted. */
export interface ListOptions {
  readonly limit: number;
  readonly isJson: boolean;
}

/** Prints the incidents that are open or ended last, the newest first; answers the exit code. */
export async function tellRecent(
  { limit, isJson }: ListOptions,
  options: AccountOptions,
  command: AccountCommand,
): Promise<number> {
  const { terminal } = command;
  const account = await accountOf(options, command);
  const records = await account.recentIncidents({ limit });
  const incidents = records.flatMap(
    (record) => incidentReport([record], { id: record.incident.id, timeZone: 'UTC' }).instances,
  );
  if (isJson) {
    terminal.out(JSON.stringify({ version: 1, incidents: incidents.map(incidentJson) }));
    return 0;
  }
  if (incidents.length === 0) {
    terminal.out(`The table ${account.table} holds no incident.`);
    return 0;
  }
  const [head = '', ...rows] = tableText([
    ['OPENED', 'INCIDENT', 'INSTANCE', 'WHAT', 'DOWN', 'STATE'],
    ...incidents.map(rowOf),
  ]);
  terminal.out([terminal.colors.bold(head), ...rows].join('\n'));
  return 0;
}

function rowOf(one: InstanceReport): readonly string[] {
  const { openedAt, incidentId, name, trouble, state } = one;
  return [momentText(iso(openedAt)), incidentId, name, trouble, downText(one), state];
}

function downText({ windows, figures: { impact } }: InstanceReport): string {
  if (windows.length === 0) return 'no';
  return impact === undefined ? 'still' : length(impact);
}

function incidentJson(one: InstanceReport): Readonly<Record<string, unknown>> {
  const { openedAt, incidentId, instanceId, name, policy, condition, trouble, state } = one;
  const { impact } = one.figures;
  return {
    id: incidentId,
    instanceId,
    name,
    policy,
    openedAt: iso(openedAt),
    condition,
    text: trouble,
    impactS: impact === undefined ? null : Math.round(impact) / 1_000,
    state,
  };
}
