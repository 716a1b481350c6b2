import { parseInstant } from '../../../lambda/core/time';
import { ChecksOf } from '../../../sim/account/ec2-checks';
import type { OutsideWords } from '../../../sim/account/ec2-instance';
import { makeInstance } from '../../../sim/account/ec2-make';
import { EC2_TIMES, hastened } from '../../../sim/account/ec2-times';
import { Workloads } from '../../../sim/account/ec2-workload';
import { factsOf, History } from '../../../sim/history';
import { Timeline } from '../../../sim/time';
import { DRILL_HOME } from '../../../sim/world';
import { POD } from './lab';

const START = parseInstant('2024-08-01T12:00:00Z')!;
const BOOT_S = 21;

function bench() {
  const timeline = new Timeline(START);
  const history = new History(() => timeline.now());
  const checks = new ChecksOf({ timeline, history, setups: [], changed: () => undefined });
  const seen: string[] = [];
  const says: OutsideWords[] = [];
  const outside = {
    start: (words: OutsideWords) => {
      says.push(words);
      seen.push(`start at ${(timeline.now() - START) / 1_000}`);
    },
    end: () => seen.push(`end at ${(timeline.now() - START) / 1_000}`),
  };
  const workloads = new Workloads({ timeline, history, checks, ready: () => seen.push('ready') });
  const instance = makeInstance(
    { id: POD, workload: { appStartS: 0, sendsReadyEvent: true, outside } },
    { home: DRILL_HOME, now: START, checkPhase: 0, checks, index: 0 },
  );
  const runFor = (seconds: number) =>
    timeline.run((timeline.now() + seconds * 1_000) as typeof START);
  const served = (): readonly boolean[] =>
    factsOf(history.facts, 'serving').map(({ serving }) => serving);
  return { workloads, instance, runFor, served, seen, says };
}

describe('a workload outside of the simulation', () => {
  it('is ended with its guest and started when the next one is up', async () => {
    const { workloads, instance, runFor, seen } = bench();
    workloads.goDown(instance);
    workloads.boot(instance, 'booting', BOOT_S);
    await runFor(60);
    expect(seen).toEqual(['end at 0', 'end at 0', `start at ${BOOT_S}`]);
  });

  it('serves when it says so, not when it is started', async () => {
    const { workloads, instance, runFor, served, says, seen } = bench();
    workloads.boot(instance, 'booting', BOOT_S);
    await runFor(60);
    expect(served()).toEqual([false]);
    says[0]!.serves(true);
    says[0]!.ready();
    expect(served()).toEqual([false, true]);
    expect(seen.at(-1)).toBe('ready');
  });

  it('that is ready and does not serve sends no event', async () => {
    const { workloads, instance, runFor, says, seen } = bench();
    workloads.boot(instance, 'booting', BOOT_S);
    await runFor(60);
    says[0]!.ready();
    expect(seen).not.toContain('ready');
  });

  it('has nothing to say any more once it was ended', async () => {
    const { workloads, instance, runFor, served, says, seen } = bench();
    workloads.boot(instance, 'booting', BOOT_S);
    await runFor(60);
    workloads.goDown(instance);
    says[0]!.serves(true);
    says[0]!.ready();
    expect(served()).toEqual([false]);
    expect(seen).not.toContain('ready');
  });
});

test('times that are hastened are all so many times shorter', () => {
  const faster = hastened(EC2_TIMES, 20);
  expect(faster).toEqual({
    pendingS: 0.82,
    bootS: 1.05,
    evaluationS: 3,
    initializingS: { least: 5.5, most: 11.5 },
    initializingAgainS: { least: 3, most: 9 },
  });
});
