import type { InstanceView } from '../../lambda/core/observation';
import { iso } from '../../lambda/core/time';
import {
  adoptFromTag,
  blindRecord,
  decideWithoutStore,
  lastStartTagValue,
  servingWithoutStore,
  type BlindSituation,
} from '../../lambda/core/without-store';
import { incidentId } from '../../lambda/core/open';
import {
  AWS_STOP,
  BOOT,
  GUEST_STOP,
  ID,
  INITIALIZING,
  T0,
  USER_STOP,
  aPolicy,
  aRecord,
  aView,
  anIncident,
  at,
  policiesOf,
  readyEvent,
  stateChange,
  stopCall,
  stoppedView,
  tagged,
} from './builders';

const READY = { 'watchdog:ready': `yes ${ID} ${iso(BOOT)}` };
/** AWS stopped an enrolled server a few seconds ago, and the table does not answer. */
const blind = (view: Partial<InstanceView> = {}, over: Partial<BlindSituation> = {}) => ({
  view: stoppedView(AWS_STOP, { tags: tagged(READY), transitionAt: T0, ...view }),
  evidence: [],
  policies: policiesOf(aPolicy()),
  now: at(4),
  ...over,
});
const brief = (situation: BlindSituation): string => {
  const { kind, reason } = decideWithoutStore(situation);
  return `${kind} ${reason}`;
};
const START = 'remediate stopped-by-aws';
const WAIT = 'defer store-down';
const reason = (code: string, message = '') => ({ stateReason: { code, message } });

describe('while the incident table does not answer', () => {
  it.each<[string, Partial<InstanceView>, Partial<BlindSituation>, string]>([
    ['AWS stopped it, enrolled by its tag', {}, {}, START],
    [
      'AWS stopped it, the event just came',
      { tags: aView().tags },
      { evidence: [stateChange('stopped')] },
      START,
    ],
    ['AWS stopped it, no sign that it ever served', { tags: aView().tags }, {}, WAIT],
    ['the ready tag says no', { tags: tagged({ 'watchdog:ready': `no ${ID} x` }) }, {}, WAIT],
    [
      "the ready tag is another instance's",
      { tags: tagged({ 'watchdog:ready': 'yes i-0 x' }) },
      {},
      WAIT,
    ],
    ['no capacity at the last start', reason('Server.InsufficientInstanceCapacity'), {}, START],
    ['a person stopped it', reason(USER_STOP), {}, WAIT],
    ['it shut itself down', reason(GUEST_STOP), {}, WAIT],
    ['a failed launch', reason('Client.InternalError'), {}, WAIT],
    ['a quota', reason('Server.InternalError', 'Client.VolumeLimitExceeded: x'), {}, WAIT],
    ['no reason', { stateReason: undefined }, {}, WAIT],
    [
      'no reason, CloudTrail names a person',
      { stateReason: undefined },
      { evidence: [stopCall()] },
      WAIT,
    ],
    ['it is still stopping', { state: 'stopping' }, {}, WAIT],
    ['it runs', { state: 'running' }, {}, WAIT],
    ['it was terminated', { state: 'terminated' }, {}, WAIT],
    ['Spot', { lifecycle: 'spot' }, {}, WAIT],
    ['instance-store root', { rootDevice: 'instance-store' }, {}, WAIT],
    ['no such policy', { tags: tagged({ ...READY, watchdog: 'x' }) }, {}, WAIT],
    ['no opt-in tag', { tags: READY }, {}, WAIT],
    ['held', { tags: tagged({ ...READY, 'watchdog:hold': '' }) }, {}, WAIT],
    ['paused', { tags: tagged({ ...READY, 'watchdog:pause-until': iso(at(60)) }) }, {}, WAIT],
    [
      'paused when it stopped',
      { tags: tagged({ ...READY, 'watchdog:pause-until': iso(at(2)) }) },
      {},
      WAIT,
    ],
    [
      'a pause from before the stop',
      { tags: tagged({ ...READY, 'watchdog:pause-until': iso(at(-2)) }) },
      {},
      START,
    ],
    ['observe', {}, { policies: policiesOf(aPolicy({ mode: 'observe' })) }, WAIT],
    ['booted 4 h ago', { launchTime: at(4 - 4 * 3_600) }, {}, START],
    ['booted less than 4 h ago', { launchTime: at(5 - 4 * 3_600) }, {}, WAIT],
    ['stopped 6 h ago', {}, { now: at(6 * 3_600) }, WAIT],
    ['stopped not quite 6 h ago', {}, { now: at(6 * 3_600 - 1) }, START],
    ['stopped at an unknown time', { transitionAt: undefined }, {}, WAIT],
  ])('%s: %#', (_name, view, over, expected) => {
    expect(brief(blind(view, over))).toBe(expected);
  });

  it('a start that does not hold cannot loop: LaunchTime spaces the starts as the budget does', () => {
    const policies = policiesOf(aPolicy({ budget: { perHour: 3, perDay: 24 } }));
    expect(brief(blind({ launchTime: at(-3_600) }, { policies }))).toBe(START);
    expect(brief(blind({ launchTime: at(-3_500) }, { policies }))).toBe(WAIT);
  });
});

