import fc from 'fast-check';
import { startGroups, type Startable } from '../../lambda/core/start-groups';
import { NO_CAPACITY, UNAVAILABLE, anAttempt, at } from './builders';

const startable = (index: number, over: Partial<Startable> = {}): Startable => ({
  instanceId: `i-${index}`,
  zone: 'us-east-1a',
  instanceType: 'm6i.large',
  attempts: [],
  ...over,
});
const many = (count: number, over: Partial<Startable> = {}): readonly Startable[] =>
  Array.from({ length: count }, (_, index) => startable(index, over));
const refused = (count: number): Startable['attempts'] =>
  Array.from({ length: count }, (_, index) => anAttempt(at(index), NO_CAPACITY));
const sizes = (startables: readonly Startable[]): readonly number[] =>
  startGroups(startables).map((group) => group.length);

describe('starts are grouped', () => {
  const mixed = (over: Partial<Startable> = {}): readonly Startable[] => [
    startable(1, over),
    startable(2, { zone: 'us-east-1b', ...over }),
    startable(3, over),
    startable(4, { instanceType: 'c7g.large', ...over }),
  ];

  it('all into one call at first, of whatever zone and type', () => {
    expect(startGroups(mixed())).toEqual([['i-1', 'i-2', 'i-3', 'i-4']]);
    const notAsked = [anAttempt(at(0), { kind: 'not-asked' })];
    expect(sizes(mixed({ attempts: notAsked }))).toEqual([4]);
  });

  it('one call a zone and type once a batch failed, so that one does NOT hold up the others', () => {
    const attempts = [anAttempt(at(0), { kind: 'batch-failed', code: 'VcpuLimitExceeded' })];
    // Of two in one place only one: either may be at fault for both.
    expect(startGroups(mixed({ attempts }))).toEqual([['i-1'], ['i-2'], ['i-4']]);
  });

  it('none for none', () => {
    expect(startGroups([])).toEqual([]);
  });

  it('200 of one zone and type in a single call, 600 in three of 250 at most', () => {
    expect(sizes(many(200))).toEqual([200]);
    expect(sizes(many(600))).toEqual([250, 250, 100]);
  });

  it.each([
    [1, 4],
    [2, 2],
    [3, 1],
    [50, 1],
  ])('halved with each refusal for capacity: after %i refusals %i at a time', (count, size) => {
    expect(sizes(many(8, { attempts: refused(count) }))[0]).toBe(size);
  });

  it('NOT together with those that were refused', () => {
    const fleet = [startable(1), startable(2, { attempts: refused(1) })];
    expect(startGroups(fleet)).toEqual([['i-1'], ['i-2']]);
  });

  it('does NOT halve for an API that fails, nor for an old refusal', () => {
    const failing = [anAttempt(at(0), UNAVAILABLE), anAttempt(at(5), UNAVAILABLE)];
    expect(sizes(many(8, { attempts: failing }))).toEqual([8]);
    expect(sizes(many(8, { attempts: [...refused(3), anAttempt(at(9))] }))).toEqual([8]);
  });

  it('does NOT count the attempt that is under way', () => {
    const attempts = [...refused(1), anAttempt(at(9), { kind: 'intended' })];
    expect(sizes(many(8, { attempts }))[0]).toBe(4);
  });

  it('a few of a place that had no capacity, those that wait longest first', () => {
    const early = many(3, { attempts: [anAttempt(at(5), NO_CAPACITY)] });
    const late = Array.from({ length: 30 }, (_, index) =>
      startable(index + 10, { attempts: [anAttempt(at(50), NO_CAPACITY)] }),
    );
    const [group = []] = startGroups([...late, ...early]);
    expect(group).toHaveLength(10);
    expect(group.slice(0, 3)).toEqual(['i-0', 'i-1', 'i-2']);
  });

  it('all of a place that has taken one since, and NOT while it still refuses', () => {
    const attempts = refused(3);
    const open = { refusedAt: at(2), acceptedAt: at(60) };
    expect(sizes(many(40, { attempts, place: open }))).toEqual([40]);
    const shut = { refusedAt: at(90), acceptedAt: at(60) };
    expect(sizes(many(40, { attempts, place: shut }))).toEqual([5]);
  });

  it('each instance at most once, and somebody of each place, whatever the fleet', () => {
    const any = fc.array(
      fc.record({
        zone: fc.constantFrom('a', 'b', 'c'),
        instanceType: fc.constantFrom('x', 'y'),
        attempts: fc.nat({ max: 4 }).map(refused),
      }),
      { maxLength: 600 },
    );
    fc.assert(
      fc.property(any, (fleet) => {
        const startables = fleet.map((over, index) => startable(index, over));
        const groups = startGroups(startables);
        const called = groups.flat();
        expect(new Set(called).size).toBe(called.length);
        const places = (ids: ReadonlySet<string>): ReadonlySet<string> =>
          new Set(
            startables
              .filter(({ instanceId }) => ids.has(instanceId))
              .map(({ zone, instanceType }) => `${zone}/${instanceType}`),
          );
        const all = new Set(startables.map(({ instanceId }) => instanceId));
        expect(places(new Set(called))).toEqual(places(all));
        for (const group of groups) {
          expect(group.length).toBeGreaterThan(0);
          expect(group.length).toBeLessThanOrEqual(250);
        }
      }),
      { seed: 20_240_801, numRuns: 200 },
    );
  });
});
