import { gameDayPolicy } from '../../cli/gameday-policy';
import { typed, type Typed } from '../../cli/simulated-account';
import { synthesizeGameDays } from '../../lib/synthesize';
import { LADDER_POLICIES, under } from '../../sim/drills/policies';
import { chatServer, POD_23 } from '../../sim/drills/servers';
import { createWorld, type World } from '../../sim/world';

/** The owners agree to game days with it. */
export const CONSENTS = { 'watchdog:game-day-consent': 'yes' } as const;

let templates: ReturnType<typeof synthesizeGameDays> | undefined;

/** What a game day's server is like. */
export interface GameDayServer {
  readonly policy?: keyof typeof LADDER_POLICIES;
  /** Beside the opt-in tag; the owners consent when absent. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly trail?: boolean;
  /** Seconds from a booted system to open doors; 12 when absent. */
  readonly appStartS?: number;
}

/** An account with the stack of game days, and pod-23 enrolled; it is 12:10. */
export async function gameDayWorld(server: GameDayServer = {}): Promise<World> {
  const { policy = 'livechat', tags = CONSENTS, trail = true, appStartS = 12 } = server;
  templates ??= synthesizeGameDays(
    { zones: ['us-east-1b'], port: 8080, process: 'livechat' },
    LADDER_POLICIES,
  );
  const world = createWorld({
    seed: 1,
    startAt: '2024-08-01T12:05:00Z',
    template: templates.watchdog,
    gameDays: templates.gameDays,
    trail,
  });
  world.ec2.addInstance(
    chatServer(POD_23, {
      name: 'pod-23',
      tags: { ...under(policy), ...tags },
      workload: { appStartS, sendsReadyEvent: true },
    }),
  );
  await world.runUntil(300);
  return world;
}

/** Types a game day's command as somebody who may do that and no more. */
export async function gameDay(world: World, ...args: readonly string[]): Promise<Typed> {
  const { region, accountId } = world.home;
  const place = { region, accountId, stack: 'LiveChatWatchdog', table: '*' };
  return typed(world, ['gameday', ...args], { policy: gameDayPolicy(place) });
}

/** Starts an experiment on pod-23. */
export async function begin(world: World, name: string): Promise<Typed> {
  return gameDay(world, 'start', name, '--instance', 'pod-23', '--yes');
}

/** Runs for so many minutes more. */
export async function goOn(world: World, minutes: number): Promise<void> {
  await world.runUntil(world.elapsedS() + minutes * 60);
}
