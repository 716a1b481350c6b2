import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { createLook } from '../lambda/adapters/ec2-look';
import type { InstanceView } from '../lambda/core/observation';
import type { Instant } from '../lambda/core/time';
import {
  DEFAULT_STACK,
  processSurroundings,
  type AccountOptions,
  type Surroundings,
} from './account-clients';
import { accountError, noRegion } from './account-error';
import { deployedBy, tableOf, unknown, type Deployed } from './account-stack';
import { told, type Connection } from './connection';
import type { GameDays } from './gameday-port';
import { createPolicyPauses, type PolicyPauses } from './policy-pauses';
import { createTableReads, type TableReads } from './table-reads';
import { listener, witness } from './witness';

/** The deployed watchdog. Every call throws an AccountError that says how to mend it. */
export interface Account extends PolicyPauses, TableReads {
  readonly region: string;
  readonly table: string;
  /** With what it was deployed. Read at its first use. */
  deployed(): Promise<Deployed>;
  now(): Instant;
  /** Game days on it. */
  gameDays(): Promise<GameDays>;
  /** Every instance with the opt-in tag. */
  views(): Promise<readonly InstanceView[]>;
  /** Writes one tag on each of these instances; not more than 500. */
  tag(instanceIds: readonly string[], key: string, value: string): Promise<void>;
  /** Removes tags; one that is not there is no error. */
  untag(instanceIds: readonly string[], keys: readonly string[]): Promise<void>;
}

/**
 * Connects to the deployed watchdog with the ordinary chain of credentials. Only `--table` saves
 * the question to CloudFormation.
 *
 * @throws AccountError without a Region, credentials, permission, stack or table
 */
export async function connect(
  options: AccountOptions,
  surroundings: Surroundings = processSurroundings(),
): Promise<Account> {
  const clients = await surroundings.clients(options);
  const { region } = clients;
  if (region === undefined) throw noRegion(options.profile);
  const { profile, stack } = options;
  const place = { name: stack ?? DEFAULT_STACK, region, profile };
  const table = options.table ?? (await tableOf(clients.cloudFormation, place));
  const connection: Connection = {
    clients,
    table,
    clock: surroundings.clock,
    asking: (action, resource) => ({ action, resource, region, profile }),
  };
  const isStackMeant = options.table === undefined || stack !== undefined;
  let deployed: Promise<Deployed> | undefined;
  return {
    region,
    table,
    now: () => surroundings.clock.now(),
    deployed: () =>
      (deployed ??= isStackMeant
        ? deployedBy(clients.cloudFormation, place)
        : Promise.resolve(unknown('With --table alone the policies are not known: add --stack.'))),
    async gameDays() {
      // Late: it brings clients that the other commands need not wait for.
      const { createGameDays } = await import('./gameday-account');
      return createGameDays({ ...connection, stack: place.name });
    },
    ...createTableReads(connection),
    ...instances(connection),
    ...createPolicyPauses(connection),
  };
}

type Instances = Pick<Account, 'views' | 'tag' | 'untag'>;

function instances({ clients, clock, asking }: Connection): Instances {
  const named = (ids: readonly string[]): string =>
    ids.length === 1 ? (ids[0] ?? '') : `${ids.length} instances`;
  return {
    async views() {
      const { client, thrown } = witness(clients.ec2);
      const answer = await createLook(client, { clock, telemetry: listener([]) })({
        kind: 'everything',
      });
      if (answer.kind === 'seen') return answer.views;
      throw accountError(thrown() ?? new Error(answer.error), asking('ec2:DescribeInstances', '*'));
    },
    tag: async (ids, Key, Value) =>
      told(asking('ec2:CreateTags', named(ids)), async () => {
        const Tags = [{ Key, Value }];
        await clients.ec2.send(new CreateTagsCommand({ Resources: [...ids], Tags }));
      }),
    untag: async (ids, keys) =>
      told(asking('ec2:DeleteTags', named(ids)), async () => {
        // Without a value: whatever it is.
        const Tags = keys.map((Key) => ({ Key }));
        await clients.ec2.send(new DeleteTagsCommand({ Resources: [...ids], Tags }));
      }),
  };
}
