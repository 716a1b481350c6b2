import type { InstanceView } from '../../lambda/core/observation';
import type { InstanceRecord } from '../../lambda/core/record';
import { seconds } from '../../lambda/core/time';
import { aView, at, impaired, OK_CHECKS } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { stateEvent, sweepMessage, tickMessage } from './messages';

/** The tag by which an instance knows that the watchdog itself stops it. */
export const OWN_STOP = 'watchdog:own-stop';
/** The tag that tells people what was done last. */
export const LAST_ACTION = 'watchdog:last-action';

/** The n-th server, running and well unless told otherwise. */
export const runningPod = (index: number, over: Partial<InstanceView> = {}): InstanceView =>
  aView({
    ...stoppedPod(index),
    state: 'running',
    stateReason: undefined,
    checks: OK_CHECKS,
    ...over,
  });

/** The n-th server, running on a host that failed ten minutes ago: to be stopped and started. */
export const illPod = (index: number, over: Partial<InstanceView> = {}): InstanceView =>
  runningPod(index, { checks: impaired(at(-600)), ...over });

/** A world with server 23, ill, and nothing against its stop and start. */
export function oneIll(
  over: Partial<InstanceView> = {},
  { policies, record }: { policies?: unknown; record?: Partial<InstanceRecord> } = {},
): FakeWorld {
  const world = policies === undefined ? new FakeWorld() : new FakeWorld(policies);
  world.add(illPod(23, over), record ?? {});
  return world;
}

/** So many seconds later a sweep. */
export async function sweepAfter(world: FakeWorld, wait: number): Promise<void> {
  world.clock.goOn(seconds(wait));
  await world.run(sweepMessage(world.clock.now()));
}

/** So many seconds later the chain's own tick. */
export async function tickAfter(world: FakeWorld, wait: number): Promise<void> {
  world.clock.goOn(seconds(wait));
  await world.run(tickMessage(world.store.fleet.tickGeneration, world.clock.now()));
}

/** It has stopped, and EC2 says so, so many seconds later. */
export async function stopsAfter(world: FakeWorld, wait: number, index = 23): Promise<void> {
  world.clock.goOn(seconds(wait));
  world.ec2.stopsNow(idOf(index));
  await world.run(stateEvent(idOf(index), 'stopped', world.clock.now()));
}

/** It runs in its new boot, and every check passes. */
export function isWell(world: FakeWorld, ...indexes: readonly number[]): void {
  for (const index of indexes) world.ec2.boots(idOf(index), OK_CHECKS);
}

/** The calls that change something in EC2 or ask it to, in their order. */
export function actsOf({ journal }: FakeWorld): readonly string[] {
  const acts = ['claim takedown', 'tag', 'stop', 'reboot', 'start', 'restart service', 'release'];
  return journal.lines.filter((line) => acts.includes(line));
}

/** What the own-stop tag says at last. */
export const ownStopTag = ({ ec2 }: FakeWorld, index = 23): string | undefined =>
  ec2.views.get(idOf(index))?.tags[OWN_STOP];
