import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { DynamoClient, Ec2Client, SnsClient } from '../lambda/adapters/clients';
import type { Tables } from './account/dynamodb-table';
import type { Ec2Account } from './account/ec2';
import { accessDenied } from './account/errors';
import { fisError } from './account/fis-errors';
import type { Caller, Operation } from './account/gateway';
import { StatedPolicy, type ConditionContext } from './account/iam';
import {
  operatorOperations,
  stackError,
  stackOperations,
  type OperatorOperation,
} from './account/operator-operations';
import type { Deployment, Json } from './account/template';
import type { Principal, ServiceName } from './history';

/** Fault Injection Service: a call by its name, with its input beside it. */
export interface FisCalls {
  send(call: { readonly operation: string }): Promise<object>;
}

/** AWS as a person at a terminal reaches it. */
export interface PersonClients {
  readonly ec2: Ec2Client;
  readonly dynamo: DynamoClient;
  readonly cloudFormation: Pick<CloudFormationClient, 'send'>;
  readonly fis: () => Promise<FisCalls>;
  readonly sns: () => Promise<SnsClient>;
}

interface Account {
  readonly ec2: Ec2Account;
  readonly tables: Tables;
  /** The stacks, the watchdog's first. */
  readonly deployments: readonly Deployment[];
  /** Fault Injection Service's, by name. */
  readonly experiments: Readonly<Record<string, OperatorOperation>>;
  /** What the function calls too. */
  readonly operations: readonly Operation[];
}

/** Who calls, and the identity policy by which each call is judged. */
export interface Person {
  readonly by: Principal;
  /** An IAM policy document. */
  readonly policy: object;
}

interface Call {
  readonly service: ServiceName | 'cloudformation' | 'fis';
  readonly command: { readonly input?: unknown };
}

/**
 * Clients whose calls take effect at the moment of the call, as all that people do: no latency and
 * no faults, but the same operations, refusals and permissions that the function meets.
 */
export function personClients(account: Account, person: Person): PersonClients {
  const policy = new StatedPolicy(person.policy as Json);
  const own: Readonly<Record<string, OperatorOperation>> = {
    ...operatorOperations(account),
    ...stackOperations(account.deployments),
  };
  const answer = ({ service, command }: Call): object => {
    const name = command.constructor.name;
    const caller = callerOf({ policy, by: person.by, service });
    const shared = account.operations.find(
      (one) => one.service === service && `${one.name}Command` === name,
    );
    if (shared !== undefined) return shared.run(command.input, caller);
    const operation = own[name];
    if (operation === undefined) throw new Error(`Unsimulated call of a person: ${name}`);
    return operation(command.input as never, caller);
  };
  const client = (service: Call['service']): unknown => ({
    send: async (command: Call['command']) => answer({ service, command }),
  });
  return {
    ec2: client('ec2') as Ec2Client,
    dynamo: client('dynamodb') as DynamoClient,
    cloudFormation: client('cloudformation') as PersonClients['cloudFormation'],
    fis: () =>
      Promise.resolve({
        async send(call) {
          const operation = account.experiments[call.operation];
          if (operation === undefined) {
            throw new Error(`Unsimulated call of a person: ${call.operation} of FIS`);
          }
          return operation(call as never, callerOf({ policy, by: person.by, service: 'fis' }));
        },
      }),
    sns: async () => client('sns') as SnsClient,
  };
}

function callerOf(call: {
  readonly policy: StatedPolicy;
  readonly by: Principal;
  readonly service: Call['service'];
}): Caller & { readonly by: Principal } {
  const { policy, by, service } = call;
  const may = (action: string, resource: string, context: ConditionContext = {}): boolean =>
    policy.judge({ action, resource, context }) === 'allowed';
  return {
    by,
    invocation: 0,
    roleArn: by.name,
    // Nobody reads what a person's calls did: the history has the tags themselves.
    effect: {
      draws: [],
      started: [],
      stopped: [],
      rebooted: [],
      changed: [],
      read: [],
      stored: undefined,
      units: undefined,
    },
    may,
    authorize(action, resource, context) {
      if (may(action, resource, context)) return;
      const text = `User: ${by.name} is not authorized to perform: ${action}`;
      if (service === 'cloudformation') throw stackError('AccessDenied', text);
      throw service === 'fis'
        ? fisError('AccessDeniedException', text)
        : accessDenied(service, action, resource);
    },
  };
}
