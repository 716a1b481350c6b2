import type { Drain, Incident } from '../../lambda/core/incident';
import type { InstanceRecord } from '../../lambda/core/record';
import { takedownFacts, type Fleet } from '../../lambda/core/takedown-facts';
import { aRecord, aTakedown, anIncident, at } from './builders';

const READS = { stopProtection: false, hasInstanceStore: false, awsRecovers: true };

const planned = (instanceId: string, over: Partial<Incident> = {}): InstanceRecord =>
  aRecord({ instanceId, incident: anIncident({ condition: 'planned', ...over }) });

const draining = (instanceId: string, since: number, off?: Drain['off']): InstanceRecord =>
  planned(instanceId, { drain: { number: 1, since: at(since), ...(off && { off }) } });

/** The slots that are free for the first of these servers, of one that the budget allows. */
function slotsFor(record: InstanceRecord, ...others: readonly InstanceRecord[]): number {
  const fleet: Fleet = {
    records: [record, ...others],
    impaired: new Map(),
    zoneStorms: [],
    budget: { percent: 10, most: 1 },
    now: at(600),
  };
  return takedownFacts(record, READS, fleet).slotsFree;
}

describe('a server that is drained for its planned stop', () => {
  it('keeps the other planned stops waiting: the fleet is not drained all at once', () => {
    expect(slotsFor(planned('i-b'), draining('i-a', 0))).toBe(0);
  });

  it('keeps its own turn', () => {
    expect(slotsFor(draining('i-a', 0), planned('i-b'))).toBe(1);
  });

  it('and NOT the one that was drained before it: neither waits for the other', () => {
    const [first, second] = [draining('i-b', 0), draining('i-a', 10)];
    expect([slotsFor(first, second), slotsFor(second, first)]).toEqual([1, 0]);
    const twin = draining('i-a', 0);
    expect([slotsFor(twin, first), slotsFor(first, twin)]).toEqual([1, 0]);
  });

  it('does NOT keep a rescue waiting', () => {
    const ill = aRecord({ instanceId: 'i-b', incident: anIncident({ condition: 'impaired' }) });
    expect(slotsFor(ill, draining('i-a', 0))).toBe(1);
  });

  it('counts once, with the stop itself, when that is under way', () => {
    const attempts = [aTakedown('stop-start', at(590), { reason: 'stop-scheduled' })];
    const drain = { number: 1, since: at(0) };
    expect(slotsFor(planned('i-b'), planned('i-a', { drain, attempts }))).toBe(0);
    expect(slotsFor(planned('i-a', { drain, attempts }))).toBe(1);
  });

  it('lets the others go on once its stop is called off', () => {
    const off = { at: at(300), reason: 'held' } as const;
    expect(slotsFor(planned('i-b'), draining('i-a', 0, off))).toBe(1);
  });
});
