import { statusView } from '../lambda/adapters/ec2-status';
import { instanceView } from '../lambda/adapters/ec2-view';
import type { InstanceView } from '../lambda/core/observation';
import { dateOf } from '../lambda/core/signals/date-text';
import { field, isJson, listIn, type Json } from '../lambda/core/signals/field';
import { OPT_IN_TAG } from '../lambda/core/tags';
import type { StatusView } from '../lambda/ports';

/** One instance of an answer. */
export interface AnsweredInstance {
  readonly view: InstanceView;
  /** It carries the opt-in tag. */
  readonly isManaged: boolean;
}

/** What DescribeInstances answered, as far as it was given and can be read. */
export type InstancesAnswer =
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed'; readonly problem: string }
  | {
      readonly kind: 'read';
      readonly instances: ReadonlyMap<string, AnsweredInstance>;
      /** Instances without a state or a launch time. */
      readonly unreadable: readonly string[];
    };

/** The answers as texts; absent where the option was not given. */
export interface AnswerTexts {
  readonly instances: string | undefined;
  readonly status: string | undefined;
  /** Stands in for the value of the opt-in tag of every instance. */
  readonly policy: string | undefined;
}

/** The dates that the conversion reads: the SDK has a Date where the AWS CLI prints a text. */
const DATES: ReadonlySet<string> = new Set([
  'LaunchTime',
  'ImpairedSince',
  'NotBefore',
  'NotBeforeDeadline',
]);

function revive(key: string, value: unknown): unknown {
  if (!DATES.has(key) || typeof value !== 'string') return value;
  const at = dateOf(value);
  return at === undefined ? undefined : new Date(at);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, revive);
  } catch {
    return undefined;
  }
}

/** Its tags, with the policy of the command line in place of the opt-in tag's value. */
function tagsOf(instance: Json, policy: string | undefined): readonly unknown[] {
  const tags = listIn(instance, 'Tags').filter(isJson);
  const others = tags.filter((tag) => field(tag, 'Key') !== OPT_IN_TAG);
  return policy === undefined ? tags : [...others, { Key: OPT_IN_TAG, Value: policy }];
}

type Read =
  | { readonly kind: 'seen'; readonly instance: AnsweredInstance }
  | { readonly kind: 'unreadable'; readonly instanceId: string };

function readInstance(raw: Json, owner: unknown, policy: string | undefined): Read | undefined {
  const instanceId = field(raw, 'InstanceId');
  if (typeof instanceId !== 'string') return undefined;
  const tags = tagsOf(raw, policy);
  const isManaged = tags.some((tag) => isJson(tag) && field(tag, 'Key') === OPT_IN_TAG);
  // A view is made of managed instances only; the others are shown and left alone.
  const shown = isManaged ? tags : [...tags, { Key: OPT_IN_TAG, Value: '' }];
  try {
    const instance = { ...raw, Tags: shown } as unknown as Parameters<typeof instanceView>[0];
    const result = instanceView(instance, typeof owner === 'string' ? owner : undefined);
    return result.kind === 'view'
      ? { kind: 'seen', instance: { view: result.view, isManaged } }
      : { kind: 'unreadable', instanceId };
  } catch {
    // The SDK never gives a number for a text; a hand-written file may.
    return { kind: 'unreadable', instanceId };
  }
}

function statusesOf(text: string | undefined): ReadonlyMap<string, StatusView> {
  const answer = text === undefined ? undefined : parse(text);
  const entries = isJson(answer) ? listIn(answer, 'InstanceStatuses').filter(isJson) : [];
  const views = entries.map((entry) => {
    try {
      return statusView(entry);
    } catch {
      return undefined;
    }
  });
  return new Map(views.filter((view) => view !== undefined).map((view) => [view.instanceId, view]));
}

function problemOf(name: string, answer: unknown, list: string): string | undefined {
  if (isJson(answer) && Array.isArray(field(answer, list))) return undefined;
  return `${name} is no answer as the AWS CLI prints it: a JSON object with a list "${list}".`;
}

/** What is wrong with the answers' form, if anything; an unread status is not fatal. */
export function statusProblem(text: string | undefined): string | undefined {
  return text === undefined ? undefined : problemOf('--status', parse(text), 'InstanceStatuses');
}

/** Reads both answers as `aws ec2 describe-instances` and `describe-instance-status` print them. */
export function readAnswer({ instances, status, policy }: AnswerTexts): InstancesAnswer {
  if (instances === undefined) return { kind: 'absent' };
  const answer = parse(instances);
  const problem = problemOf('--instances', answer, 'Reservations');
  if (problem !== undefined || !isJson(answer))
    return { kind: 'malformed', problem: problem ?? '' };
  const statuses = statusesOf(status);
  const reads = listIn(answer, 'Reservations')
    .filter(isJson)
    .flatMap((reservation) =>
      listIn(reservation, 'Instances')
        .filter(isJson)
        .map((raw) => readInstance(raw, field(reservation, 'OwnerId'), policy)),
    )
    .filter((read) => read !== undefined);
  const seen = reads.filter((read) => read.kind === 'seen').map((read) => read.instance);
  return {
    kind: 'read',
    instances: new Map(seen.map((one) => [one.view.instanceId, withStatus(one, statuses)])),
    unreadable: reads.filter((read) => read.kind === 'unreadable').map((read) => read.instanceId),
  };
}

function withStatus(
  { view, isManaged }: AnsweredInstance,
  statuses: ReadonlyMap<string, StatusView>,
): AnsweredInstance {
  const status = statuses.get(view.instanceId);
  if (status === undefined) return { view, isManaged };
  const { checks, scheduledEvents } = status;
  return { view: { ...view, checks, scheduledEvents }, isManaged };
}
