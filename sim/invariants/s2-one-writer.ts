import { storedBy, type StoredItem } from '../history';
import type { Instant } from '../../lambda/core/time';
import { concernedBy } from './deeds';
import type { Invariant, Violation } from './invariant';
import type { Request, Story } from './story';

const INSTANCE = 'instance#';

interface Last {
  readonly version: number;
  readonly token: number;
  readonly owner: string | undefined;
}

function recordBreach(last: Last | undefined, next: Last): string | undefined {
  const version = last?.version ?? 0;
  if (next.version !== version + 1) return `version ${next.version} written over ${version}`;
  if (last === undefined) return undefined;
  if (next.token < last.token) return `stale token ${next.token} written over ${last.token}`;
  const shared = next.token === last.token && next.owner !== last.owner;
  return shared ? `two owners of token ${next.token}` : undefined;
}

function storeBreaches(story: Story): readonly Violation[] {
  const seen = new Map<string, Last>();
  return story.requests
    .flatMap(({ effect }) => (effect === undefined ? [] : [effect]))
    .sort((a, b) => a.at - b.at || a.call - b.call)
    .flatMap((effect) => storedBy(effect).flatMap((item) => storeBreach(seen, item, effect.at)));
}

function storeBreach(seen: Map<string, Last>, item: StoredItem, at: Instant): readonly Violation[] {
  const { sk, version, leaseToken: token = 0, leaseOwner: owner } = item;
  if (!sk.startsWith(INSTANCE) || version === undefined) return [];
  const next = { version, token, owner };
  const text = recordBreach(seen.get(sk), next);
  seen.set(sk, next);
  const instanceId = sk.slice(INSTANCE.length);
  return text === undefined ? [] : [{ invariant: 'S2', at, instanceId, text }];
}

/** The idempotent plain start is the one mutation that may overlap. */
function isMutation({ call }: Request): boolean {
  if (call.dryRun) return false;
  if (call.service === 'ssm') return call.operation === 'SendCommand';
  return call.service === 'ec2' && !/^(Describe|Get|StartInstances)/.test(call.operation);
}

/** Its invocation had no answer from the table, or was refused by it. */
function isBlind(story: Story, { call: { invocation } }: Request): boolean {
  return story.requests.some(
    ({ call, answer }) =>
      call.service === 'dynamodb' && call.invocation === invocation && answer?.code !== 'ok',
  );
}

function overlaps(story: Story): readonly Violation[] {
  const busy = new Map<string, Request>();
  return story.requests.filter(isMutation).flatMap((request) =>
    concernedBy(request).flatMap((instanceId): readonly Violation[] => {
      const other = busy.get(instanceId);
      busy.set(instanceId, request);
      if (other === undefined || other.call.invocation === request.call.invocation) return [];
      // Without an answer the other one's process is dead: nobody waits for it any more.
      const until = other.answer?.at ?? other.effect?.at ?? other.call.at;
      // The note of a start that was made without the table is a tag of its own: nothing is written
      // over it, and nobody without the table could wait for a lease.
      const isNote = [request, other].every(({ call }) => call.operation === 'CreateTags');
      if (isNote && [request, other].some((one) => isBlind(story, one))) return [];
      const text = `${request.call.operation} while ${other.call.operation} is in flight`;
      return until <= request.call.at
        ? []
        : [{ invariant: 'S2', at: request.call.at, instanceId, text }];
    }),
  );
}

/** The invariant S2; its rule says what must hold. */
export const S2: Invariant = {
  id: 'S2',
  rule: 'One mutation an instance in flight; a stale lease holder writes nothing.',
  exercised: ({ requests }) => requests.flatMap(({ effect }) => storedBy(effect)).length,
  check: (story) => [...storeBreaches(story), ...overlaps(story)],
};
