import {
  ListCommandInvocationsCommand,
  SendCommandCommand,
  type CommandInvocation,
} from '@aws-sdk/client-ssm';
import { hookEvent, hookParameters, type HookSubject } from '../core/hook-event';
import type { HookNews } from '../core/hook-run';
import type { HookOutcome } from '../core/hooks';
import { progressOf, whyFailed } from '../core/signals/command-status';
import type { Home } from '../core/signals/signal';
import { instant, type Instant } from '../core/time';
import type { ClockPort, HookPort, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { Clients } from './clients';
import { putProgramEvents } from './events';
import { commandRefusal } from './ssm';
import { REQUEST_TIMEOUT_MS } from './timeouts';

/** What sending hooks needs beside the clients. */
export interface HookOptions {
  readonly home: Home;
  /** The bus by its name; the account's own where events are off. */
  readonly busName: string | undefined;
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

/** An agent that has not taken the command after this does not take it at all. */
const TAKEN_WITHIN_SECONDS = 60;
const DEFAULT_BUS = 'default';

/** Sends hooks to documents of Systems Manager and, as events, to programs. */
export function createHookPort(
  { ssm, events }: Pick<Clients, 'ssm' | 'events'>,
  options: HookOptions,
): HookPort {
  const { telemetry, busName = DEFAULT_BUS } = options;
  return {
    async send(hook, subject) {
      if (hook.kind === 'ssm') return command(ssm, { document: hook.document, subject, telemetry });
      const event = hookEvent(subject, { home: options.home, at: options.clock.now() });
      const lost = await putProgramEvents(events, [event], { busName, telemetry });
      return lost === 0 ? { kind: 'accepted' } : { kind: 'unavailable', code: 'EventNotTaken' };
    },
    ask: (instanceId, commandId) => ask(ssm, { instanceId, commandId, options }),
  };
}

interface Sending {
  readonly document: string;
  readonly subject: HookSubject;
  readonly telemetry: TelemetryPort;
}

async function command(
  ssm: Clients['ssm'],
  { document, subject, telemetry }: Sending,
): Promise<HookOutcome> {
  const { instanceId, run } = subject;
  try {
    const answer = await ssm.send(
      new SendCommandCommand({
        DocumentName: document,
        InstanceIds: [instanceId],
        Parameters: hookParameters(subject),
        TimeoutSeconds: TAKEN_WITHIN_SECONDS,
        Comment: `LiveChat Watchdog hook ${run.name}`.slice(0, 100),
      }),
    );
    const id = answer.Command?.CommandId;
    telemetry.log('info', 'command-sent', { instanceId, document, commandId: id });
    return { kind: 'accepted', ...(id !== undefined && { id }) };
  } catch (thrown) {
    const error = awsError(thrown);
    const text = describeAwsError(error);
    telemetry.log('warn', 'command-not-sent', { instanceId, document, error: text });
    return commandRefusal(error);
  }
}

interface Asking {
  readonly instanceId: string;
  readonly commandId: string;
  readonly options: HookOptions;
}

/**
 * GetCommandInvocation answers for one step, and wants its name where there are several. This one
 * knows the whole command. Its `Details` tell when it ended; the output in them is not read.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html
 */
async function ask(
  ssm: Clients['ssm'],
  { instanceId, commandId, options: { clock, telemetry } }: Asking,
): Promise<readonly HookNews[]> {
  try {
    const answer = await ssm.send(
      new ListCommandInvocationsCommand({
        CommandId: commandId,
        InstanceId: instanceId,
        Details: true,
      }),
      { requestTimeout: REQUEST_TIMEOUT_MS.bestEffort },
    );
    const at = clock.now();
    const [invocation] = answer.CommandInvocations ?? [];
    const { Status: said, DocumentName: document = '' } = invocation ?? {};
    telemetry.log('info', 'command-asked', { instanceId, commandId, status: said });
    const status = progressOf(said ?? '');
    const asked: HookNews = { kind: 'asked', at, commandId, isAnswered: true };
    if (invocation === undefined || status === undefined) return [asked];
    const ended = status === 'started' ? undefined : endOf(invocation);
    const why = status === 'failed' ? { why: whyFailed(said ?? '') } : {};
    const news = { kind: 'command', at: ended ?? at, commandId, document, status, ...why } as const;
    return [asked, news];
  } catch (thrown) {
    const error = describeAwsError(awsError(thrown));
    telemetry.log('warn', 'command-not-asked', { instanceId, commandId, error });
    return [{ kind: 'asked', at: clock.now(), commandId, isAnswered: false }];
  }
}

/** When the last step of a command ended. */
function endOf({ CommandPlugins: steps = [] }: CommandInvocation): Instant | undefined {
  const ends = steps.flatMap(({ ResponseFinishDateTime: end }) => end?.getTime() ?? []);
  return ends.length === 0 ? undefined : instant(Math.max(...ends));
}
