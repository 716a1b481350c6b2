import { StartInstancesCommand } from '@aws-sdk/client-ec2';
import type { Ec2Port, StartOutcome } from '../ports';
import type { Ec2Client } from './clients';
import { ec2Error, idsNamedIn, refusalOf, type Ec2Error } from './ec2-errors';
import type { TokenBucket } from './token-bucket';

/** What starting needs beside the client. */
export interface StartOptions {
  /** The rate of StartInstances, shared by all who call it in this execution environment. */
  readonly bucket: TokenBucket;
  /** The rate of instances in them, likewise. */
  readonly instances: TokenBucket;
}

/** The code of an `unavailable` where EC2 accepted a batch and said nothing of this instance. */
export const NOT_IN_ANSWER = 'NotInAnswer';

type Outcomes = ReadonlyMap<string, StartOutcome>;

const forAll = (ids: readonly string[], outcome: StartOutcome): Outcomes =>
  new Map(ids.map((id) => [id, outcome]));

/** One StartInstances. The error is a value: it may concern one instance or all of them. */
async function callOnce(
  client: Ec2Client,
  ids: readonly string[],
): Promise<{ readonly accepted: Outcomes } | { readonly error: Ec2Error }> {
  try {
    const answer = await client.send(new StartInstancesCommand({ InstanceIds: [...ids] }));
    const previous = new Map(
      (answer.StartingInstances ?? []).map((one) => [one.InstanceId, one.PreviousState?.Name]),
    );
    const outcomes = ids.map((id): [string, StartOutcome] => [
      id,
      previous.has(id)
        ? { kind: 'accepted', wasStopped: previous.get(id) === 'stopped' }
        : { kind: 'unavailable', code: NOT_IN_ANSWER },
    ]);
    return { accepted: new Map(outcomes) };
  } catch (thrown) {
    return { error: ec2Error(thrown) };
  }
}

/** How a batch that failed whole goes on: who has the answer now, and who is tried again. */
function split(
  ids: readonly string[],
  error: Ec2Error,
): { readonly settled: Outcomes; readonly again: readonly (readonly string[])[] } {
  const everybody = { settled: forAll(ids, refusalOf(error)), again: [] };
  // No instance causes a throttle or a time-out, and asking in halves would only ask more.
  if (error.fault === 'throttled' || error.fault === 'unavailable') return everybody;
  if (ids.length === 1) return everybody;
  const named = new Set(idsNamedIn(error.message));
  const guilty = ids.filter((id) => named.has(id));
  if (guilty.length === ids.length) return everybody;
  if (guilty.length > 0) {
    const rest = ids.filter((id) => !named.has(id));
    return { settled: forAll(guilty, refusalOf(error)), again: [rest] };
  }
  // Halves of it would be refused too: the core asks by zone and type, a few at a time.
  if (error.fault === 'no-capacity') {
    return { settled: forAll(ids, { kind: 'batch-failed', code: error.code }), again: [] };
  }
  const half = Math.ceil(ids.length / 2);
  return { settled: new Map(), again: [ids.slice(0, half), ids.slice(half)] };
}

/**
 * Starts instances in one call. EC2 refuses a batch whole for one instance in it: the one that the
 * error names is taken out, or the batch is halved, as long as `calls` lasts.
 */
export function createStart(
  client: Ec2Client,
  { bucket, instances }: StartOptions,
): Ec2Port['start'] {
  return async (instanceIds, calls) => {
    const outcomes = new Map<string, StartOutcome>();
    const settle = (some: Outcomes): void =>
      some.forEach((outcome, id) => outcomes.set(id, outcome));
    const wanted = [...new Set(instanceIds)];
    const ids = wanted.slice(0, instances.takeUpTo(wanted.length));
    settle(forAll(wanted.slice(ids.length), { kind: 'not-asked' }));
    let failure: string | undefined;
    const unanswered = (): StartOutcome =>
      failure === undefined ? { kind: 'not-asked' } : { kind: 'batch-failed', code: failure };
    const open: (readonly string[])[] = ids.length === 0 ? [] : [ids];
    for (let call = 0; call < calls && open.length > 0; call += 1) {
      const batch = open.shift() ?? [];
      if (!(await bucket.take())) {
        settle(forAll([batch, ...open].flat(), unanswered()));
        return outcomes;
      }
      const answer = await callOnce(client, batch);
      if ('accepted' in answer) {
        settle(answer.accepted);
        continue;
      }
      const { settled, again } = split(batch, answer.error);
      settle(settled);
      if (again.length > 0) failure = answer.error.code;
      open.push(...again);
    }
    settle(forAll(open.flat(), unanswered()));
    return outcomes;
  };
}
