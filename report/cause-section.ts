import type { Cause } from '../lambda/core/cause';
import type { Block, Section, Text } from './document';
import { code, note, paragraph, strong } from './document';
import type { IncidentReport, InstanceReport } from './model';
import { whenText } from './moment-text';
import { capital, namesText } from './names-text';

/** What the three degrees of confidence stand for. */
const CONFIDENCE: Readonly<Record<Cause['confidence'], string>> = {
  high: 'EC2 itself names it, and nothing speaks against it',
  medium: 'the facts point to it, and others are possible',
  low: 'nothing names it; take it as a guess',
};

/** More different causes than these are counted. */
const MOST_CAUSES = 20;
const MOST_HEALTH = 20;

/** Who or what did it, what speaks for it, and how sure that is. */
export function causeSection(report: IncidentReport): Section {
  const groups = grouped(report.instances);
  const more = groups.length - MOST_CAUSES;
  return {
    heading: 'Root cause',
    blocks: [
      ...groups.slice(0, MOST_CAUSES).flatMap((group) => causeBlocks(group, report)),
      ...(more > 0 ? [note(`${more} other causes are not shown here.`)] : []),
      ...healthBlocks(report),
    ],
  };
}

/** Instances of one cause with the same evidence. */
function grouped(instances: readonly InstanceReport[]): readonly (readonly InstanceReport[])[] {
  const groups = new Map<string, InstanceReport[]>();
  for (const one of instances) {
    const { kind, detail, confidence, principal, evidence } = one.cause;
    const key = JSON.stringify([one.trouble, kind, detail, confidence, principal, evidence]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [one]);
    else known.push(one);
  }
  return [...groups.values()].toSorted((one, other) => other.length - one.length);
}

function causeBlocks(group: readonly InstanceReport[], report: IncidentReport): readonly Block[] {
  const [first] = group;
  if (first === undefined) return [];
  const { trouble, cause } = first;
  const who =
    report.instances.length === 1
      ? ''
      : ` (${namesText(
          group.map(({ name }) => name),
          { of: report.instances.length },
        )})`;
  const sure: Text = [
    strong(`${capital(trouble)}, ${cause.confidence} confidence`),
    `${who}: ${CONFIDENCE[cause.confidence] ?? cause.confidence}.`,
  ];
  const items = [
    ...cause.evidence.map((line): Text => `${line}.`),
    ...(cause.principal === undefined
      ? []
      : [[`Who called, as CloudTrail says: `, code(cause.principal)]]),
  ];
  return items.length === 0 ? [paragraph(sure)] : [paragraph(sure), { kind: 'list', items }];
}

/** What AWS Health said, each event once; it may have come after the recovery. */
function healthBlocks({ instances, timeZone }: IncidentReport): readonly Block[] {
  const items = new Map<string, Text>();
  for (const { health } of instances) {
    for (const { at, code: event, status, description } of health) {
      items.set(`${event} ${status} ${description}`, [
        `AWS Health, ${whenText(at, timeZone)}: `,
        code(event),
        ` ${status}. ${description}`,
      ]);
    }
  }
  if (items.size === 0) {
    if (!instances.some(({ cause }) => cause.kind === 'aws')) return [];
    return [note('AWS Health has said nothing of it so far: AWS has not confirmed the cause.')];
  }
  const shown = [...items.values()].slice(0, MOST_HEALTH);
  return [{ kind: 'list', items: shown }];
}
