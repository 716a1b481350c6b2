import { wishOf } from '../core/decision';
import { UNREAD_CHECKS, type Checks } from '../core/observation';
import { policyOf } from '../core/readiness';
import type { InstanceRecord } from '../core/record';
import { isTakedown } from '../core/remediation';
import { takedownFacts, type Fleet, type TakedownFacts } from '../core/takedown-facts';
import { between, seconds } from '../core/time';
import type { StatusAnswer, TakedownReads } from '../ports';
import { isJudged, judgedById, readApplications, type Judged } from './application-health';
import { intentOf } from './claim';
import type { Run, Work } from './run';
import { membersOf, policiesAtStake, readOthers } from './shared-checks';
import { noteZoneStorms } from './zone-storms';

const UNKNOWN: TakedownReads = {
  stopProtection: undefined,
  hasInstanceStore: undefined,
  awsRecovers: undefined,
};

/** What nothing is read of that would speak against a takedown. */
const CLEAR: TakedownReads = {
  stopProtection: false,
  hasInstanceStore: false,
  awsRecovers: false,
};

/** EC2 evaluates its checks once a minute. */
const RECENT = seconds(15);

/** So many are read about at once, and so often in a pass, when the first may not be taken down. */
const READ_AT_ONCE = 5;
const ROUNDS = 2;

/** Decides about one instance again, with what was asked for it. */
export type Decide = (work: Work, facts: TakedownFacts) => Work;

/**
 * What must be known before something is taken down is asked only once something is to be taken
 * down. Then each is decided anew, the oldest incident first, so that the fleet's budget goes to
 * who waits longest.
 */
export async function checked(
  run: Run,
  works: readonly Work[],
  decide: Decide,
): Promise<readonly Work[]> {
  const asking = works.filter(isUnchecked);
  if (asking.length === 0) return works;
  const isStopped = ({ view }: Work): boolean => view?.state === 'stopped';
  const [stopped, others] = await Promise.all([
    checkStopped(run, asking.filter(isStopped), decide),
    checkRunning(
      run,
      asking.filter((work) => !isStopped(work)),
      decide,
    ),
  ]);
  const answers = new Map([...stopped, ...others]);
  return works.map((work) => answers.get(work.step.record.instanceId) ?? work);
}

type Answers = ReadonlyMap<string, Work>;

/** What is stopped and finds no capacity: which other types it could have. */
async function checkStopped(run: Run, works: readonly Work[], decide: Decide): Promise<Answers> {
  const fitting = await fittingTypes(run, works);
  const fleet = fleetOf(run, [...run.records.values()], new Map());
  return new Map(
    works.map((work) => {
      const { record } = work.step;
      const reads = { ...UNKNOWN, fittingTypes: fitting.get(record.instanceId) };
      return [record.instanceId, decide(work, takedownFacts(record, reads, fleet))] as const;
    }),
  );
}

/** What everybody who is to be taken down in this pass is judged by. */
interface Judging {
  readonly run: Run;
  readonly decide: Decide;
  /** As it will be, with what was decided so far. */
  fleet: Fleet;
  readonly answers: Map<string, Work>;
}

/**
 * EC2 is asked account-wide who else is impaired, and one by one about those only whose turn it
 * is: its attributes are read with a call for each instance, and hundreds may wait (S16).
 */
async function checkRunning(run: Run, works: readonly Work[], decide: Decide): Promise<Answers> {
  const answers = new Map<string, Work>();
  if (works.length === 0) return answers;
  run.troubled ??= recentlyTroubled(run) ?? run.ports.ec2.troubled();
  const [troubled] = await Promise.all([
    run.troubled,
    readApplications(run, sharedJudges(run, works)),
  ]);
  if (troubled.kind === 'seen' && troubled !== run.lastTroubled.answer) {
    run.lastTroubled.at = run.ports.clock.now();
    run.lastTroubled.answer = troubled;
  }
  const impaired = impairedOf(run, troubled);
  // Nobody is taken down while it is not known how the others are (S13).
  if (impaired === undefined || !(await readOthers(run, works, impaired))) return answers;
  await noteZoneStorms(run, fleetOf(run, [...run.records.values()], impaired));
  const fleet = fleetOf(run, [...run.records.values()], impaired);
  const known = works.filter((work) => isReadOfAll(run, work)).toSorted(byTurn);
  await judge({ run, decide, fleet, answers }, known);
  return answers;
}

/**
 * While most of a zone is ill many wait and nothing is taken down in it: what was read a moment ago
 * will do, since the account's describes are for people too (S16).
 */
function recentlyTroubled({ lastTroubled, fleet, ports }: Run): Promise<StatusAnswer> | undefined {
  const { at, answer } = lastTroubled;
  const isStormy = (fleet.zoneStorms ?? []).length > 0;
  if (!isStormy || at === undefined || answer === undefined) return undefined;
  return between(at, ports.clock.now()) < RECENT ? Promise.resolve(answer) : undefined;
}

async function judge(judging: Judging, works: readonly Work[]): Promise<void> {
  const { run, answers } = judging;
  const waiting = (): readonly Work[] =>
    works.filter(({ step }) => !answers.has(step.record.instanceId));
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = whoseTurn(judging, waiting());
    if (next.length === 0) break;
    const views = next.flatMap(({ view }) => (view === undefined ? [] : [view]));
    const reads = await run.ports.ec2.takedownReads(views);
    for (const work of next) {
      answer(judging, work, decided(judging, work, reads.get(work.step.record.instanceId)));
    }
  }
  for (const work of waiting()) {
    const unread = decided(judging, work, UNKNOWN);
    const isForReads = unread.step.decision.reason === 'observation-missing';
    answer(judging, work, isForReads ? notItsTurn(judging, work) : unread);
  }
}

