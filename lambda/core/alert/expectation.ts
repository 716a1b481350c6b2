import type { Incident } from '../incident';
import type { LadderCondition, Rung } from '../ladder';
import { POLICY_DEFAULTS, type Policy } from '../policy';
import type { InstanceRecord } from '../record';
import { describeRemediation, type Takedown } from '../remediation';
import { rungBehind, takedownsOf, type TakedownAttempt } from '../takedowns';
import { after, latest, type Instant } from '../time';
import { unreachable } from '../unreachable';
import { clock, length } from './format';

/** The ladder of what a check tells. */
const LADDER_OF = {
  system: 'system-impaired',
  attachedEbs: 'ebs-impaired',
  instance: 'instance-impaired',
  application: 'application-impaired',
} as const satisfies Readonly<Record<string, LadderCondition>>;

/** What a text of expectation needs of the deployment. */
export interface ExpectationContext {
  readonly timeZone: string;
  readonly policies: ReadonlyMap<string, Policy>;
}

/** What will happen by itself, and when the reader hears of it if it does not. */
export interface Expectation {
  readonly expect: string;
  readonly you: string;
}

/** What comes next, from the policy's ladder and from what is being done. */
export function expectationOf(
  { label, incident }: InstanceRecord,
  context: ExpectationContext,
): Expectation {
  const policy = context.policies.get(label.policy) ?? { name: label.policy, ...POLICY_DEFAULTS };
  const last = incident?.attempts.at(-1);
  const isActing = incident?.timeline.at(-1)?.decision === 'remediate';
  if (incident === undefined) return startExpected(undefined, policy, context);
  const takedown = takedownsOf(incident).at(-1);
  if (takedown !== undefined && isActing && takedown === last) {
    return takedownExpected(takedown, policy, context);
  }
  if (incident.condition === 'impaired') return ladderExpected(incident, policy, context);
  if (incident.condition === 'planned') {
    const isDraining = incident.timeline.at(-1)?.reason === 'draining';
    return isDraining
      ? drainExpected(incident, policy)
      : {
          expect: 'taken down and brought back as soon as nothing speaks against it.',
          you: 'nothing to do. Tag it watchdog:move = "veto" to keep it.',
        };
  }
  return startExpected(last?.at ?? incident.openedAt, policy, context);
}

function drainExpected({ planned }: Incident, { hooks }: Policy): Expectation {
  const names = hooks.filter(({ on }) => on === 'before-stop').map(({ name }) => name);
  const then =
    planned?.askedBy === 'operator'
      ? 'It is taken down when that has ended, done or not, as somebody asked for it now.'
      : 'If that is not done in time, it is not taken down and you hear of it.';
  return {
    expect: `drained first (${names.join(', ')}), then taken down and brought back.`,
    you: `nothing to do. ${then}`,
  };
}

function startExpected(
  from: Instant | undefined,
  { servingDeadline }: Policy,
  { timeZone }: ExpectationContext,
): Expectation {
  const by = from === undefined ? '' : `, or by ${clock(after(from, servingDeadline), timeZone)}`;
  return {
    expect: 'serving again a minute or two after the start.',
    you: `nothing to do. Next message when it serves${by} if it does not.`,
  };
}

function takedownExpected(
  takedown: TakedownAttempt,
  policy: Policy,
  { timeZone }: ExpectationContext,
): Expectation {
  const { remediation, at, reason } = takedown;
  const timeout = rungBehind(policy, takedown)?.timeout ?? policy.servingDeadline;
  const until = clock(after(at, timeout), timeZone);
  const isPlanned = reason === 'stop-scheduled' || reason === 'reboot-scheduled';
  return {
    expect: GOING_ON[remediation],
    you: isPlanned
      ? `nothing to do. Next message when it serves, or after ${until} if it does not.`
      : `nothing to do. If it does not help by ${until}, the next step follows or you are called.`,
  };
}

const GOING_ON: Readonly<Record<Takedown, string>> = {
  'restart-service': 'the service is back within a minute or so; the server keeps running.',
  reboot: 'down for a minute or two while it reboots, on the same host.',
  'stop-start': 'down for some minutes: it is stopped, then started on another host.',
  'force-stop': 'stopped by force, then started on another host.',
};

/** The rungs that wait for their time, with the earliest moment of the first. */
function ladderExpected(
  incident: Incident,
  policy: Policy,
  { timeZone }: ExpectationContext,
): Expectation {
  const [check] = incident.asFound?.impaired ?? [];
  const you = 'nothing to do. Next message when it is well again, or when it needs you.';
  const condition = check === undefined ? undefined : LADDER_OF[check];
  const rungs = condition === undefined ? [] : usable(policy, condition);
  const [first, ...rest] = rungs;
  if (condition === undefined || first === undefined) {
    return { expect: 'what its policy lists for this check, the gentlest first.', you };
  }
  const since = incident.outage.firstKnownBad;
  const waitsForAws = incident.timeline.at(-1)?.reason === 'awaiting-aws-recovery';
  const tolerated = after(since, first.toleration);
  const earliest = waitsForAws ? after(since, policy.awsRecoveryWait) : tolerated;
  const at = clock(latest(earliest, incident.openedAt), timeZone);
  const begin = waitsForAws
    ? `AWS's own recovery has until ${at}, then ${stepText(first)}`
    : `${stepText(first)} at ${at} at the earliest`;
  const then = rest.map((rung, index) => {
    const previous = rungs[index] ?? first;
    return `then ${stepText(rung)} if that does not help within ${length(previous.timeout)}`;
  });
  return { expect: `${[begin, ...then].join(', ')}.`, you };
}

function usable(policy: Policy, condition: LadderCondition): readonly Rung[] {
  return policy.ladders[condition].filter(
    ({ remediation }) => remediation !== 'restart-service' || policy.restartDocument !== undefined,
  );
}

function stepText({ remediation, requires }: Rung): string {
  const terms = requires.map((precondition) => {
    switch (precondition) {
      case 'maintenance-window':
        return 'within its maintenance window';
      case 'capacity-proof':
        return 'once a place is reserved for it';
      default:
        return unreachable(precondition);
    }
  });
  const what = describeRemediation(remediation);
  return terms.length === 0 ? what : `${what} (${terms.join(', ')})`;
}
