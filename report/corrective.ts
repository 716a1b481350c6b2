import { length } from '../lambda/core/alert/format';
import type { Incident } from '../lambda/core/incident';
import type { InstanceRecord } from '../lambda/core/record';
import { between, minutes, ms, seconds } from '../lambda/core/time';
import type { CorrectiveItem, CorrectiveKind, InstanceReport } from './model';
import { findingText, reasonText } from './known-word';
import { printableWord } from './printable';

type Found = Omit<CorrectiveItem, 'facts'> & { readonly fact: string };

/** What the watchdog promises: the first alert within this of detection. */
const ALERT_WITHIN = seconds(15);
/** By its event a stop is noticed in seconds; what takes longer was found by the sweep. */
const NOTICED_WITHIN = minutes(1);

interface Told {
  readonly record: InstanceRecord;
  readonly incident: Incident;
  readonly report: InstanceReport;
}

type Rule = (told: Told) => readonly Found[];

const RULES: readonly Rule[] = [
  address,
  capacity,
  ownType,
  lateDetection,
  lateAlert,
  escalations,
  unacknowledged,
  readiness,
  readyEvent,
  cause,
  repeated,
  undelivered,
  shadow,
];

/** The corrective items that the facts of some records ask for; the same one once for all. */
export function correctiveItems(all: readonly Told[]): readonly CorrectiveItem[] {
  const items = new Map<string, { kind: CorrectiveKind; action: string; facts: string[] }>();
  for (const rule of RULES) {
    for (const { kind, action, fact } of all.flatMap(rule)) {
      const key = `${kind} ${action}`;
      const known = items.get(key);
      if (known === undefined) items.set(key, { kind, action, facts: [fact] });
      else known.facts.push(fact);
    }
  }
  return [...items.values()];
}

function address({ incident, report }: Told): readonly Found[] {
  const lost = incident.lostAddress;
  if (lost === undefined) return [];
  const fact = `${report.name} came back without ${printableWord(lost.publicIp)}`;
  return lost.kind === 'elastic'
    ? [
        {
          kind: 'address',
          action: 'Let the policy associate the Elastic IP again (reassociateAddress).',
          fact,
        },
      ]
    : [{ kind: 'address', action: 'Give it an Elastic IP: an assigned address changes.', fact }];
}

function capacity({ incident, report, record }: Told): readonly Found[] {
  const refused = incident.attempts.filter(({ outcome }) => outcome.kind === 'no-capacity');
  const shortages = record.shortages ?? [];
  if (refused.length === 0 && shortages.length === 0) return [];
  const count = Math.max(refused.length, 1);
  const times = count === 1 ? 'once' : `${count} times`;
  const where = `${report.instanceType} in ${report.zone}`;
  return [
    {
      kind: 'capacity',
      action: 'List alternate types in its policy (alternateTypes), or hold a reservation for it.',
      fact: `${report.name}: EC2 had no capacity for ${where}, ${times}`,
    },
  ];
}

function ownType({ record, report }: Told): readonly Found[] {
  if (record.ownType === undefined) return [];
  const own = printableWord(record.ownType);
  return [
    {
      kind: 'own-type',
      action: 'See that it goes back to its own type; the watchdog plans it for a quiet hour.',
      fact: `${report.name} runs on ${report.instanceType}, its own type is ${own}`,
    },
  ];
}

function lateDetection({ report }: Told): readonly Found[] {
  const { detect } = report.figures;
  if (report.condition !== 'stopped' || detect === undefined || detect <= NOTICED_WITHIN) return [];
  return [
    {
      kind: 'late-detection',
      action: "Find out why EC2's event did not come or was late: rules, queue, throttles.",
      fact: `${report.name} was noticed after ${length(detect)}`,
    },
  ];
}

