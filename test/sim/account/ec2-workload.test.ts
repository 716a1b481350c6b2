import { parseInstant } from '../../../lambda/core/time';
import { ChecksOf } from '../../../sim/account/ec2-checks';
import type { Instance } from '../../../sim/account/ec2-instance';
import { makeInstance } from '../../../sim/account/ec2-make';
import { Workloads } from '../../../sim/account/ec2-workload';
import { factsOf, History } from '../../../sim/history';
import { Timeline } from '../../../sim/time';
import { DRILL_HOME } from '../../../sim/world';
import { POD } from './lab';

const START = parseInstant('2024-08-01T12:00:00Z')!;

function bench() {
  const timeline = new Timeline(START);
  const history = new History(() => timeline.now());
  const checks = new ChecksOf({ timeline, history, setups: [], changed: () => undefined });
  let ready = 0;
  const workloads = new Workloads({ timeline, history, checks, ready: () => (ready += 1) });
  const instance = makeInstance(
    { id: POD, workload: { appStartS: 12, sendsReadyEvent: true } },
    { home: DRILL_HOME, now: START, checkPhase: 0, checks, index: 0 },
  );
  const runFor = (seconds: number) =>
    timeline.run((timeline.now() + seconds * 1_000) as typeof START);
  const served = (): readonly (readonly [number, boolean])[] =>
    factsOf(history.facts, 'serving').map(({ at, serving }) => [(at - START) / 1_000, serving]);
  return { workloads, instance, runFor, served, readyEvents: () => ready };
}

describe('a restart of the service', () => {
  it('serves again after the start of its application, and says so', async () => {
    const { workloads, instance, runFor, served, readyEvents } = bench();
    expect(workloads.restart(instance)).toBe(true);
    await runFor(60);
    expect(served()).toEqual([
      [0, false],
      [12, true],
    ]);
    expect(readyEvents()).toBe(1);
  });

  it('that comes while another is under way begins anew', async () => {
    const { workloads, instance, runFor, served, readyEvents } = bench();
    workloads.restart(instance);
    await runFor(5);
    workloads.restart(instance);
    await runFor(60);
    expect(served()).toEqual([
      [0, false],
      [17, true],
    ]);
    expect(readyEvents()).toBe(1);
  });

  it.each<readonly [string, (instance: Instance) => void]>([
    ['does not run', (instance) => (instance.state = 'stopped')],
    ['boots', (instance) => (instance.guest = 'booting')],
    ['reboots', (instance) => (instance.guest = 'rebooting')],
    [
      'hangs',
      (instance) =>
        instance.ailments.set('instance', { curedBy: 'reboot', stillServes: false }) && undefined,
    ],
    [
      'has lost its host',
      (instance) =>
        instance.ailments.set('system', { curedBy: 'stop-start', stillServes: false }) && undefined,
    ],
  ])('does nothing to one that %s', async (_what, change) => {
    const { workloads, instance, runFor, served } = bench();
    change(instance);
    expect(workloads.restart(instance)).toBe(false);
    await runFor(60);
    expect(served()).toEqual([]);
  });
});

it('one who ails while its application comes up says no word of being ready', async () => {
  const { workloads, instance, runFor, served, readyEvents } = bench();
  workloads.restart(instance);
  workloads.ail(instance, 'application', { curedBy: 'nothing', stillServes: false });
  await runFor(60);
  expect(served()).toEqual([[0, false]]);
  expect(readyEvents()).toBe(0);
  workloads.heal(instance, 'application');
  expect(served().at(-1)).toEqual([60, true]);
});
