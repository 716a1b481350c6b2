import { SendCommandCommand } from '@aws-sdk/client-ssm';
import type { Refusal } from '../core/incident';
import { unreachable } from '../core/unreachable';
import type { ServicePort, TelemetryPort } from '../ports';
import { awsError, describeAwsError, type AwsError } from './aws-errors';
import type { SsmClient } from './clients';

/** What restarting a service needs beside the client. */
export interface ServiceOptions {
  readonly telemetry: TelemetryPort;
}

/**
 * An agent that has not taken the command after this does not take it at all: a restart that comes
 * minutes late would hit a server that something else has restored. SSM allows no less than 30.
 */
const TAKEN_WITHIN_SECONDS = 60;
/** People see it in the console's list of commands. */
const COMMENT = 'LiveChat Watchdog';

/**
 * The agent does not answer, or the instance does not run: the document and the permission are
 * right, and the next time it may be there.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
const NOT_THERE = 'InvalidInstanceId';

/** What it means that Systems Manager did not take a command. */
export function commandRefusal({ code, message, fault }: AwsError): Refusal {
  if (code === NOT_THERE) return { kind: 'unavailable', code };
  switch (fault) {
    case 'throttled':
    case 'unavailable':
      return { kind: 'unavailable', code };
    case 'client':
      return { kind: 'refused', code, message };
    default:
      return unreachable(fault);
  }
}

/** Sends a document of Systems Manager to one instance, once and without parameters. */
export function createServicePort(client: SsmClient, { telemetry }: ServiceOptions): ServicePort {
  return {
    async restart(instanceId, document) {
      try {
        const answer = await client.send(
          new SendCommandCommand({
            DocumentName: document,
            InstanceIds: [instanceId],
            TimeoutSeconds: TAKEN_WITHIN_SECONDS,
            Comment: COMMENT,
          }),
        );
        // Where the output is kept: SSM knows what the document did under this id.
        const commandId = answer.Command?.CommandId;
        telemetry.log('info', 'command-sent', { instanceId, document, commandId });
        return { kind: 'accepted' };
      } catch (thrown) {
        const error = awsError(thrown);
        const text = describeAwsError(error);
        telemetry.log('warn', 'command-not-sent', { instanceId, document, error: text });
        return commandRefusal(error);
      }
    },
  };
}
