import { InvalidArgumentError, type Command } from 'commander';
import type { Policy } from '../lambda/core/policy';
import { dateOf } from '../lambda/core/signals/date-text';
import type { Instant } from '../lambda/core/time';
import { explanationJson, explanationText } from './explain-text';
import { readAnswer, statusProblem } from './instances-answer';
import { judge, type JudgeOptions } from './judge';
import { CHECKED_IN_CONFIG, readPolicies } from './policies-file';
import type { Terminal } from './terminal';
import { readTextFile } from './text-file';
import { UsageError } from './usage-error';

interface ExplainOptions {
  readonly instances?: string;
  readonly status?: string;
  readonly policy?: string;
  readonly config?: string;
  readonly at?: Instant;
  readonly account?: string;
  readonly region?: string;
  readonly enrolled: boolean;
  readonly json?: true;
}

const HELP = `
Every FILE is judged by itself: an event is a hint, and what counts is what EC2 answers. Without
--instances the decision is therefore "observe". Only the instances that the event names are
judged; for an AWS Health event about a volume, those that have it attached.

It is assumed that the watchdog saw the instance serving an hour before the event (it is
enrolled), that no incident is open, and that it looks at the time of the event. Say otherwise
with --not-enrolled and --at. Where no state-change event says when it stopped, a stop that EC2
dates to before that hour is one from before enrolment.

With --json, one object a line for each FILE:
  file, outcome ("rejected", "ignored" or "signal"), signal, reason,
  instances: [{ instanceId, cause, confidence, decision, remediation, rung, reason }]

Examples:
  $ watchdog explain stopped.json
  $ aws ec2 describe-instances --instance-ids i-0abc > instances.json
  $ aws ec2 describe-instance-status --include-all-instances > status.json
  $ watchdog explain stopped.json --instances instances.json --status status.json
  $ watchdog explain events/*.json --json | jq -r '[.file, .outcome, .reason] | @tsv'
  $ watchdog explain stopped.json --instances instances.json --at 2024-08-01T12:20:00Z

Exit code: 0, 1 when a file cannot be read (the others are judged all the same), 2 for a command
line that is not understood.
`;

const STATUS_ALONE =
  '--status says nothing without --instances: the state and the tags come from there.';

function parseAt(text: string): Instant {
  const at = dateOf(text);
  if (at !== undefined) return at;
  throw new InvalidArgumentError(
    'It must be a time from 2001 to 2100 in ISO 8601, for instance 2024-08-01T12:10:07Z.',
  );
}

function parseAccount(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be the 12 digits of an AWS account.');
}

/** Adds `explain` to the program; `onExit` gets the exit code. */
export function addExplain(
  program: Command,
  terminal: Terminal,
  onExit: (code: number) => void,
): void {
  program
    .command('explain')
    .summary('what would the watchdog make of this event?')
    .description('Says what the watchdog would make of events: cause, decision and the reason.')
    .argument('<FILE...>', 'EventBridge events, one JSON object a file; "-" is standard input')
    .option('--instances <FILE>', 'what `aws ec2 describe-instances` printed')
    .option('--status <FILE>', 'what `aws ec2 describe-instance-status` printed')
    .option('--policy <NAME>', 'judge every instance as if its opt-in tag named this policy')
    .option('--config <FILE>', 'a cdk.json with other policies (default: the checked-in one)')
    .option('--at <ISO>', "when the watchdog looks (default: the event's time)", parseAt)
    .option('--account <ID>', "the watchdog's account (default: the event's)", parseAccount)
    .option('--region <REGION>', "the watchdog's Region (default: the event's)")
    .option('--not-enrolled', 'the watchdog has never seen the instance serving')
    .option('--json', 'one JSON object a line for each FILE')
    .addHelpText('after', HELP)
    .action((files: readonly string[], given: Omit<ExplainOptions, 'enrolled'>) => {
      const enrolled = !('notEnrolled' in given);
      onExit(explain(files, { ...given, enrolled }, terminal));
    });
}

function explain(files: readonly string[], options: ExplainOptions, terminal: Terminal): number {
  const policies = policiesFor(options, terminal);
  const reader = createReader(terminal);
  const answer = readAnswer({
    instances: reader.read(options.instances),
    status: reader.read(options.status),
    policy: options.policy,
  });
  if (answer.kind === 'malformed') terminal.err(answer.problem);
  if (answer.kind === 'absent' && options.status !== undefined) terminal.err(STATUS_ALONE);
  const problem = statusProblem(reader.read(options.status));
  if (problem !== undefined) terminal.err(problem);
  const judging: JudgeOptions = {
    account: options.account,
    region: options.region,
    policies,
    answer,
    at: options.at,
    isEnrolled: options.enrolled,
  };
  for (const file of files) {
    const text = reader.read(file);
    if (text !== undefined) print(file, text, { judging, options, terminal });
  }
  return reader.failed() ? 1 : 0;
}

function print(
  file: string,
  text: string,
  by: {
    readonly judging: JudgeOptions;
    readonly options: ExplainOptions;
    readonly terminal: Terminal;
  },
): void {
  const { judging, options, terminal } = by;
  const explanation = judge(text, judging);
  terminal.out(
    options.json === true
      ? explanationJson(file, explanation)
      : explanationText(file, explanation, terminal.colors),
  );
}

/** Reads each file once, tells of each that cannot be read, and remembers that there was one. */
function createReader(terminal: Terminal) {
  const texts = new Map<string, string | undefined>();
  let isFailed = false;
  return {
    failed: (): boolean => isFailed,
    read(path: string | undefined): string | undefined {
      if (path === undefined) return undefined;
      if (texts.has(path)) return texts.get(path);
      const file = readTextFile(path, terminal.folder);
      const text = file.kind === 'text' ? file.text : undefined;
      if (file.kind === 'unreadable') {
        isFailed = true;
        terminal.err(file.error);
      }
      texts.set(path, text);
      return text;
    },
  };
}

function policiesFor(options: ExplainOptions, terminal: Terminal): ReadonlyMap<string, Policy> {
  const policies = readPolicies(options.config ?? CHECKED_IN_CONFIG, terminal.folder);
  const { policy } = options;
  if (policy === undefined || policies.has(policy)) return policies;
  throw new UsageError({
    what: '--policy',
    actual: JSON.stringify(policy),
    allowed: `one of ${[...policies.keys()].join(', ')}`,
    fix: 'Correct the name, or name a cdk.json that has it with --config.',
  });
}