/** What is decided where only the reads are missing, which are made when its turn comes. */
function notItsTurn({ decide, fleet }: Judging, work: Work): Work {
  return decide(work, { ...takedownFacts(work.step.record, CLEAR, fleet), slotsFree: 0 });
}

/** Those that would be acted upon now, or drained for it, if nothing spoke against that is read. */
function whoseTurn(judging: Judging, works: readonly Work[]): readonly Work[] {
  const ahead = { ...judging };
  const next: Work[] = [];
  for (const work of works) {
    if (next.length === READ_AT_ONCE) break;
    const again = decided(ahead, work, CLEAR);
    // The program could not cope with it: that was logged, and it is left as it is.
    if (again === work) judging.answers.set(work.step.record.instanceId, work);
    const isNext = wishOf(again.step.decision) !== undefined || isDrainOf(again);
    if (isNext) next.push(work);
    ahead.fleet = fleetAfter(ahead, again);
  }
  return next;
}

function decided({ decide, fleet }: Judging, work: Work, reads: TakedownReads = UNKNOWN): Work {
  return decide(work, takedownFacts(work.step.record, reads, fleet));
}

/** What was decided about one counts for those that come after it. */
function answer(judging: Judging, work: Work, again: Work): void {
  judging.answers.set(work.step.record.instanceId, again);
  judging.fleet = fleetAfter(judging, again);
}

/**
 * The fleet with what was just decided: the same one unless something is to be taken down, or a
 * place asked for, or it is drained, so that it may be.
 */
function fleetAfter({ run, fleet }: Judging, work: Work): Fleet {
  if (!isTakedownOf(work) && !isProofOf(work) && !isDrainOf(work)) return fleet;
  const intended = intentOf(run, work);
  const others = fleet.records.filter(({ instanceId }) => instanceId !== intended.instanceId);
  return { ...fleet, records: [...others, intended] };
}

function isUnchecked({ step }: Work): boolean {
  return step.decision.kind === 'defer' && step.decision.reason === 'takedown-unchecked';
}

/**
 * The servers whose applications CloudWatch judges by the policy of one that it calls impaired:
 * whether all of them fail at once must be known before one is blamed (S11, S13).
 */
function sharedJudges(run: Run, works: readonly Work[]): readonly Judged[] {
  const policies = policiesAtStake(works).filter((name) =>
    isJudged(run.settings.policies.get(name)),
  );
  return judgedById(
    run,
    membersOf(run, policies).map(({ instanceId }) => instanceId),
  );
}

function isTakedownOf({ step }: Work): boolean {
  return step.decision.kind === 'remediate' && isTakedown(step.decision.remediation);
}

function isProofOf({ step }: Work): boolean {
  return step.decision.kind === 'remediate' && step.decision.reason === 'prove-capacity';
}

function isDrainOf({ step }: Work): boolean {
  return step.decision.reason === 'draining';
}

/**
 * The oldest first; who was handed to a person comes after the others, and in turn, so that what
 * may not be taken down does not keep anybody from being looked at.
 */
function byTurn(one: Work, other: Work): number {
  const toldAt = ({ before }: Work): number =>
    before.incident?.timeline.findLast(({ decision }) => decision === 'escalate')?.at ?? 0;
  const at = ({ step }: Work): number => step.record.incident?.openedAt ?? 0;
  return toldAt(one) - toldAt(other) || at(one) - at(other);
}

/** Whether it is known how the other applications of its policy are, where that matters (S13). */
function isReadOfAll(run: Run, work: Work): boolean {
  return sharedJudges(run, [work]).every(({ instanceId }) => run.applications.has(instanceId));
}

function fleetOf(
  { fleet, settings, ports, applications }: Run,
  records: readonly InstanceRecord[],
  impaired: ReadonlyMap<string, Checks>,
): Fleet {
  return {
    records,
    impaired,
    applications,
    zoneStorms: fleet.zoneStorms ?? [],
    budget: settings.takedowns,
    now: ports.clock.now(),
  };
}

/** Who is impaired at this moment, by EC2's answer and by what CloudWatch said of applications. */
function impairedOf(
  { ports, applications }: Run,
  answer: StatusAnswer,
): ReadonlyMap<string, Checks> | undefined {
  if (answer.kind === 'failed') {
    ports.telemetry.count('ReadsFailed', 1);
    ports.telemetry.log('error', 'EC2 did not answer', { error: answer.error });
    return undefined;
  }
  const impaired = answer.statuses.filter(({ checks }) =>
    Object.values(checks).some(({ status }) => status === 'impaired'),
  );
  const known = new Map(impaired.map(({ instanceId, checks }) => [instanceId, checks]));
  for (const [instanceId, application] of applications) {
    if (application.status !== 'impaired') continue;
    known.set(instanceId, { ...(known.get(instanceId) ?? UNREAD_CHECKS), application });
  }
  return known;
}

/** Of the policy's alternate types those that fit, for what is stopped and lists any. */
async function fittingTypes(
  { ports, settings }: Run,
  works: readonly Work[],
): Promise<ReadonlyMap<string, readonly string[] | undefined>> {
  const asked = await Promise.all(
    works.map(async ({ view }) => {
      if (view === undefined || view.state !== 'stopped') return undefined;
      const types = policyOf(view, settings.policies)?.alternateTypes ?? [];
      return [view.instanceId, await ports.capacity.fitting(view, types)] as const;
    }),
  );
  return new Map(asked.filter((entry) => entry !== undefined));
}
