import { classify, type Cause, type CauseInput } from '../../lambda/core/cause';
import type { Evidence } from '../../lambda/core/evidence';
import type { Actor } from '../../lambda/core/signals/signal';
import {
  after,
  before,
  hours,
  instant,
  minutes,
  seconds,
  type Duration,
  type Instant,
} from '../../lambda/core/time';

export const days = (count: number): Duration => hours(24 * count);

export const DOWN = instant(Date.UTC(2024, 7, 1, 12, 10, 7));
export const NOW = after(DOWN, seconds(2));
export const PERSON = 'arn:aws:iam::111122223333:user/nikki';
export const ROLE = 'arn:aws:iam::111122223333:role/chaos/GameDay';
export const SESSION = 'arn:aws:sts::111122223333:assumed-role/GameDay/EXP1';

export const actor = (over: Partial<Actor> = {}): Actor => ({
  principal: PERSON,
  kind: 'person',
  ...over,
});
export const call = (
  at: Instant,
  by: Actor = actor(),
  name = 'StopInstances' as const,
): Evidence => ({
  kind: 'api-call',
  at,
  call: name,
  actor: by,
});
export const downEvent: Evidence = { kind: 'state-change', at: DOWN, state: 'stopping' };
export const retirement = (over: object = {}): Evidence => ({
  kind: 'health',
  at: before(DOWN, hours(24 * 14)),
  key: 'k',
  eventArn: 'arn:retirement',
  code: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
  topic: 'retirement-scheduled',
  status: 'open',
  entityStatus: 'pending',
  startsAt: before(DOWN, minutes(10)),
  description: '',
  ...over,
});

export interface Drawn extends Partial<Omit<CauseInput, 'view'>> {
  readonly view?: Partial<CauseInput['view']>;
}

/** A server that ran for five days and stopped two seconds ago, for the given reason. */
export function judge(
  code: string | undefined,
  message = '',
  { view, ...over }: Drawn = {},
): Cause {
  return classify({
    view: {
      state: 'stopped',
      ...(code === undefined ? {} : { stateReason: { code, message } }),
      launchTime: before(DOWN, days(5)),
      tags: { watchdog: 'livechat' },
      ...view,
    },
    evidence: [downEvent],
    startedByUsAt: undefined,
    policy: { schedulers: ['InstanceScheduler', 'nightly-stop'] },
    now: NOW,
    ...over,
  });
}

export const summary = ({ kind, detail, confidence }: Cause): string =>
  `${kind} ${detail} ${confidence}`;
export const USER = 'Client.UserInitiatedShutdown';
