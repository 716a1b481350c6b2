import { pastOutage, withConfirmation } from '../../lambda/core/confirmation';
import { hours, minutes, after } from '../../lambda/core/time';
import { T0, aRecord, anIncident, aView, at, healthEvent, policiesOf, aPolicy } from './builders';
import { step } from '../../lambda/core/step';

const { id } = anIncident();
const recovered = aRecord({ lastIncidentId: id, lastOutage: { from: T0, to: at(180) } });
const hindsight = (over: Parameters<typeof healthEvent>[0] = {}) =>
  healthEvent({ at: at(2_700), startsAt: at(-120), ...over });
const confirmed = (over: Parameters<typeof healthEvent>[0] = {}) =>
  withConfirmation(recovered, hindsight(over), at(2_701));

describe('what AWS Health says of an outage that is over', () => {
  it('is for the archive of that incident, and for the digest', () => {
    const record = confirmed();
    expect(record?.amendments).toEqual([{ incidentId: id, fact: hindsight() }]);
    expect(record?.outbox).toEqual([]);
    expect(record?.notes).toEqual([
      {
        at: at(2_701),
        text: `AWS confirmed incident ${id}: AWS_EC2_INSTANCE_AVAILABILITY_ISSUE. An instance is not available.`,
      },
    ]);
  });

  it.each([
    ['its recovery', { topic: 'auto-recovery-success' }],
    ['its end', { status: 'closed', entityStatus: 'resolved' }],
    ['a start half an hour before it was seen', { startsAt: at(-1_800) }],
    ['a start while it was down', { startsAt: at(179) }],
  ] as const)('confirms also with %s', (_what, over) => {
    expect(confirmed(over)?.amendments).toHaveLength(1);
  });

  it.each([
    ['a start after the recovery', { startsAt: at(181) }],
    ['a start long before', { startsAt: at(-1_801) }],
    ['no start', { startsAt: undefined }],
    ['a volume that was lost', { topic: 'volume-lost' }],
    ['a retirement', { topic: 'retirement-scheduled' }],
  ] as const)('does NOT with %s', (_what, over) => {
    expect(confirmed(over)).toBeUndefined();
  });

  it('does NOT where nothing is known of an outage', () => {
    expect(withConfirmation(aRecord(), hindsight(), at(2_701))).toBeUndefined();
  });

  it('counts once, also when it is delivered again after it was archived', () => {
    const { amendments: _archived, ...rest } = confirmed() ?? recovered;
    expect(withConfirmation(rest, hindsight(), at(2_760))).toBe(rest);
  });

  it('takes the place of the notice, which another event of now gets', () => {
    const look = (fact: ReturnType<typeof healthEvent>) =>
      step({
        view: aView({ launchTime: at(60) }),
        record: recovered,
        fresh: [fact],
        policies: policiesOf(aPolicy()),
        lastSweepAt: undefined,
        now: at(2_701),
      }).record;
    expect(look(hindsight()).outbox).toEqual([]);
    expect(look(hindsight({ startsAt: at(2_690) })).outbox).toHaveLength(1);
  });
});

it('an outage without an end lasted until its incident was closed', () => {
  const { outage } = anIncident();
  expect(pastOutage(outage, at(900))).toEqual({ from: T0, to: at(900) });
  const goodAgain = after(T0, minutes(3));
  expect(pastOutage({ ...outage, goodAgain }, after(T0, hours(3))).to).toBe(goodAgain);
});
