import { SendCommandCommand } from '@aws-sdk/client-ssm';
import { hookEvent, hookParameters, type HookSubject } from '../core/hook-event';
import type { HookOutcome } from '../core/hooks';
import type { Home } from '../core/signals/signal';
import type { ClockPort, HookPort, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { Clients } from './clients';
import { putProgramEvents } from './events';
import { commandRefusal } from './ssm';

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
