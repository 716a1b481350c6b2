import type { DrillAlert, DrillDecision, DrillSummary } from '../drill-result';
import { factsOf, type Fact, type FactOf } from '../history';
import { between, type Instant } from '../../lambda/core/time';

/**
 * What a run comes to, in seconds from the moment the server stopped serving (in a drill where
 * none does, from the story's zero). With several instances: the first alert and detection, and
 * for everything else the last instance's time. Null: it did not happen.
 */
export type Figures = Pick<
  DrillSummary,
  | 'stoppedS'
  | 'detectedS'
  | 'firstAlertS'
  | 'startIssuedS'
  | 'servingS'
  | 'recoveredS'
  | 'resolvedS'
  | 'alerts'
  | 'decisions'
  | 'apiCalls'
  | 'roundTripsToStart'
>;

/** The moment that seconds count from: when the first server stopped serving. */
export function zeroOf(facts: readonly Fact[], earliest: Instant): Instant {
  const down = facts.find(
    (fact) => fact.kind === 'serving' && !fact.serving && fact.at >= earliest,
  );
  return down?.at ?? earliest;
}

/** Reads the figures off a story; `zero` from `zeroOf`. What came before has negative times. */
export function figuresOf(story: readonly Fact[], zero: Instant): Figures {
  const secondsOf = (fact: Fact): number => round(between(zero, fact.at) / 1_000);
  const first = (found: readonly Fact[]): number | null =>
    found[0] === undefined ? null : secondsOf(found[0]);
  const decisions = decisionFacts(story);
  const messages = factsOf(story, 'message').filter(isAboutServers);
  const starts = factsOf(story, 'call').filter(isStart);
  const resolved = decisions.filter(({ fields }) => fields['decision'] === 'resolve');
  return {
    stoppedS: lastPerInstance(stateChanges(story, 'stopped'), secondsOf),
    detectedS: first(decisions),
    firstAlertS: first(messages),
    startIssuedS: lastFirstStart(starts, secondsOf),
    servingS: lastPerInstance(servingAgain(story), secondsOf),
    recoveredS: lastOf(resolved.filter(isRecovery), secondsOf),
    resolvedS: lastOf(resolved, secondsOf),
    alerts: messages.map((message) => alertFigure(message, secondsOf(message))),
    decisions: decisions.map((fact) => decisionFigure(fact, secondsOf(fact))),
    apiCalls: countCalls(story),
    roundTripsToStart: starts[0]?.wave ?? null,
  };
}

/** Milliseconds are all that the simulator knows; more digits would be noise. */
const round = (value: number): number => Math.round(value * 1_000) / 1_000;

/** Readiness notices are sent for whole fleets at enrolment and tell nothing of the story. */
export function isAboutServers({ attributes }: FactOf<'message'>): boolean {
  return attributes['event'] !== 'notice' || attributes['instanceId'] !== 'many';
}

/** The watchdog's decisions, as it logged them. */
export function decisionFacts(facts: readonly Fact[]): readonly FactOf<'log'>[] {
  return factsOf(facts, 'log').filter(({ message }) => message === 'decision');
}

/** A request to start, not a rehearsal. */
export const isStart = ({ operation, dryRun }: FactOf<'call'>): boolean =>
  operation === 'StartInstances' && !dryRun;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function isRecovery({ fields }: FactOf<'log'>): boolean {
  return fields['reason'] === 'recovered' || fields['reason'] === 'cleared';
}

function decisionFigure({ fields }: FactOf<'log'>, at: number): DrillDecision {
  return {
    at,
    instanceId: text(fields['instanceId']),
    decision: fields['decision'] as DrillDecision['decision'],
    remediation: (fields['remediation'] ?? null) as DrillDecision['remediation'],
    reason: fields['reason'] as DrillDecision['reason'],
  };
}

/** A message as a figure, read off the attributes that subscription filters use. */
export function alertFigure({ attributes, subject }: FactOf<'message'>, at: number): DrillAlert {
  return {
    at,
    kind: attributes['event'] as DrillAlert['kind'],
    severity: attributes['severity'] as DrillAlert['severity'],
    subject,
  };
}

function stateChanges(facts: readonly Fact[], to: string): readonly FactOf<'state'>[] {
  return factsOf(facts, 'state').filter((fact) => fact.to === to);
}

function servingAgain(facts: readonly Fact[]): readonly FactOf<'serving'>[] {
  return factsOf(facts, 'serving').filter((fact) => fact.serving);
}

/** For each instance its first such fact; of those the last. */
function lastPerInstance(
  found: readonly (Fact & { readonly instanceId: string })[],
  secondsOf: (fact: Fact) => number,
): number | null {
  const firsts = new Map<string, number>();
  for (const fact of found) {
    if (!firsts.has(fact.instanceId)) firsts.set(fact.instanceId, secondsOf(fact));
  }
  return firsts.size === 0 ? null : Math.max(...firsts.values());
}

function lastOf(found: readonly Fact[], secondsOf: (fact: Fact) => number): number | null {
  const last = found.at(-1);
  return last === undefined ? null : secondsOf(last);
}

/** When the start of the last instance went out for the first time. */
function lastFirstStart(
  calls: readonly FactOf<'call'>[],
  secondsOf: (fact: Fact) => number,
): number | null {
  const each = calls.flatMap((call) =>
    call.instanceIds.map((instanceId) => ({ ...call, instanceId })),
  );
  return lastPerInstance(each, secondsOf);
}

function countCalls(facts: readonly Fact[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation, dryRun } of factsOf(facts, 'call')) {
    const name = dryRun ? `${operation} (dry run)` : operation;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return Object.fromEntries(
    Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** A page that is sent once more, since nobody reacted, calls for nothing new. */
export function isRepeat({ subject }: Pick<DrillAlert, 'subject'>): boolean {
  return subject.startsWith('ACT (again): ');
}