/** Within a storm an alert waits for the storm's next message, by design. */
function lateAlert({ report, incident }: Told): readonly Found[] {
  if (incident.sent?.[0]?.inStorm === true) return [];
  const { detect, firstAlert } = report.figures;
  if (detect === undefined || firstAlert === undefined) return [];
  const late = ms(firstAlert - detect);
  if (late <= ALERT_WITHIN) return [];
  return [
    {
      kind: 'late-alert',
      action: 'Find out what held the first alert back: SNS, a storm, or waiting for the cause.',
      fact: `${report.name}: the first alert left ${length(late)} after detection`,
    },
  ];
}

function escalations({ incident, report }: Told): readonly Found[] {
  return incident.escalated.map(({ reason }) => ({
    kind: 'escalation',
    action:
      `Read the section ${printableWord(reason)} of the runbook: ` +
      'could it be left to the watchdog?',
    fact: `${report.name}: a person was called. ${reasonText(reason)}`,
  }));
}

function unacknowledged({ incident, report }: Told): readonly Found[] {
  const page = incident.sent?.find(({ severity }) => severity === 'critical');
  if (page === undefined || incident.acknowledged !== undefined) return [];
  return [
    {
      kind: 'unacknowledged',
      action: 'See that pages reach somebody: subscriptions, the pager, who is on duty.',
      fact: `${report.name} paged, and nobody acknowledged it`,
    },
  ];
}

function readiness({ record, incident, report }: Told): readonly Found[] {
  if (record.enrolment.kind !== 'enrolled') return [];
  return record.enrolment.findings
    .filter(({ kind }) => !(kind === 'address-changes' && incident.lostAddress !== undefined))
    .map((finding) => ({
      kind: 'readiness',
      action: `Mend what the readiness check found (${finding.kind}).`,
      fact: `${report.name}: ${findingText(finding)}`,
    }));
}

function readyEvent({ incident, report }: Told): readonly Found[] {
  const { progress } = incident;
  const isSlow = progress.kind === 'serving' && progress.proof === 'status-checks';
  if (!isSlow || incident.condition !== 'stopped') return [];
  return [
    {
      kind: 'ready-event',
      action:
        "Let the server send its ready event (docs/ready-event.md): EC2's own checks look once a " +
        'minute, and say nothing of the application.',
      fact: `${report.name}: only EC2's status checks proved that it served`,
    },
  ];
}

function cause({ report, incident }: Told): readonly Found[] {
  const isStop = incident.condition === 'stopped' || incident.condition === 'terminated';
  const isUnclear = report.cause.kind === 'unknown' || report.cause.confidence === 'low';
  if (!isStop || !isUnclear) return [];
  return [
    {
      kind: 'cause',
      action: 'Find out who or what stopped it; with a CloudTrail trail the caller is named.',
      fact: `${report.name}: ${report.trouble}, ${report.cause.confidence} confidence`,
    },
  ];
}

function repeated({ report }: Told): readonly Found[] {
  if (report.windows.length < 2) return [];
  return [
    {
      kind: 'repeated',
      action: 'Find out why it went down again within the same incident.',
      fact: `${report.name} was down ${report.windows.length} times`,
    },
  ];
}

function undelivered({ record, report }: Told): readonly Found[] {
  const [oldest] = record.outbox;
  if (oldest === undefined || report.state === 'open') return [];
  const waited = between(oldest.at, incidentEnd(report));
  if (waited < ALERT_WITHIN) return [];
  return [
    {
      kind: 'undelivered',
      action: 'See why SNS does not take the alerts: topic, its policy, its key.',
      fact: `${report.name}: ${record.outbox.length} not delivered`,
    },
  ];
}

const incidentEnd = ({ resolved, windows, openedAt }: InstanceReport) =>
  resolved?.at ?? windows.at(-1)?.to ?? openedAt;

function shadow({ incident, report }: Told): readonly Found[] {
  const would = incident.wouldHave ?? [];
  if (would.length === 0) return [];
  const acts = would.length === 1 ? 'an act was' : `${would.length} acts were`;
  return [
    {
      kind: 'shadow-mode',
      action: 'Compare what the watchdog would have done, and let the policy act if it was right.',
      fact: `${report.name}: in shadow mode ${acts} only told`,
    },
  ];
}
