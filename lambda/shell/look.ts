import { UNREAD_CHECKS, type InstanceView } from '../core/observation';
import type { InstanceRecord } from '../core/record';
import type { Folded } from '../core/signals/fold';
import { judgedById, judgedOf, readApplications, withApplication } from './application-health';
import type { LookAnswer, LookRequest, Ports, StatusAnswer, StoreAnswer } from '../ports';
import type { Run } from './run';

/** So many instances that were not enrolled yet are asked for their checks in one sweep. */
const UNENROLLED_PER_SWEEP = 100;

/** What the first round trip brought. */
export interface FirstLook {
  readonly look: LookAnswer;
  readonly store: StoreAnswer;
  /** Only a sweep asks for it. */
  readonly troubled: StatusAnswer | undefined;
}

/**
 * The first round trip: EC2 and the incident table side by side. Whatever brought the question,
 * every managed instance that is not running comes along when one of them may be down, so that in
 * a storm one look serves all.
 */
export async function firstLook(ports: Ports, folded: Folded): Promise<FirstLook> {
  const request: LookRequest = folded.sweep
    ? { kind: 'everything' }
    : {
        kind: 'some',
        instanceIds: [...folded.instanceIds],
        volumeIds: [...folded.volumeIds],
        down: folded.down || folded.ticks.length > 0,
      };
  const [look, store, troubled] = await Promise.all([
    ports.ec2.look(request),
    ports.store.readAll(),
    folded.sweep ? ports.ec2.troubled() : undefined,
  ]);
  return { look, store, troubled };
}

/** Whether the next look at an instance needs its status checks. */
function needsChecks({ folded }: Run, record: InstanceRecord | undefined): boolean {
  if (record === undefined) return false;
  const isOpen = record.incident !== undefined || record.plan !== undefined;
  return isOpen || folded.evidence.has(record.instanceId);
}

/**
 * The second round trip, for what runs: open incidents that were not seen yet, and the checks of
 * all that need them. Answers every running instance with what is known of its checks.
 */
export async function secondLook(
  run: Run,
  first: FirstLook,
  running: readonly InstanceView[],
): Promise<readonly InstanceView[]> {
  const { ports, folded } = run;
  const seen = new Set(running.map((view) => view.instanceId));
  const missing = folded.sweep ? [] : openAndUnseen(run, first, seen);
  const close = lookedAtClosely(run, running);
  const ids = [...close.map((view) => view.instanceId), ...missing];
  // A sweep asks about every application: CloudWatch lists none that are unwell by themselves.
  const judged = [...judgedOf(run, folded.sweep ? running : close), ...judgedById(run, missing)];
  const [look, statuses] = await Promise.all([
    missing.length === 0
      ? undefined
      : ports.ec2.look({ kind: 'some', instanceIds: missing, volumeIds: [], down: false }),
    ids.length === 0 ? undefined : ports.ec2.statusOf(ids),
    readApplications(run, judged),
  ]);
  const found = look?.kind === 'seen' ? look.views : [];
  const views = withChecks([...running, ...found], [first.troubled, statuses]);
  const unwell = views
    .filter((view) => isUnwellUnread(run, view))
    .map((view) => view.instanceId)
    // What was asked for and not answered is not asked for twice.
    .filter((id) => !ids.includes(id));
  const more = unwell.length === 0 ? undefined : await ports.ec2.statusOf(unwell);
  for (const answer of [look, statuses, more, first.troubled]) noteFailure(run, answer);
  const known = more === undefined ? views : withChecks(views, [first.troubled, statuses, more]);
  return known.map((view) => withApplication(run, view));
}

function noteFailure({ ports }: Run, answer: LookAnswer | StatusAnswer | undefined): void {
  if (answer?.kind !== 'failed') return;
  ports.telemetry.count('ReadsFailed', 1);
  ports.telemetry.log('error', 'EC2 did not answer', { error: answer.error });
}

/** What is open or has news, and on a sweep some of what is not enrolled yet. */
function lookedAtClosely(run: Run, running: readonly InstanceView[]): readonly InstanceView[] {
  const { folded, records } = run;
  const unenrolled = folded.sweep
    ? running
        .filter(({ instanceId }) => records.get(instanceId)?.enrolment.kind !== 'enrolled')
        .slice(0, UNENROLLED_PER_SWEEP)
    : [];
  const open = running.filter(({ instanceId }) => needsChecks(run, records.get(instanceId)));
  return [...new Set([...open, ...unenrolled])];
}

/** That EC2 is fine must be known before the application is blamed, whatever CloudWatch says. */
function isUnwellUnread({ applications }: Run, { instanceId, checks }: InstanceView): boolean {
  return checks.system.status === 'unknown' && applications.get(instanceId)?.status === 'impaired';
}

/** A tick asks for everything that is open; other signals only for what they name. */
function openAndUnseen(
  { folded, records }: Run,
  { look }: FirstLook,
  running: ReadonlySet<string>,
): readonly string[] {
  if (folded.ticks.length === 0) return [];
  const down = new Set(look.kind === 'seen' ? look.views.map((view) => view.instanceId) : []);
  return [...records.values()]
    .filter(({ incident }) => incident !== undefined)
    .map(({ instanceId }) => instanceId)
    .filter((id) => !running.has(id) && !down.has(id));
}

function withChecks(
  views: readonly InstanceView[],
  answers: readonly (StatusAnswer | undefined)[],
): readonly InstanceView[] {
  const statuses = new Map(
    answers
      .flatMap((answer) => (answer?.kind === 'seen' ? answer.statuses : []))
      .map((status) => [status.instanceId, status] as const),
  );
  return views.map((view) => {
    const status = statuses.get(view.instanceId);
    if (status === undefined) return { ...view, checks: UNREAD_CHECKS };
    return { ...view, checks: status.checks, scheduledEvents: status.scheduledEvents };
  });
}
