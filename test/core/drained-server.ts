import type { Hook } from '../../lambda/core/hook';
import type { HookNews, HookRun, HookProgress } from '../../lambda/core/hook-run';
import type { InstanceView } from '../../lambda/core/observation';
import type { Policy } from '../../lambda/core/policy';
import type { Plan } from '../../lambda/core/record';
import { after, days, seconds } from '../../lambda/core/time';
import { T0, aRecord, aView, at, tagged } from './builders';
import { anEvent } from './planned-server';
import { Story, type Look } from './story';

const base = { deadline: seconds(300), retries: 0, kind: 'event' } as const;
export const DRAIN: Hook = { ...base, name: 'drain', on: 'before-stop' };
export const FLUSH: Hook = { ...base, name: 'flush', on: 'before-stop', after: 'drain' };
export const RESUME: Hook = { ...base, name: 'resume', on: 'stop-called-off' };
export const OFFLINE: Hook = { ...base, name: 'offline', on: 'down' };
export const PRESENCE: Hook = { ...base, name: 'presence', on: 'serving' };

/** T0 is ten minutes past noon. */
export const WINDOW = { days: ['thu', 'fri'], from: 720, to: 840, timeZone: 'UTC' } as const;
export const HOLD = tagged({ 'watchdog:hold': 'release night' });
export const NOW = tagged({ 'watchdog:move': 'now' });
export const VETO = tagged({ 'watchdog:move': 'veto' });

export const PLAN: Plan = {
  eventId: 'instance-event-1',
  condition: 'stop-scheduled',
  deadline: after(T0, days(10)),
  at: at(-60),
  announcedAt: at(-7_200),
};

/** A server whose move is due at T0: AWS retires its host in ten days. */
export class Move extends Story {
  constructor(hooks: readonly Hook[], policy: Partial<Policy> = {}) {
    super({ hooks, maintenanceWindow: WINDOW, ...policy }, aRecord({ plan: PLAN }));
  }

  /** It runs, and EC2 announces the work still. */
  runs(offsetSeconds: number, view: Partial<InstanceView> = {}, look: Look = {}): string {
    const shown = aView({ scheduledEvents: [anEvent()], ...view });
    const { decision } = this.look(offsetSeconds, shown, look);
    return `${decision.kind} ${decision.reason}`;
  }

  says(offsetSeconds: number, status: HookProgress, run = 'drain'): string {
    return this.runs(offsetSeconds, {}, { news: [this.news(status, run)] });
  }

  /** Of the first run of a hook, or of another one, `drain/2`; said so many seconds after T0. */
  news(status: HookProgress, run: string, saidSeconds = 0): HookNews {
    const key = `${this.record.incident?.id}/${run.includes('/') ? run : `${run}/1`}`;
    return { kind: 'callback', at: at(saidSeconds), key, status };
  }

  run(name: string): HookRun | undefined {
    return this.record.incident?.hooks?.findLast((run) => run.name === name);
  }

  get texts(): string {
    return this.alerts.map(({ text = '' }) => text).join(' ');
  }
}

/** Drained and about to be stopped, unless something is said against it. */
export const drained = (
  hooks: readonly Hook[] = [DRAIN, RESUME],
  policy: Partial<Policy> = {},
): Move => {
  const move = new Move(hooks, policy);
  move.runs(0);
  return move;
};
