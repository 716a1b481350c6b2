import { seconds } from '../../lambda/core/time';
import { grouped } from './grouped';
import type { Invariant, Violation } from './invariant';
import { faultyWithin, type Request, type Story } from './story';

/** An outcome is written in the same run, or by the next look when the first write lost a race. */
const OUTCOME_WITHIN = seconds(120);

interface Write {
  readonly sentAt: number;
  readonly effectAt: number;
  readonly invocation: number;
  readonly instanceId: string;
}

function writesOf(story: Story): readonly Write[] {
  return story.requests.flatMap(({ call, effect }) => {
    const sk = effect?.stored?.sk ?? '';
    if (!sk.startsWith('instance#')) return [];
    const instanceId = sk.slice('instance#'.length);
    return [{ sentAt: call.at, effectAt: effect!.at, invocation: call.invocation, instanceId }];
  });
}

/** The store did not serve this invocation, or refused a write: plain starts are still allowed. */
function storeFailed(story: Story, invocation: number): boolean {
  return story.requests.some(
    ({ call, effect, answer }) =>
      call.service === 'dynamodb' &&
      call.invocation === invocation &&
      ((effect !== undefined && effect.code !== 'ok') ||
        answer === undefined ||
        answer.code !== 'ok'),
  );
}

function breach(story: Story, request: Request, own: readonly Write[]): string | undefined {
  const { call, answer } = request;
  const { invocation } = call;
  if (storeFailed(story, invocation)) return undefined;
  const intent = own.some((write) => write.invocation === invocation && write.sentAt <= call.at);
  if (!intent) return 'started without a recorded intent';
  if (answer === undefined) return undefined;
  const until = answer.at + OUTCOME_WITHIN;
  const outcome = own.some(({ effectAt }) => effectAt >= answer.at && effectAt <= until);
  if (outcome || story.endsAt < until) return undefined;
  return faultyWithin(story, [call.at, story.endsAt]) ? undefined : 'the outcome was not recorded';
}

/** The invariant S18; its rule says what must hold. */
export const S18: Invariant = {
  id: 'S18',
  rule: 'The intent goes out no later than the call, and its outcome is recorded.',
  check(story) {
    const writes = grouped(writesOf(story), ({ instanceId }) => instanceId);
    return story.starts.flatMap((request) =>
      request.call.instanceIds.flatMap((instanceId): readonly Violation[] => {
        const text = breach(story, request, writes.get(instanceId) ?? []);
        return text === undefined
          ? []
          : [{ invariant: 'S18', at: request.call.at, instanceId, text }];
      }),
    );
  },
};
