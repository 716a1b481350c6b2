import fc from 'fast-check';
import { foldSignals } from '../../../lambda/core/signals/fold';
import { iso } from '../../../lambda/core/time';
import type { Signal } from '../../../lambda/core/signals/signal';
import { alarm, apiCall, event, health, ID, OTHER_ID, parse, stateChange } from './event';

const VOLUME = 'vol-0abc1234def567890';
const signals = (...raw: readonly unknown[]): readonly Signal[] =>
  raw.map(parse).flatMap((parsed) => (parsed.outcome === 'signal' ? [parsed.signal] : []));

const sweep = (time: string) =>
  event({ source: 'watchdog.scheduler', 'detail-type': 'Sweep', detail: {}, time });
const tick = (generation: number) =>
  event({ source: 'watchdog.queue', 'detail-type': 'Tick', detail: { generation } });
const change = (state: string, id = ID) => stateChange({ 'instance-id': id, state });

const BATCH = signals(
  change('stopping'),
  change('stopped'),
  apiCall({
    requestParameters: { instancesSet: { items: [{ instanceId: ID }, { instanceId: OTHER_ID }] } },
  }),
  health({ service: 'EBS', affectedEntities: [{ entityValue: VOLUME }] }),
  alarm(),
  sweep('2024-08-01T12:10:00Z'),
  sweep('2024-08-01T12:11:00Z'),
  tick(3),
  tick(3),
  tick(4),
);

describe('a batch', () => {
  it('becomes the instances to look at, with what speaks about each', () => {
    const folded = foldSignals(BATCH);
    expect([...folded.instanceIds].toSorted()).toEqual([ID, OTHER_ID].toSorted());
    expect(folded.evidence.get(ID)?.map(({ kind }) => kind)).toEqual([
      'state-change',
      'state-change',
      'api-call',
      'alarm',
    ]);
    expect(folded.evidence.get(OTHER_ID)?.map(({ kind }) => kind)).toEqual(['api-call']);
    expect(folded.ticks).toEqual([3, 4]);
    expect(folded.sweepAt && iso(folded.sweepAt)).toBe('2024-08-01T12:11:00.000Z');
  });

  it('keeps what Health says of a volume apart from the instances', () => {
    const folded = foldSignals(BATCH);
    expect([...folded.volumeIds]).toEqual([VOLUME]);
    expect(folded.volumeEvidence.get(VOLUME)?.map(({ kind }) => kind)).toEqual(['health']);
    expect(folded.evidence.has(VOLUME)).toBe(false);
  });

  it('of nothing is nothing', () => {
    expect(foldSignals([])).toEqual({
      instanceIds: new Set(),
      volumeIds: new Set(),
      evidence: new Map(),
      volumeEvidence: new Map(),
      sweep: false,
      sweepAt: undefined,
      ticks: [],
      down: false,
    });
  });

  it.each([
    ['stopping', true],
    ['stopped', true],
    ['shutting-down', true],
    ['terminated', true],
    ['pending', false],
    ['running', false],
  ])('with %s says down: %s', (state, down) => {
    expect(foldSignals(signals(change(state))).down).toBe(down);
  });

  it('is not down for other signals, not even a StopInstances call', () => {
    expect(foldSignals(signals(apiCall(), health(), alarm(), tick(1))).down).toBe(false);
  });

  it('asks the same in whatever order, and however often, its signals come', () => {
    const summary = (batch: readonly Signal[]) => {
      const { instanceIds, volumeIds, sweep, sweepAt, ticks, down } = foldSignals(batch);
      return [
        [...instanceIds].toSorted(),
        [...volumeIds],
        sweep,
        sweepAt,
        ticks.toSorted((one, other) => one - other),
        down,
      ];
    };
    fc.assert(
      fc.property(fc.shuffledSubarray([...BATCH], { minLength: BATCH.length }), (order) => {
        expect(summary([...order, ...order])).toEqual(summary(BATCH));
      }),
    );
  });
});
