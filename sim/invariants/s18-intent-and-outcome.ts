import { seconds, type Instant } from '../../lambda/core/time';
import { storedBy } from '../history';
import { deedsOf, type Deed } from './deeds';
import { grouped } from './grouped';
import type { Invariant, Violation } from './invariant';
import { faultyWithin, type Request, type Story } from './story';

/** An outcome is written in the same run, or by the next look when the first write lost a race. */
const OUTCOME_WITHIN = seconds(120);

/** A put that a first one, whose answer was lost, has made already. */
const REFUSED_AGAIN = 'ConditionalCheckFailedException';

interface Write {
  readonly sentAt: number;
  readonly effectAt: number;
  /** When the invocation heard that it is kept; undefined when it did not. */
  readonly answeredAt: number | undefined;
  readonly invocation: number;
  readonly instanceId: string;
}

/** When its invocation heard that the store keeps this: at once, or by asking once more. */
function heardAt(story: Story, { call, answer }: Request): Instant | undefined {
  if (answer?.code === 'ok') return answer.at;
  const again = story.requests.find(
    (other) =>
      other.call.invocation === call.invocation &&
      other.call.operation === call.operation &&
      other.call.call > call.call,
  );
  // A repeated transaction is answered as the first one was; a repeated put is refused for what
  // the first one stored, and shows it.
  const isRepeat = again?.effect !== undefined && storedBy(again.effect).length === 0;
  const isHeard = again?.answer?.code === 'ok' || again?.answer?.code === REFUSED_AGAIN;
  return isRepeat && isHeard ? again.answer?.at : undefined;
}

function writesOf(story: Story): readonly Write[] {
  return story.requests.flatMap((request) =>
    storedBy(request.effect).flatMap(({ sk }) => {
      if (!sk.startsWith('instance#')) return [];
      const { at: sentAt, invocation } = request.call;
      const instanceId = sk.slice('instance#'.length);
      const answeredAt = heardAt(story, request);
      return [{ sentAt, effectAt: request.effect!.at, answeredAt, invocation, instanceId }];
    }),
  );
}

/**
 * The invocations that the store did not serve, or refused a write: there plain starts are
 * still allowed.
 */
function withoutStore(story: Story): ReadonlySet<number> {
  const failed = story.requests.filter(
    ({ call, effect, answer }) =>
      call.service === 'dynamodb' &&
      ((effect !== undefined && effect.code !== 'ok') ||
        answer === undefined ||
        answer.code !== 'ok'),
  );
  return new Set(failed.map(({ call }) => call.invocation));
}

/** A plain start goes out with its intent; of anything else the intent must be on record before. */
function hasIntent({ what, request: { call } }: Deed, own: readonly Write[]): boolean {
  return own.some(
    ({ invocation, sentAt, answeredAt }) =>
      invocation === call.invocation &&
      (what === 'start' ? sentAt <= call.at : answeredAt !== undefined && answeredAt <= call.at),
  );
}

function breach(story: Story, deed: Deed, own: readonly Write[]): string | undefined {
  const { call, answer } = deed.request;
  if (!hasIntent(deed, own)) return `a ${deed.what} without a recorded intent`;
  if (answer === undefined) return undefined;
  const until = answer.at + OUTCOME_WITHIN;
  const outcome = own.some(({ effectAt }) => effectAt >= answer.at && effectAt <= until);
  if (outcome || story.endsAt < until) return undefined;
  return faultyWithin(story, [call.at, story.endsAt]) ? undefined : 'the outcome was not recorded';
}

/** The invariant S18; its rule says what must hold. */
export const S18: Invariant = {
  id: 'S18',
  rule: 'An intent is on record before the act (a start: goes out with it), its outcome after.',
  exercised: (story) => deedsOf(story).length,
  check(story) {
    const writes = grouped(writesOf(story), ({ instanceId }) => instanceId);
    const blind = withoutStore(story);
    return deedsOf(story).flatMap((deed): readonly Violation[] => {
      const { what, instanceId, askedAt: at, request } = deed;
      if (what === 'start' && blind.has(request.call.invocation)) return [];
      const text = breach(story, deed, writes.get(instanceId) ?? []);
      return text === undefined ? [] : [{ invariant: 'S18', at, instanceId, text }];
    });
  },
};
