import { METRICS, type MetricName } from '../../lambda/core/metrics';
import { runDrill } from '../../sim/drills/index';
import { factsOf } from '../../sim/history';
import { factsOfDrill } from './played';

/** Every value of a drill's metrics, by name. */
async function metricsOfDrill(name: string): Promise<(metric: MetricName) => readonly number[]> {
  const emitted = factsOf(await factsOfDrill(name), 'metric');
  expect(emitted.filter(({ metric }) => !Object.hasOwn(METRICS, metric))).toEqual([]);
  return (wanted) => emitted.filter(({ metric }) => metric === wanted).map(({ value }) => value);
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

describe('the metrics of the origin incident', () => {
  it('are its times, once each, as the drill itself measures them', async () => {
    const of = await metricsOfDrill('pod-23');
    const { servingS } = await runDrill('pod-23', { seed: 1 });
    expect(of('TimeToDetect')).toEqual([expect.closeTo(1.3, 0)]);
    expect(of('TimeToAct')).toEqual([expect.closeTo(1.4, 0)]);
    expect(of('TimeToServe')).toEqual([expect.closeTo(servingS ?? 0, 0)]);
    expect(of('TimeToVerify')).toHaveLength(1);
  });

  it('are one act and two alerts, none of which is a page, and no trouble', async () => {
    const of = await metricsOfDrill('pod-23');
    expect(sum(of('StartsRequested'))).toBe(1);
    expect(sum(of('DecisionsRemediate'))).toBe(1);
    expect(sum(of('AlertsSent'))).toBe(2);
    for (const none of ['AlertsCritical', 'Escalations', 'ApiErrors', 'StoreDown'] as const) {
      expect(of(none)).toEqual([]);
    }
  });

  it('are three hooks that were taken and done, with what the backfill says it recovered', async () => {
    const of = await metricsOfDrill('pod-23');
    const { chats } = await runDrill('pod-23', { seed: 1 });
    expect(of('TimeOfHook')).toHaveLength(3);
    expect(sum(of('ChatsRecovered'))).toBe(chats?.recovered);
    expect(of('HooksFailed')).toEqual([]);
  });

  it('tell of each sweep, and of the one server', async () => {
    const of = await metricsOfDrill('pod-23');
    expect(of('SweepSeconds').length).toBe(of('Heartbeat').length);
    expect(new Set(of('Managed'))).toEqual(new Set([1]));
    expect(Math.max(...of('OpenIncidents'))).toBe(1);
  });
});

it('a stop by a person has no times: nobody waited for the watchdog', async () => {
  const of = await metricsOfDrill('person-stops-it');
  expect(sum(of('AlertsSent'))).toBeGreaterThan(0);
  for (const time of ['TimeToDetect', 'TimeToAct', 'TimeToServe', 'TimeToVerify'] as const) {
    expect(of(time)).toEqual([]);
  }
});

it('a refusal is counted as one, and its page again when nobody takes it up', async () => {
  const of = await metricsOfDrill('stop-protected');
  expect(sum(of('Refusals'))).toBe(1);
  expect(sum(of('AlertsCritical'))).toBe(1 + sum(of('PagesRepeated')));
  expect(of('TakedownsRequested')).toEqual([]);
});

it('an answer of AWS that fails is counted where AWS fails, and is NO refusal of ours', async () => {
  const of = await metricsOfDrill('ec2-unavailable');
  expect(sum(of('ApiErrors'))).toBe(sum(of('StartsRefused')));
  expect(sum(of('ApiErrors'))).toBeGreaterThan(1);
  expect(of('Refusals')).toEqual([]);
});

it('what the sweep found, its event lost, is detected at once and served later', async () => {
  const of = await metricsOfDrill('lost-event');
  expect(of('TimeToDetect')).toEqual([0]);
  expect(of('TimeToServe')[0]).toBeGreaterThan(10);
});
