import { length as lengthText } from '../lambda/core/alert/format';
import { oneLine } from '../lambda/core/one-line';
import { seconds } from '../lambda/core/time';
import { incidentLines } from './status-incident-text';
import type { InstanceStatus, PauseStatus, PlanStatus, PolicyStatus, Status } from './status-form';
import { momentText } from './status-time';
import { tableText } from './table-text';
import { shown } from './targets';
import type { Colors } from './terminal';

/** What the text shows of a status. */
export interface StatusTextOptions {
  readonly colors: Colors;
  /** Only what is open. */
  readonly isOpenOnly: boolean;
  /** Every instance; else only where they are few. */
  readonly isEveryInstance: boolean;
  /** Where the runbook is. */
  readonly runbook: string;
}

/** More instances than this are listed only when asked for. */
const FEW = 25;
const NOTE_LIMIT = 160;

/** The status for people: what needs them comes first. */
export function statusText(status: Status, options: StatusTextOptions): string {
  const { isOpenOnly } = options;
  const sections = [
    headLines(status, options),
    section('OPEN', incidentLines(status, options), options),
    section('NOT TOLD YET', undeliveredLines(status), options),
    section('CANNOT BE READ', unreadableLines(status), options),
    ...(isOpenOnly ? [] : restOf(status, options)),
  ].filter((lines) => lines.length > 0);
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

function restOf(status: Status, options: StatusTextOptions): readonly (readonly string[])[] {
  return [
    section('PAUSED', status.pauses.map(pauseLine), options),
    section('PLANNED MOVES', status.plans.map(planLine), options),
    section('NOT READY FOR A RESCUE', status.instances.flatMap(gapLines), options),
    policyLines(status.policies, options),
    instanceSection(status.instances, options),
  ];
}

function section(
  title: string,
  lines: readonly string[],
  { colors }: StatusTextOptions,
): readonly string[] {
  return lines.length === 0 ? [] : [colors.bold(title), ...lines.map((line) => `  ${line}`)];
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

function headLines(status: Status, { colors }: StatusTextOptions): readonly string[] {
  const { instances, incidents, storm, zoneStorms, warnings } = status;
  const running = instances.filter(({ state }) => state === 'running').length;
  const calls = incidents.filter(({ attention }) => attention === 'needs-person');
  const inHand = calls.filter(({ acknowledged }) => acknowledged !== null).length;
  const open = incidents.length === 0 ? 'Nothing is open' : `${incidents.length} open`;
  const needs =
    `, ${calls.length} ${calls.length === 1 ? 'needs' : 'need'} a person` +
    (inHand > 0 ? ` (${inHand} acknowledged)` : '');
  return [
    `${colors.bold(status.region)}  ${momentText(status.at)}  ${sweepText(status, colors)}`,
    `${counted(instances.length, 'instance')} managed, ${running} running. ` +
      `${open}${calls.length > 0 ? colors.red(needs) : ''}.`,
    ...(storm === null
      ? []
      : [
          `Storm ${storm.id} since ${momentText(storm.openedAt)}: ${storm.incidents} open, ` +
            `${storm.serving} serving again, ${storm.needPerson} need a person.`,
        ]),
    ...zoneStorms.map(
      ({ zone, seenAt }) =>
        `Nothing is taken down in ${zone}: most of it was unhealthy at ${momentText(seenAt)}.`,
    ),
    ...warnings.map((text) => colors.yellow(oneLine(text, 400))),
  ];
}

function sweepText({ watchdog }: Status, colors: Colors): string {
  const { lastSweepAgeS, isStale } = watchdog;
  if (lastSweepAgeS === null) return colors.red('no sweep was ever made: is the watchdog running?');
  const text = `last sweep ${lengthText(seconds(lastSweepAgeS))} ago`;
  return isStale ? colors.red(`${text}: the watchdog itself may be down`) : text;
}

function undeliveredLines({ undelivered }: Status): readonly string[] {
  return undelivered.map(
    ({ name, messages, since }) =>
      `${shown(name)}: ${counted(messages, 'message')} since ${momentText(since)}; SNS does not ` +
      'take them',
  );
}

function unreadableLines({ unreadable }: Status): readonly string[] {
  return unreadable.map(
    ({ key, error }) =>
      `${shown(key)} (${oneLine(error, NOTE_LIMIT)}): the watchdog leaves it alone`,
  );
}

function pauseLine({ scope, id, name, kind, until, note }: PauseStatus): string {
  const who = scope === 'policy' ? `policy ${shown(id)}` : named(name, id);
  const end = until === null ? 'without an end' : `until ${momentText(until)}`;
  const why = note === '' ? '' : `: ${oneLine(note, NOTE_LIMIT)}`;
  return `${who}  ${kind} ${end}${why}`;
}

function named(name: string, id: string): string {
  return name === id ? id : `${shown(name)} (${id})`;
}

function planLine({ name, instanceId, condition, at, deadline, wish }: PlanStatus): string {
  const when = at === null ? 'no window comes before that' : `moved at ${momentText(at)}`;
  const asked = wish === null ? '' : wish === 'now' ? '; wanted now' : '; vetoed, not moved';
  return (
    `${named(name, instanceId)}  ${condition}: AWS begins at ${momentText(deadline)}, ` +
    `${when}${asked}`
  );
}

function gapLines({ name, instanceId, readiness, gaps }: InstanceStatus): readonly string[] {
  const who = named(name, instanceId);
  if (readiness === 'not-enrolled') return [`${who}  not enrolled: not seen serving yet`];
  return gaps
    .filter(({ blocks }) => blocks)
    .map(({ kind, text }) => `${who}  ${kind}: ${oneLine(text, NOTE_LIMIT)}`);
}

function policyLines(
  policies: readonly PolicyStatus[],
  { colors }: StatusTextOptions,
): readonly string[] {
  const used = policies.filter(({ instances, pause }) => instances > 0 || pause !== null);
  const unused = policies.length - used.length;
  const others =
    unused > 0 ? [`${counted(unused, 'policy', 'policies')} without an instance.`] : [];
  if (used.length === 0) return others;
  const rows = used.map((policy) => [
    shown(policy.name),
    modeText(policy),
    String(policy.instances),
    String(policy.running),
    String(policy.enrolled),
    String(policy.ready),
    policy.pause === null ? '' : policy.pause.kind,
  ]);
  const head = ['POLICY', 'MODE', 'INSTANCES', 'RUNNING', 'ENROLLED', 'READY', ''];
  const [first = '', ...rest] = tableText([head, ...rows]);
  return [colors.bold(first), ...rest, ...others.map((text) => colors.dim(text))];
}

function modeText({ mode }: PolicyStatus): string {
  switch (mode) {
    case null:
      return 'unknown';
    case 'observe':
      return 'observe (shadow)';
    case 'no-such-policy':
      return 'NO SUCH POLICY';
    case 'act':
      return 'act';
  }
}

function instanceSection(
  instances: readonly InstanceStatus[],
  { colors, isEveryInstance }: StatusTextOptions,
): readonly string[] {
  if (instances.length === 0) return [];
  if (instances.length > FEW && !isEveryInstance) {
    return [colors.dim(`${instances.length} instances: list them with --instances.`)];
  }
  const rows = instances.map((one) => [
    shown(one.name),
    one.instanceId,
    one.state,
    one.instanceType,
    one.zone,
    shown(one.policy),
    one.readiness,
    [one.incidentId === null ? '' : 'open', one.pause?.kind ?? ''].filter(Boolean).join(', '),
  ]);
  const head = ['INSTANCE', 'ID', 'STATE', 'TYPE', 'ZONE', 'POLICY', 'READY', ''];
  const [first = '', ...rest] = tableText([head, ...rows]);
  return [colors.bold(first), ...rest];
}