describe("the record that stands in for the table's", () => {
  it('holds what an alert needs', () => {
    const { incident, label } = blindRecord(blind());
    expect(label).toMatchObject({ name: 'pod-23', policy: 'livechat' });
    expect(incident).toMatchObject({ cause: { kind: 'aws' }, mandate: { kind: 'rescue' } });
  });
});

describe('a start made without the table', () => {
  const value = lastStartTagValue(at(4), incidentId(stoppedView(), at(4)));
  const back = (over: Partial<InstanceView> = {}, text = value): BlindSituation => ({
    view: aView({
      launchTime: at(6),
      checks: INITIALIZING,
      tags: tagged({ 'watchdog:last-start': text }),
      ...over,
    }),
    evidence: [],
    policies: policiesOf(aPolicy()),
    now: at(600),
  });

  it('leaves its time and its incident on the instance', () => {
    expect(value).toBe('2024-08-01T12:10:11.000Z pod-23-20240801-1210-def0');
  });

  it('is adopted once the table is back, with its accepted start', () => {
    expect(adoptFromTag(back(), aRecord())).toMatchObject({
      id: 'pod-23-20240801-1210-def0',
      openedAt: at(4),
      attempts: [{ at: at(4), outcome: { kind: 'accepted' } }],
    });
  });

  it.each<[string, BlindSituation, Parameters<typeof aRecord>[0]]>([
    ['there is an incident', back(), { incident: anIncident() }],
    ['it was handled already', back(), { lastIncidentId: 'pod-23-20240801-1210-def0' }],
    ['it is more than a day old', { ...back(), now: at(5 + 86_400) }, {}],
    ['another boot began since', back({ launchTime: at(9_000) }), {}],
    ['the tag is garbage', back({}, 'soon'), {}],
    ['the tag has no id', back({}, iso(at(4))), {}],
    ['the id is hostile', back({}, `${iso(at(4))} x\ny`), {}],
    ['the id has capitals', back({}, `${iso(at(4))} <script>`), {}],
    ['the time lies ahead', back({}, `${iso(at(4_000))} pod-23`), {}],
    ['no such policy', { ...back(), policies: new Map() }, {}],
    ['there is no tag', { ...back(), view: aView() }, {}],
  ])('is NOT adopted when %s', (_name, situation, record) => {
    expect(adoptFromTag(situation, aRecord(record))).toBeUndefined();
  });

  it('that serves again is told once, by its own ready event', () => {
    const situation = { ...back(), evidence: [readyEvent(at(30))] };
    const serving = servingWithoutStore(situation);
    expect(serving?.record.incident?.outage.goodAgain).toBe(at(30));
    const told = back({}, serving?.tagValue);
    expect(servingWithoutStore({ ...told, evidence: [readyEvent(at(30))] })).toBeUndefined();
    expect(adoptFromTag(told, aRecord())?.served).toEqual([at(30)]);
  });

  it.each<[string, BlindSituation]>([
    ['no proof', back()],
    ['a ready event of the boot before', { ...back(), evidence: [readyEvent(at(-9))] }],
    ['not running', { ...back({ state: 'stopped' }), evidence: [readyEvent(at(30))] }],
    ['no start of ours', { ...back({ tags: aView().tags }), evidence: [readyEvent(at(30))] }],
  ])('is NOT said to serve: %s', (_name, situation) => {
    expect(servingWithoutStore(situation)).toBeUndefined();
  });
});
