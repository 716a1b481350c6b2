import { setTimeout as wait } from 'node:timers/promises';
import { call } from '../../examples/livechat/http';
import { isObject } from '../../examples/livechat/json';
import { mismatches, namesOf } from '../../examples/livechat/presence';
import type { Chatters } from './chatters';

/** What the people and the workspace showed at one moment. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Agents who are shown online and are not, or the other way round. */
  readonly differing: number;
  /** People who want to be connected and are not. */
  readonly away: number;
}

/** What is watched. */
export interface WatchParts {
  readonly workspace: string;
  readonly pod: string;
  readonly people: Pick<Chatters, 'agentsOnline' | 'away'>;
  readonly now: () => number;
}

const EVERY_MS = 100;

/** The agents of a pod whom the workspace has online. */
export async function onlineInWorkspace(
  workspace: string,
  pod: string,
): Promise<readonly string[]> {
  const { body } = await call({ url: `${workspace}/presence?pod=${pod}` });
  return namesOf(isObject(body) ? body['online'] : undefined) ?? [];
}

/** Compares the workspace's presence with the agents' own connections, ten times a second. */
export class Watch {
  private readonly seen: Sample[] = [];
  private isOver = false;

  constructor(private readonly parts: WatchParts) {}

  /** All that was seen so far, oldest first. */
  samples(): readonly Sample[] {
    return this.seen;
  }

  /** Watches until `end`. */
  async begin(): Promise<void> {
    const { workspace, pod, people, now } = this.parts;
    while (!this.isOver) {
      const online = await onlineInWorkspace(workspace, pod).catch(() => undefined);
      if (online !== undefined) {
        const differing = mismatches(people.agentsOnline(), online).length;
        this.seen.push({ at: now(), differing, away: people.away() });
      }
      await wait(EVERY_MS, undefined, { ref: false });
    }
  }

  /** Watches no more. */
  end(): void {
    this.isOver = true;
  }
}

/** How many agents differed at a moment, and how long after it none did any more. */
export function differenceFrom(
  samples: readonly Sample[],
  at: number,
): { readonly count: number; readonly goneS: number | null } {
  const later = samples.filter((sample) => sample.at >= at);
  const last = later.findLastIndex(({ differing }) => differing > 0);
  const gone = later[last + 1];
  const goneS = gone === undefined ? null : last < 0 ? 0 : Math.round(gone.at - at) / 1_000;
  return { count: later[0]?.differing ?? 0, goneS };
}

/**
 * How long after a failure the agents whom it cut off were not shown online any more; null: they
 * were until the end. Who connects again later may differ for a moment.
 */
export function takenOfflineFrom(samples: readonly Sample[], at: number): number | null {
  const later = samples.filter((sample) => sample.at >= at);
  const cutOff = later.findIndex(({ differing }) => differing > 0);
  const gone = later.slice(Math.max(0, cutOff)).find(({ differing }) => differing === 0);
  return gone === undefined ? null : Math.round(gone.at - at) / 1_000;
}

/** How long after a moment everybody was connected; null: not all were. */
export function reconnectedFrom(samples: readonly Sample[], at: number): number | null {
  const first = samples.find((sample) => sample.at >= at && sample.away === 0);
  return first === undefined ? null : Math.round(first.at - at) / 1_000;
}
