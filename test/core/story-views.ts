import type { Checks, InstanceView } from '../../lambda/core/observation';
import { INITIALIZING, USER_STOP, aView, at, impaired, readyEvent, stoppedView } from './builders';
import type { Story } from './story';

export const stopping = (code?: string): InstanceView => stoppedView(code, { state: 'stopping' });
export const booted = (launch: number, over: Partial<InstanceView> = {}): InstanceView =>
  aView({ launchTime: at(launch), checks: INITIALIZING, ...over });
export const pending = (launch: number): InstanceView => booted(launch, { state: 'pending' });
export const healthy = (launch: number): InstanceView => aView({ launchTime: at(launch) });

/** It runs in its old boot, and a check fails since then. */
export const ill = (
  name: keyof Checks,
  since = 0,
  over: Partial<InstanceView> = {},
): InstanceView => aView({ checks: impaired(at(since), name), ...over });

/** As EC2 shows it while it carries out a stop that was asked for at so many seconds. */
export const goingDown = (asked: number, over: Partial<InstanceView> = {}): InstanceView =>
  stoppedView(USER_STOP, { state: 'stopping', transitionAt: at(asked + 1), ...over });
/** As EC2 shows it after a stop that was asked for at so many seconds. */
export const isDown = (asked: number, over: Partial<InstanceView> = {}): InstanceView =>
  goingDown(asked, { state: 'stopped', ...over });

/** Our own stop, asked for at so many seconds, and all that follows it to the end. */
export function comesBack(story: Story, asked: number, over: Partial<InstanceView> = {}): void {
  story.look(asked + 4, goingDown(asked, over));
  story.look(asked + 40, isDown(asked, over));
  story.look(asked + 44, pending(asked + 42));
  story.look(asked + 60, booted(asked + 42));
  story.look(asked + 80, booted(asked + 42), { fresh: [readyEvent(at(asked + 79))] });
  story.look(asked + 240, healthy(asked + 42));
  story.look(asked + 300, healthy(asked + 42));
}
