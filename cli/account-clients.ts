import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { userInfo } from 'node:os';
import type { DynamoClient, Ec2Client, SnsClient } from '../lambda/adapters/clients';
import { createSystemClock } from '../lambda/adapters/system-clock';
import type { ClockPort } from '../lambda/ports';
import type { FisClient } from './fis-port';

/** The name that bin/watchdog.ts gives the stack. */
export const DEFAULT_STACK = 'LiveChatWatchdog';

/** Which account and Region is meant; what is absent comes from the environment. */
export interface AccountOptions {
  /** A profile of ~/.aws/config; else AWS_PROFILE or the default one. */
  readonly profile?: string | undefined;
  /** Else AWS_REGION or the profile's. */
  readonly region?: string | undefined;
  /** The CloudFormation stack; else the name that bin/watchdog.ts gives it. */
  readonly stack?: string | undefined;
  /** The incident table; else what the stack's outputs say. */
  readonly table?: string | undefined;
}

/** AWS as the commands reach it. */
export interface AccountClients {
  readonly ec2: Ec2Client;
  readonly dynamo: DynamoClient;
  readonly cloudFormation: Pick<CloudFormationClient, 'send'>;
  /** Only game days need these two: they are loaded when they are asked for. */
  readonly fis: () => Promise<FisClient>;
  readonly sns: () => Promise<SnsClient>;
  /** The Region in which they are; undefined where none is configured. */
  readonly region: string | undefined;
}

/** What the commands on an account need of the machine that they run on; tests give their own. */
export interface Surroundings {
  readonly clients: (options: AccountOptions) => Promise<AccountClients>;
  readonly clock: ClockPort;
  /** Who types: for `ack` and `pause`. */
  readonly user: string;
}

/** A person waits: more patience than the function has, and the SDK's own retries. */
const CONFIG = {
  maxAttempts: 5,
  requestHandler: {
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    throwOnRequestTimeout: true,
  },
} as const;

/** The ordinary chain: environment, profile, SSO, container, instance metadata. */
async function sdkClients({ profile, region }: AccountOptions): Promise<AccountClients> {
  const [{ EC2Client }, { DynamoDBClient }, { CloudFormationClient }] = await Promise.all([
    import('@aws-sdk/client-ec2'),
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/client-cloudformation'),
  ]);
  const config = {
    ...CONFIG,
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
  };
  const ec2 = new EC2Client(config);
  return {
    ec2,
    dynamo: new DynamoDBClient(config),
    cloudFormation: new CloudFormationClient(config),
    async fis() {
      const { createFisClient } = await import('./fis-client');
      const { credentials } = ec2.config;
      return createFisClient({
        region: await ec2.config.region(),
        credentials,
        now: () => new Date(),
      });
    },
    async sns() {
      const { SNSClient } = await import('@aws-sdk/client-sns');
      return new SNSClient(config);
    },
    region: await configuredRegion(() => ec2.config.region()),
  };
}

/** The SDK throws where no Region is configured. */
async function configuredRegion(read: () => Promise<string>): Promise<string | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}

/** `$USER` or the account's name on this machine; a container may know neither. */
function userName(env: Readonly<Record<string, string | undefined>>): string {
  const named = env['USER'] ?? env['USERNAME'] ?? '';
  if (named !== '') return named;
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** This machine, with the real AWS. */
export function processSurroundings(): Surroundings {
  return { clients: sdkClients, clock: createSystemClock(), user: userName(process.env) };
}
