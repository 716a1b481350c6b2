import { POD_23 } from '../../sim/drills/servers';
import type { HookCallback } from '../../sim/programs';
import type { World } from '../../sim/world';
import type { RealTime } from './real-time';

/** How what is real reaches the simulated account. */
export interface OutsideEvents {
  /** Something happens in the account at this moment of real time, because of what is outside. */
  happened(act: () => void): void;
  /** A remark for the timeline. */
  note(text: string): void;
  /** The callback of a hook (docs/hooks.md). */
  callBack(said: HookWord): void;
}

/** What whoever does a hook's work says of it. */
export interface HookWord extends Omit<HookCallback, 'instanceId'> {
  readonly try?: number;
  readonly why?: string;
}

/** The way into the simulated account; before that begins nobody hears what is said. */
export class Bridge implements OutsideEvents {
  private world: World | undefined;

  constructor(private readonly time: RealTime) {}

  /** From now on things happen in this world. */
  begin(world: World): void {
    this.world = world;
  }

  happened(act: () => void): void {
    if (this.world === undefined) return;
    this.world.at((this.time.now() - this.world.startedAt) / 1_000, act);
    this.time.wake();
  }

  callBack(said: HookWord): void {
    this.happened(() => this.world?.programs.callBack({ instanceId: POD_23, ...said }));
  }

  note(text: string): void {
    this.happened(() => {
      this.world?.history.add({ kind: 'workload', instanceId: POD_23, text });
    });
  }
}
