import { length } from '../lambda/core/alert/format';
import type { Proof } from '../lambda/core/incident';
import { ms } from '../lambda/core/time';
import type { Document } from './document';
import { isTakenDown } from './impact';
import type { IncidentReport, InstanceReport } from './model';
import { clockText, whenText } from './moment-text';

/** What proved that it serves, in words. */
export const PROOF_TEXT: Readonly<Record<Proof, string>> = {
  'ready-event': 'its own ready event',
  'application-check': 'the application check',
  'status-checks': "EC2's status checks",
};

/** `pod-23`, or `200 instances`. */
export function whoText({ instances }: Pick<IncidentReport, 'instances'>): string {
  const [first] = instances;
  return instances.length === 1 && first !== undefined
    ? first.name
    : `${instances.length} instances`;
}

/** What happened, for a heading: `pod-23: stopped by AWS, serving again after 1 min 1 s`. */
export function titleOf(report: IncidentReport): string {
  const troubles = [...new Set(report.instances.map(({ trouble }) => trouble))];
  const what = troubles.length === 1 ? (troubles[0] ?? '') : `${troubles.length} kinds of trouble`;
  return `${whoText(report)}: ${what}, ${endText(report)}`;
}

function endText({ state, instances, figures }: IncidentReport): string {
  if (!instances.some(isTakenDown)) return state === 'resolved' ? 'over' : 'not over';
  const down = instances.filter(({ windows }) => windows.at(-1)?.to === undefined).length;
  const last = windowOf(instances) ?? figures.serve;
  if (down === 0 && last !== undefined) {
    const all = instances.length > 1 ? 'all ' : '';
    return `${all}serving again after ${length(last)}`;
  }
  if (state === 'resolved') return 'closed without serving again';
  return instances.length > 1 ? `${down} not serving again yet` : 'not serving again yet';
}

/** For one instance the time that it did not serve; several are told by the last of them. */
const windowOf = ([first, ...others]: readonly InstanceReport[]) =>
  others.length === 0 ? first?.figures.impact : undefined;

/** How it stands, by a sign and a word: never by color alone. */
export function badgeOf({ state, instances }: IncidentReport): Document['badge'] {
  if (state === 'open') return { text: '● Open', look: 'bad' };
  if (state === 'serving') return { text: '◐ Serving, being verified', look: 'open' };
  const isWell = instances.every(({ windows }) => windows.every(({ to }) => to !== undefined));
  return isWell ? { text: '✓ Over', look: 'good' } : { text: '✗ Closed, not serving', look: 'bad' };
}

/** The summary: what, from when to when, by whom, what was done; measured facts alone. */
export function summaryOf(report: IncidentReport): readonly string[] {
  return report.instances.length === 1
    ? report.instances.flatMap((one) => summaryOfOne(one, report.timeZone))
    : summaryOfMany(report);
}

function summaryOfOne(one: InstanceReport, timeZone: string): readonly string[] {
  const { name, instanceId, instanceType, zone, policy, windows, trouble, cause } = one;
  const who = `${name} (${instanceId}, ${instanceType}, ${zone}, policy ${policy})`;
  const [first] = windows;
  const confidence = `${cause.confidence} confidence`;
  if (first === undefined) return [`${who}: ${trouble}, ${confidence}. It went on serving.`];
  const failed = one.condition === 'impaired' ? 'was impaired' : 'did not serve';
  const { to } = first;
  const until = to === undefined ? 'on' : `to ${clockOrDate(first.from, to, timeZone)}`;
  const again = windows.length > 1 ? ` It was down ${windows.length} times.` : '';
  const lasted = one.figures.impact;
  const inAll = windows.length > 1 ? ' in all' : '';
  const long = lasted === undefined ? '' : `, ${length(lasted)}${inAll}`;
  return [
    `${who} ${failed} from ${whenText(first.from, timeZone)} ${until}${long}.${again}`,
    `Cause: ${trouble}, ${confidence}.`,
    ...doneOf(one, timeZone),
  ];
}

function clockOrDate(from: number, to: Parameters<typeof whenText>[0], timeZone: string): string {
  const sameDay = Math.floor(from / DAY_MS) === Math.floor(to / DAY_MS);
  return sameDay ? clockText(to, timeZone) : whenText(to, timeZone);
}

const DAY_MS = 86_400_000;

function doneOf(one: InstanceReport, timeZone: string): readonly string[] {
  const { acts, proof, served, wouldHave } = one;
  const taken = acts.filter((act) => act.taken);
  const [first] = taken;
  const counted = taken.length === 1 ? 'one act,' : `${taken.length} acts, the first`;
  const done =
    first === undefined
      ? ['The watchdog changed nothing.']
      : [
          `The watchdog asked for ${counted} ` +
            `at ${clockText(first.at, timeZone)}: ${first.outcome}.`,
        ];
  const would = wouldHave.length === 0 ? [] : ['It ran in shadow mode: it would have acted.'];
  const at = served.at(-1);
  const by = proof === undefined ? '' : `, proved by ${PROOF_TEXT[proof] ?? proof}`;
  const again = at === undefined ? [] : [`It served again at ${clockText(at, timeZone)}${by}.`];
  return [...done, ...would, ...again];
}

function summaryOfMany(report: IncidentReport): readonly string[] {
  const { instances, figures, zero, timeZone } = report;
  const hit = instances.filter(isTakenDown);
  if (hit.length === 0)
    return [`${instances.length} instances had an incident; all went on serving.`];
  const still = hit.filter(({ windows }) => windows.at(-1)?.to === undefined);
  const lengths = hit.flatMap(({ figures: { impact } }) => (impact === undefined ? [] : [impact]));
  const least = lengths.length === 0 ? undefined : ms(Math.min(...lengths));
  const failed = hit.every(({ condition }) => condition === 'impaired')
    ? 'were impaired'
    : 'did not serve';
  const from = `From ${whenText(zero, timeZone)} on ${hit.length} instances ${failed}`;
  const range =
    least === undefined || figures.impact === undefined
      ? '.'
      : `, each between ${length(least)} and ${length(figures.impact)}.`;
  const after = figures.serve === undefined ? '' : ` after ${length(figures.serve)}`;
  const end =
    still.length > 0
      ? `${still.length} of them did not serve again.`
      : `The last one served again${after}.`;
  return [`${from}${range}`, end];
}
