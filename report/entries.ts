import type { Evidence } from '../lambda/core/evidence';
import type { Attempt, Incident, Seen, Sent } from '../lambda/core/incident';
import type { Reason } from '../lambda/core/reasons';
import type { InstanceRecord } from '../lambda/core/record';
import { before, earliest, hours, minutes, type Instant } from '../lambda/core/time';
import { unreachable } from '../lambda/core/unreachable';
import { actText, outcomeText } from './act-text';
import { reasonText, remediationText } from './known-word';
import type { Lane, LineKind } from './line';
import type { ReportEntry } from './model';
import { printable, printableName, printableWord } from './printable';

type Told = Omit<ReportEntry, 'instanceId'>;

const LANE_OF: Readonly<Record<Exclude<LineKind, 'lambda'>, Lane>> = {
  aws: 'aws',
  event: 'events',
  decision: 'watchdog',
  call: 'watchdog',
  alert: 'alerts',
  server: 'server',
};

const told = (at: Instant, kind: keyof typeof LANE_OF, text: string): Told => ({
  at,
  lane: LANE_OF[kind],
  kind,
  text,
});

/** Signals from just before the incident belong to it; what AWS and people said may be older. */
const SIGNALS_BEFORE = minutes(10);
const WORDS_BEFORE = hours(48);

/** All that a record tells of its incident, as lines in the order of time. */
export function entriesOf(record: InstanceRecord, incident: Incident): readonly ReportEntry[] {
  const lines: readonly Told[] = [
    ...signalLines(record, incident),
    ...(incident.seen ?? []).map(seenLine),
    told(incident.openedAt, 'decision', 'incident opened'),
    ...incident.lookups.map((at) => told(at, 'call', "asked CloudTrail's history who stopped it")),
    ...incident.timeline.map(({ at, decision, reason }) =>
      told(at, 'decision', decisionText(decision, reason)),
    ),
    ...incident.attempts.flatMap(attemptLines),
    ...(incident.wouldHave ?? []).map(({ at, remediation, reason }) =>
      told(
        at,
        'decision',
        `would have: ${remediationText(remediation)} (${printableWord(reason)})`,
      ),
    ),
    ...alertLines(incident),
    ...acknowledgedLines(incident),
    ...servingLines(incident),
  ];
  return lines
    .map((line) => ({ ...line, instanceId: record.instanceId }))
    .toSorted((one, other) => one.at - other.at || rankOf(one) - rankOf(other));
}

/** At one moment the world comes first, then what was made of it, then who was told. */
const RANK: Readonly<Record<Lane, number>> = {
  server: 0,
  aws: 1,
  events: 2,
  watchdog: 3,
  alerts: 4,
};
const rankOf = ({ lane }: Told): number => RANK[lane];

function decisionText(decision: string, reason: Reason): string {
  return `${decision} (${printableWord(reason)}): ${reasonText(reason)}`;
}

function signalLines({ evidence }: InstanceRecord, incident: Incident): readonly Told[] {
  const { outage, openedAt } = incident;
  const began = earliest(outage.firstKnownBad, openedAt);
  return evidence
    .filter(({ kind, at }) => {
      const reach = kind === 'health' || kind === 'api-call' ? WORDS_BEFORE : SIGNALS_BEFORE;
      return at >= before(began, reach);
    })
    .map(signalLine);
}

function signalLine(fact: Evidence): Told {
  switch (fact.kind) {
    case 'state-change':
      return told(fact.at, 'event', `EC2 event: ${printableWord(fact.state)}`);
    case 'api-call':
      return told(
        fact.at,
        'event',
        `CloudTrail: ${printableWord(fact.call)} by ${printable(fact.actor.principal)}`,
      );
    case 'health': {
      const what = `AWS Health: ${printableWord(fact.code)}, ${printableWord(fact.status)}`;
      return told(fact.at, 'event', `${what}: ${printable(fact.description)}`);
    }
    case 'alarm':
      return told(
        fact.at,
        'event',
        `CloudWatch alarm ${printable(fact.alarmName)}: ${printableWord(fact.state)}`,
      );
    case 'ready':
      return told(fact.at, 'event', "the server's own ready event");
    default:
      return unreachable(fact);
  }
}

const CHECK_NAMES: Readonly<Record<string, string>> = {
  system: 'system',
  instance: 'instance',
  attachedEbs: 'attachedEbs',
  application: 'application',
};

function seenLine({ at, what, now }: Seen): Told {
  const value = printableWord(now);
  const check = CHECK_NAMES[what] ?? printableWord(what);
  const text = what === 'state' ? `seen ${value}` : `${check} status check: ${value}`;
  return told(at, 'aws', text);
}

function attemptLines(attempt: Attempt): readonly Told[] {
  const { at, reason, outcome } = attempt;
  const what = actText(attempt);
  const why = `(${printableWord(reason)})`;
  if (outcome.kind !== 'accepted') {
    return [told(at, 'call', `${what} ${why}: ${outcomeText(attempt)}`)];
  }
  const back =
    outcome.givenBackAt === undefined
      ? []
      : [told(outcome.givenBackAt, 'call', `${what}: given back`)];
  return [
    told(at, 'call', `${what} requested ${why}`),
    told(outcome.at, 'aws', `${what}: ${outcomeText(attempt)}`),
    ...back,
  ];
}

/** What was sent; of a record that keeps no messages, why people were called. */
function alertLines({ sent, escalated }: Incident): readonly Told[] {
  if (sent !== undefined) {
    // A storm's message is one line for all of its incidents.
    const alone = sent.filter(({ inStorm }) => inStorm !== true);
    return alone.map((one) => told(one.sentAt, 'alert', alertText(one)));
  }
  return escalated.map(({ at, reason }) =>
    told(at, 'alert', `a person was called (${printableWord(reason)})`),
  );
}

const ALERT_WORDS: Readonly<Record<string, string>> = {
  opened: 'opened',
  changed: 'update',
  'needs-person': 'a person was called',
  serving: 'serving again',
  closed: 'closed',
  notice: 'notice',
};

/** What a message told, in a word or two. */
export const alertWord = ({ kind }: Pick<Sent, 'kind'>): string =>
  ALERT_WORDS[kind] ?? printableWord(kind);

/** A message in words: `[warning] opened`. */
export function alertText({ kind, severity, reason }: Sent): string {
  const what = alertWord({ kind });
  const why = reason === undefined ? '' : ` (${printableWord(reason)})`;
  return `[${printableWord(severity)}] ${what}${why}`;
}

function acknowledgedLines({ acknowledged }: Incident): readonly Told[] {
  if (acknowledged === undefined) return [];
  const by = printableName(acknowledged.by, 'somebody');
  return [told(acknowledged.at, 'alert', `acknowledged by ${by}`)];
}

function servingLines({ served, outage, condition, resolved }: Incident): readonly Told[] {
  const down = condition === 'impaired' ? 'impaired from here on' : 'does not serve from here on';
  const began =
    condition === 'planned' && outage.goodAgain === undefined
      ? []
      : [told(outage.firstKnownBad, 'server', down)];
  const end =
    resolved === undefined
      ? []
      : [told(resolved.at, 'decision', `incident closed (${printableWord(resolved.reason)})`)];
  return [...began, ...served.map((at) => told(at, 'server', 'serves again')), ...end];
}
