import { commandOf, isEnded, type HookRun } from './hook-run';
import { after, between, earliest, latest, minutes, ms, seconds, type Instant } from './time';

/** A command that says nothing for so long is asked about; then ever more rarely. */
const QUIET = { least: seconds(60), most: minutes(5) };
/** At the deadline the answer counts: a question that got none is put again so soon. */
const AGAIN = seconds(20);
/** So long after its deadline a run is overdue, whatever was not answered. */
const ANSWERED_WITHIN = minutes(2);

/** A command of Systems Manager that is to be asked about. */
export interface HookQuestion {
  readonly instanceId: string;
  readonly commandId: string;
  readonly dueAt: Instant;
}

/**
 * When Systems Manager should be asked how far a run is, since its event may be lost: once it has
 * been quiet for a while, then after as long again, and in any case at the deadline.
 * Undefined where there is nothing to ask, or nothing more: programs cannot be asked.
 */
export function questionDue(run: HookRun): Instant | undefined {
  if (isEnded(run) || commandOf(run) === undefined) return undefined;
  const { asked, state, deadlineAt } = run;
  if (asked !== undefined && asked.at >= deadlineAt) {
    return asked.isAnswered ? undefined : after(asked.at, AGAIN);
  }
  const last = latest(state.at, asked?.at ?? state.at);
  const quiet = Math.min(QUIET.most, Math.max(QUIET.least, between(state.at, last)));
  return earliest(after(last, ms(quiet)), latest(state.at, deadlineAt));
}

/** Whether a run is past its deadline, and Systems Manager may still say that it ended. */
export function awaitsAnswer(run: HookRun, now: Instant): boolean {
  return questionDue(run) !== undefined && now < after(run.deadlineAt, ANSWERED_WITHIN);
}

/** When a run that was sent wants the next look: its question, or its deadline. */
export function lookDue(run: HookRun): Instant {
  const question = questionDue(run);
  return question === undefined ? run.deadlineAt : earliest(question, latestLook(run));
}

const latestLook = ({ deadlineAt }: HookRun): Instant => after(deadlineAt, ANSWERED_WITHIN);

/** The commands of an incident that it is time to ask about. */
export function questionsOf(
  instanceId: string,
  hooks: readonly HookRun[],
  now: Instant,
): readonly HookQuestion[] {
  return hooks.flatMap((run): readonly HookQuestion[] => {
    const commandId = commandOf(run);
    const dueAt = questionDue(run);
    const isDue = dueAt !== undefined && dueAt <= now;
    return commandId === undefined || !isDue ? [] : [{ instanceId, commandId, dueAt }];
  });
}
