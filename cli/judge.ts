import type { PendingAlert } from '../lambda/core/alert/alert';
import { classify, type Cause } from '../lambda/core/cause';
import type { Decision } from '../lambda/core/decision';
import { evidenceOf, type Evidence } from '../lambda/core/evidence';
import type { InstanceView } from '../lambda/core/observation';
import { POLICY_DEFAULTS, type Policy } from '../lambda/core/policy';
import { policyOf } from '../lambda/core/readiness';
import { describeReason, type Reason } from '../lambda/core/reasons';
import type { Remediation } from '../lambda/core/remediation';
import { newRecord, type InstanceRecord } from '../lambda/core/record';
import { parseEnvelope } from '../lambda/core/signals/envelope';
import { foldSignals } from '../lambda/core/signals/fold';
import { parseSignal } from '../lambda/core/signals/parse';
import type { Home, Signal } from '../lambda/core/signals/signal';
import { step, type StepInput } from '../lambda/core/step';
import type { TakedownFacts } from '../lambda/core/takedown-facts';
import { before, earliest, hours, type Instant } from '../lambda/core/time';
import type { AnsweredInstance, InstancesAnswer } from './instances-answer';
import { describeSignal } from './signal-text';

/** What an event is judged by. */
export interface JudgeOptions {
  /** The deployed watchdog's own account and Region; by default those of the event. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly answer: InstancesAnswer;
  /** When the watchdog looks; by default the time of the event. */
  readonly at: Instant | undefined;
  /** Whether the instances were seen serving before, an hour before the event. */
  readonly isEnrolled: boolean;
}

/** What the watchdog would make of one instance. */
export interface Judgement {
  readonly instanceId: string;
  readonly cause: Cause['kind'];
  readonly confidence: Cause['confidence'];
  /** `observe`: it would have to look at the instance first. */
  readonly decision: Decision['kind'] | 'observe';
  readonly remediation: Remediation | null;
  /** Where on the policy's ladder the remediation stands: `system-impaired 1/1`. */
  readonly rung: string | null;
  readonly reason: Reason;
  /** What speaks for the cause, for people. */
  readonly verdict: Cause | undefined;
  readonly view: InstanceView | undefined;
  /** What people would be told. */
  readonly told: readonly PendingAlert[];
  /** Stands in for the reason's own sentence. */
  readonly note: string | undefined;
}

/** What the watchdog would make of one event. */
export type Explanation =
  | { readonly outcome: 'rejected' | 'ignored'; readonly reason: string }
  | {
      readonly outcome: 'signal';
      readonly reason: string;
      readonly signal: Signal;
      /** When the watchdog looks. */
      readonly at: Instant;
      readonly instances: readonly Judgement[];
    };

const ENROLLED_BEFORE = hours(1);
/** An event that names no account or Region cannot be of anybody's. */
const NOWHERE = 'unknown';

/** Judges one event, given as the text of its file. Total: nothing is thrown on any input. */
export function judge(raw: string, options: JudgeOptions): Explanation {
  const parsed = parseSignal(raw, homeOf(raw, options));
  if (parsed.outcome !== 'signal') return parsed;
  const { signal } = parsed;
  // An update of AWS Health carries the time of the event's start; the fact has its own.
  const at = options.at ?? evidenceOf(signal)?.at ?? signal.at;
  const instances = namedBy(signal, options.answer).map((id) =>
    judgeInstance(id, { signal, at, options }),
  );
  return { outcome: 'signal', reason: describeSignal(signal), signal, at, instances };
}

function homeOf(raw: string, { account, region }: JudgeOptions): Home {
  const read = parseEnvelope(raw);
  const own = read.outcome === 'envelope' ? read.envelope : { account: '', region: '' };
  return {
    accountId: account ?? (own.account || NOWHERE),
    region: region ?? (own.region || NOWHERE),
  };
}

/** The instances that the event names, and those with a volume that it names. */
function namedBy(signal: Signal, answer: InstancesAnswer): readonly string[] {
  const { volumeIds } = foldSignals([signal]);
  const owners =
    answer.kind === 'read'
      ? [...answer.instances.values()]
          .filter(({ view }) => view.volumeIds.some((id) => volumeIds.has(id)))
          .map(({ view }) => view.instanceId)
      : [];
  return [...new Set([...signal.instanceIds, ...owners])];
}

interface Context {
  readonly signal: Signal;
  readonly at: Instant;
  readonly options: JudgeOptions;
}

function judgeInstance(instanceId: string, context: Context): Judgement {
  const { answer } = context.options;
  switch (answer.kind) {
    case 'absent':
      return unobserved(instanceId, 'observation-missing', NOT_GIVEN);
    case 'malformed':
      return unobserved(instanceId, 'observation-missing', answer.problem);
    case 'read':
      break;
  }
  const found = answer.instances.get(instanceId);
  if (found !== undefined) return judgeAnswered(found, context);
  return answer.unreadable.includes(instanceId)
    ? unobserved(instanceId, 'observation-missing', UNREADABLE)
    : unobserved(
        instanceId,
        'unseen',
        'The answer behind --instances does not hold this instance.',
      );
}

