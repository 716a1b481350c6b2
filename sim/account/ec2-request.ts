import type { Filter } from '@aws-sdk/client-ec2';
import type { InstanceState } from '../../lambda/core/observation';
import type { Principal } from '../history';
import type { Ec2Account } from './ec2';
import { ec2Error } from './ec2-errors';
import { STATE_CODES, type Instance } from './ec2-instance';
import type { Caller, Latency, Operation } from './gateway';
import type { ConditionContext } from './iam';

/** A call that only reads. */
export const READ: Latency = { medianMs: 170, sigma: 0.35, leastMs: 60, mostMs: 2_500 };
/** A call that changes what EC2 keeps, and no machine. */
export const WRITE: Latency = { medianMs: 220, sigma: 0.3, leastMs: 90, mostMs: 2_000 };
/** A call that sets a machine in motion. */
export const ACT: Latency = { medianMs: 800, sigma: 0.35, leastMs: 300, mostMs: 1_800 };

/** One operation of EC2, with the input that its command has. */
export function operation(
  name: string,
  latency: Latency,
  run: (input: never, caller: Caller) => object,
): Operation {
  return { service: 'ec2', name, latency, run: run as Operation['run'] };
}

/** How many items a page of a list holds at least and at most. */
export interface PageLimits {
  readonly least: number;
  readonly most: number;
}

/** EC2 serves pages from memory for a while; the token holds where the next one begins. */
export function page<T>(
  items: readonly T[],
  input: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
  { least, most }: PageLimits = { least: 5, most: 1_000 },
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const { NextToken, MaxResults } = input;
  const from = NextToken === undefined ? 0 : Number(NextToken.replace('page-', ''));
  if (!Number.isInteger(from)) throw ec2Error.invalid('Unable to parse pagination token');
  if (MaxResults !== undefined && (MaxResults < least || MaxResults > most)) {
    throw ec2Error.invalid(`Value ( ${MaxResults} ) for parameter maxResults is invalid`);
  }
  const to = from + (MaxResults ?? most);
  return {
    items: items.slice(from, to),
    next: to < items.length ? { NextToken: `page-${to}` } : {},
  };
}

/** The request bucket of a list call: filtered or paginated calls have a larger one. */
export function readBucket(
  name: string,
  input: { readonly Filters?: Filter[] | undefined; readonly MaxResults?: number | undefined },
): string {
  const narrowed = (input.Filters ?? []).length > 0 || input.MaxResults !== undefined;
  return narrowed ? `${name}/filtered` : name;
}

/** The tags as the condition keys of a resource. */
export function resourceTags({ tags }: Pick<Instance, 'tags'>): ConditionContext {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ec2:ResourceTag/${key}`, value],
    ]),
  );
}

/** Tags that a request writes, as its condition keys. */
export function requestTags(tags: Readonly<Record<string, string>>): ConditionContext {
  const keys = Object.keys(tags);
  const values: ConditionContext = Object.fromEntries(
    Object.entries(tags).map(([key, value]): [string, string] => [`aws:RequestTag/${key}`, value]),
  );
  return keys.length === 0 ? values : { ...values, 'aws:TagKeys': keys };
}

/** The one who calls: the function's role, or a person with clients of their own. */
export function principalOf(caller: Caller): Principal {
  return caller.by ?? { kind: 'watchdog', name: caller.roleArn };
}

/** The instances that a call names, each once, with its permission asked for each. */
export function namedInstances(
  account: Ec2Account,
  action: string,
  { ids, caller }: { readonly ids: readonly string[] | undefined; readonly caller: Caller },
): readonly Instance[] {
  const unique = [...new Set(ids)];
  if (unique.length === 0) throw ec2Error.missing('InstanceId');
  account.draw(caller, action);
  const instances = account.known(unique);
  for (const instance of instances) {
    caller.authorize(`ec2:${action}`, account.arnOf(instance), resourceTags(instance));
  }
  return instances;
}

const state = (name: InstanceState): object => ({ Code: STATE_CODES[name], Name: name });

/** One line of the answer to a start or a stop. */
export function stateChange(instance: Instance, previous: InstanceState): object {
  return {
    InstanceId: instance.id,
    CurrentState: state(instance.state),
    PreviousState: state(previous),
  };
}
