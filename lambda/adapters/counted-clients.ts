import type { TelemetryPort } from '../ports';
import type { Clients } from './clients';
import { ec2Error } from './ec2-errors';

/**
 * Errors that are answers: another invocation was quicker; a dry run that would have worked; what
 * was asked after is not there.
 */
const ANSWERS: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException',
  'DryRunOperation',
  // The Systems Manager agent does not answer: of a server, not of the service.
  'InvalidInstanceId',
  'NotFoundException',
  'TransactionCanceledException',
  'TransactionInProgressException',
]);

/** A Region that does not offer application status checks refuses their filter, at each sweep. */
const isNotOffered = (operation: string, code: string): boolean =>
  operation === 'DescribeInstanceStatus' && code === 'InvalidParameterValue';

/**
 * The same clients, with every call that AWS did not answer counted and logged, in this one place
 * and whatever the adapters make of it. No capacity and another state than the one expected are
 * answers about a server: people hear of those in its incident.
 */
export function countedClients(clients: Clients, telemetry: TelemetryPort): Clients {
  const counted = Object.entries(clients).map(([service, client]) => [
    service,
    counting(client as Sender, { service, telemetry }),
  ]);
  // Each entry is its client with the same `send`, of which only rejections are looked at.
  return Object.fromEntries(counted) as Clients;
}

interface Sender {
  send(command: object, ...more: readonly unknown[]): Promise<unknown>;
}

/** The schema of a command names its operation; its class's name does not outlive the bundle. */
function operationOf(command: object): string {
  const schema: unknown = 'schema' in command ? command.schema : undefined;
  const name: unknown = Array.isArray(schema) ? schema[2] : undefined;
  return typeof name === 'string' ? name : 'unknown';
}

interface Counting {
  readonly service: string;
  readonly telemetry: TelemetryPort;
}

function counting(client: Sender, { service, telemetry }: Counting): Sender {
  return {
    send(command, ...more) {
      const answer = client.send(command, ...more);
      // Beside the call, not around it: the adapter gets the very promise of the client.
      answer.catch((thrown: unknown) => {
        note(thrown, { service, operation: operationOf(command), telemetry });
      });
      return answer;
    },
  };
}

function note(
  thrown: unknown,
  { service, operation, telemetry }: Counting & { readonly operation: string },
): void {
  const { code, message, fault } = ec2Error(thrown);
  if (fault === 'no-capacity' || fault === 'wrong-state' || ANSWERS.has(code)) return;
  if (isNotOffered(operation, code)) return;
  telemetry.count(fault === 'throttled' ? 'ApiThrottles' : 'ApiErrors', 1);
  telemetry.log('warn', 'aws-call-failed', { service, operation, fault, code, error: message });
}