const NOT_GIVEN =
  'An event is a hint only: the watchdog would look at the instance first (see --instances).';
const UNREADABLE =
  'The answer behind --instances tells no state or no launch time of it that can be read.';

function unobserved(instanceId: string, reason: Reason, note: string): Judgement {
  return {
    instanceId,
    cause: 'unknown',
    confidence: 'low',
    decision: 'observe',
    remediation: null,
    rung: null,
    reason,
    verdict: undefined,
    view: undefined,
    told: [],
    note,
  };
}

function judgeAnswered({ view, isManaged }: AnsweredInstance, context: Context): Judgement {
  try {
    return isManaged ? judgeManaged(view, context) : judgeUnmanaged(view, context);
  } catch {
    // A hand-written answer may hold a number where EC2 has a text.
    return unobserved(view.instanceId, 'observation-missing', UNREADABLE);
  }
}

const NOT_MANAGED: Decision = { kind: 'ignore', reason: 'not-managed' };

function judgeUnmanaged(view: InstanceView, context: Context): Judgement {
  return judgement(view, causeFor(view, context), { decision: NOT_MANAGED, told: [] });
}

function judgeManaged(view: InstanceView, context: Context): Judgement {
  const { policies } = context.options;
  const input: StepInput = {
    view,
    record: recordOf(view.instanceId, context),
    fresh: factsAbout(view, context.signal),
    policies,
    lastSweepAt: undefined,
    now: context.at,
  };
  const first = step(input);
  const isUnchecked = first.decision.reason === 'takedown-unchecked';
  const { record, decision } = isUnchecked ? step({ ...input, facts: NOTHING_OBJECTS }) : first;
  const cause = record.incident?.cause ?? causeFor(view, context);
  const judged = judgement(view, cause, { decision, told: record.outbox });
  const policy = policyOf(view, policies);
  return {
    ...judged,
    rung: policy === undefined ? null : rungOf(decision, policy),
    note: isUnchecked ? `${describeReason(decision.reason)} ${UNLESS}` : judged.note,
  };
}

/** What the watchdog would ask before it takes something down, answered so that nothing objects. */
const NOTHING_OBJECTS: TakedownFacts = {
  stopProtection: false,
  hasInstanceStore: false,
  awsRecovers: true,
  zone: { managed: 1, impaired: 0 },
  zoneStormAt: undefined,
  application: { running: 1, impaired: 0, isSpokesman: true },
  slotsFree: 1,
  noCapacityAt: undefined,
};
const UNLESS =
  'Not read here, and any of it can keep the watchdog from acting: stop protection, instance ' +
  "store, the state of its zone, the fleet's budget of takedowns, capacity.";

/** Where on its ladder a decided remediation stands. */
function rungOf(decision: Decision, { ladders }: Policy): string | null {
  if (decision.kind !== 'remediate') return null;
  const ladder = Object.entries(ladders).find(([condition]) => condition === decision.reason)?.[1];
  if (ladder === undefined) return null;
  const place = ladder.findIndex(({ remediation }) => remediation === decision.remediation);
  return `${decision.reason} ${place + 1}/${ladder.length}`;
}

function judgement(
  view: InstanceView,
  cause: Cause,
  { decision, told }: { readonly decision: Decision } & Pick<Judgement, 'told'>,
): Judgement {
  return {
    instanceId: view.instanceId,
    cause: cause.kind,
    confidence: cause.confidence,
    decision: decision.kind,
    remediation: decision.kind === 'remediate' ? decision.remediation : null,
    rung: null,
    reason: decision.reason,
    verdict: cause,
    view,
    told,
    note: undefined,
  };
}

/** An instance that was seen serving an hour before the event, or was never looked at. */
function recordOf(instanceId: string, { signal, at, options }: Context): InstanceRecord {
  const record = newRecord(instanceId);
  if (!options.isEnrolled) return record;
  const seen = before(earliest(at, signal.at), ENROLLED_BEFORE);
  return { ...record, enrolment: { kind: 'enrolled', at: seen, checkedAt: seen, findings: [] } };
}

/** What the event says about this instance, by its id or by a volume of its. */
function factsAbout(view: InstanceView, signal: Signal): readonly Evidence[] {
  const folded = foldSignals([signal]);
  return [
    ...(folded.evidence.get(view.instanceId) ?? []),
    ...view.volumeIds.flatMap((id) => folded.volumeEvidence.get(id) ?? []),
  ];
}

/** Who took it down, where no incident says so: what is left alone has a cause too. */
function causeFor(view: InstanceView, { signal, at, options }: Context): Cause {
  return classify({
    view,
    evidence: factsAbout(view, signal),
    startedByUsAt: undefined,
    policy: policyOf(view, options.policies) ?? POLICY_DEFAULTS,
    now: at,
  });
}
