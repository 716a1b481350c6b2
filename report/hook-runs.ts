import { length } from '../lambda/core/alert/format';
import type { HookRun, HookState } from '../lambda/core/hook-run';
import type { Incident } from '../lambda/core/incident';
import { between, type Duration, type Instant } from '../lambda/core/time';
import type { Section, Text } from './document';
import { soft } from './document';
import type { ImpactWindow, IncidentReport, ReportHook } from './model';
import { whenText } from './moment-text';
import { printable, printableName, printableWord } from './printable';
import { tableBlock } from './section-table';
import { glued, timeCell, timeColumn } from './time-columns';

/** The runs of an incident's hooks; none where its policy had none. */
export const hookRunsOf = ({ hooks = [] }: Pick<Incident, 'hooks'>): readonly ReportHook[] =>
  hooks.map(reportHook);

function reportHook(run: HookRun): ReportHook {
  const { state, startedAt } = run;
  return {
    name: printableName(run.name, 'hook'),
    key: printable(run.key),
    on: printableWord(run.on),
    outage: run.outage,
    window: windowOf(run),
    dueAt: run.dueAt,
    tries: run.tries,
    startedAt,
    took: startedAt === undefined ? undefined : tookUntil(state, startedAt),
    result: printableWord(state.kind),
    text: resultText(state),
    chatsRecovered: state.kind === 'done' ? state.chatsRecovered : undefined,
  };
}

function windowOf({ from, firstKnownBad, to }: HookRun): ImpactWindow {
  return { from, uncertainty: between(from, firstKnownBad), ...(to !== undefined && { to }) };
}

function tookUntil(state: HookState, startedAt: Instant): Duration | undefined {
  return state.kind === 'done' ? between(startedAt, state.at) : undefined;
}

/** What came of it. A record of a newer version may hold a state that has no words here. */
function resultText(state: HookState): string {
  switch (state.kind) {
    case 'waiting':
      return 'waits to be sent';
    case 'intended':
      return 'is being sent';
    case 'sent':
    case 'running':
      return 'is at work';
    case 'done':
      return 'done';
    case 'failed':
      return `failed: ${printable(state.why)}`;
    case 'overdue':
      return 'not done by its deadline';
    case 'superseded':
      return 'dropped: its moment was over';
    default:
      return printableWord((state as { readonly kind: string }).kind);
  }
}

/** What was to be done beside the outage, and what came of it; nothing without hooks. */
export function hooksSections(report: IncidentReport): readonly Section[] {
  const { instances, timeZone } = report;
  const isMany = instances.length > 1;
  const rows = instances.flatMap(({ hooks, name }) =>
    hooks.map((hook): readonly Text[] => [
      timeCell(hook.dueAt, timeZone),
      ...(isMany ? [name] : []),
      [`${hook.name} `, soft(`on ${hook.on}, outage ${hook.outage}`)],
      windowText(hook.window, timeZone),
      String(hook.tries),
      hook.startedAt === undefined ? '–' : glued(length(between(hook.dueAt, hook.startedAt))),
      hook.took === undefined ? '–' : glued(length(hook.took)),
      hook.text,
      hook.chatsRecovered === undefined ? '–' : String(hook.chatsRecovered),
    ]),
  );
  if (rows.length === 0) return [];
  const columns = [
    timeColumn('Due', timeZone),
    ...(isMany ? ['Instance'] : []),
    'Hook',
    'Window',
    'Tries',
    'Taken after',
    'Took',
    'Result',
    'Chats recovered',
  ];
  return [{ heading: 'Work after the restart', blocks: [tableBlock({ columns, rows, none: '' })] }];
}

function windowText({ from, to }: ImpactWindow, timeZone: string): string {
  const until = to === undefined ? 'open' : whenText(to, timeZone);
  return `${whenText(from, timeZone)} to ${until}`;
}
