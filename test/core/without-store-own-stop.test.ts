import type { Evidence } from '../../lambda/core/evidence';
import type { InstanceView } from '../../lambda/core/observation';
import { ownStopTagValue } from '../../lambda/core/own-stop';
import type { Policy } from '../../lambda/core/policy';
import { decideWithoutStore } from '../../lambda/core/without-store';
import {
  ID,
  USER_STOP,
  aPolicy,
  anActor,
  at,
  policiesOf,
  stopCall,
  stoppedView,
  tagged,
} from './builders';

const WORD = { 'watchdog:own-stop': ownStopTagValue(at(0), ID, 'pod-23-20240801-1210-def0') };

const blind = (
  over: Partial<InstanceView> = {},
  {
    evidence = [],
    policy = aPolicy(),
    seconds = 60,
  }: {
    readonly evidence?: readonly Evidence[];
    readonly policy?: Policy;
    readonly seconds?: number;
  } = {},
): string => {
  const view = stoppedView(USER_STOP, { transitionAt: at(1), tags: tagged(WORD), ...over });
  const { kind, reason } = decideWithoutStore({
    view,
    evidence,
    policies: policiesOf(policy),
    now: at(seconds),
  });
  return `${kind} ${reason}`;
};

describe('a stop of our own while the incident table does not answer (S28)', () => {
  it.each<[string, string]>([
    ['nothing else is known', blind()],
    ['a pause came between', blind({ tags: tagged({ ...WORD, 'watchdog:hold': '' }) })],
    ['its policy only observes', blind({}, { policy: aPolicy({ mode: 'observe' }) })],
    [
      'CloudTrail tells of our own call',
      blind({}, { evidence: [stopCall(at(0), anActor({ kind: 'watchdog' }))] }),
    ],
    ['it is a day ago', blind({}, { seconds: 24 * 3_600 })],
  ])('is finished: %s', (_name, decision) => {
    expect(decision).toBe('remediate finish-own-stop');
  });

  it.each<[string, string]>([
    ['the tag is missing', blind({ tags: tagged({}) })],
    ['the tag speaks of another instance', blind({ tags: tagged(copied()) })],
    ['a person called for it too', blind({}, { evidence: [stopCall(at(5))] })],
    ['it is dated later than our call', blind({ transitionAt: at(61) })],
    ['a boot began since', blind({ launchTime: at(30), transitionAt: at(40) })],
    ['it is still stopping', blind({ state: 'stopping' })],
    ['its opt-in tag is gone', blind({ tags: WORD })],
    ['it is older than a day', blind({}, { seconds: 24 * 3_600 + 1 })],
  ])('is NOT started: %s', (_name, decision) => {
    expect(decision).toBe('defer store-down');
  });
});

function copied(): Readonly<Record<string, string>> {
  return { 'watchdog:own-stop': ownStopTagValue(at(0), 'i-0fedcba9876543210', 'pod-23') };
}
