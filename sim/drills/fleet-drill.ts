import type { Expectation } from '../drill-result';
import type { World } from '../world';
import type { DrillSpec, Played } from './drill';
import { LADDER_POLICIES, under } from './policies';
import { chatFleet } from './servers';

/** A drill of several servers under one of the drills' policies. */
export interface FleetDrill {
  readonly name: string;
  readonly twin: string;
  readonly title: string;
  readonly description: string;
  readonly policy?: keyof typeof LADDER_POLICIES;
  readonly count: number;
  readonly zones: readonly string[];
  readonly types?: readonly string[];
  readonly minutes: number;
  readonly story: (world: World, ids: readonly string[], zeroS: number) => void;
  readonly expect: (
    played: Played,
    ids: readonly string[],
    zeroS: number,
  ) => readonly Expectation[];
}

/** Enrolment takes 20 instances a sweep. */
const enrolledAfterS = (count: number): number => 300 + Math.ceil(count / 20) * 60;

/** Makes a drill of a fleet, `pod-001` and so on. */
export function fleetDrill(drill: FleetDrill): DrillSpec {
  const { name, title, description, policy = 'livechat' } = drill;
  const zeroS = enrolledAfterS(drill.count);
  const fleet = chatFleet(drill.count, drill.zones, drill.types);
  const ids = fleet.map(({ id }) => id);
  return {
    name,
    twin: drill.twin,
    title,
    description,
    startAt: '2024-08-01T11:45:00Z',
    zeroS,
    limitS: zeroS + drill.minutes * 60,
    policies: LADDER_POLICIES,
    play(world) {
      for (const server of fleet) world.ec2.addInstance({ ...server, tags: under(policy) });
      drill.story(world, ids, zeroS);
    },
    expect: (played) => drill.expect(played, ids, zeroS),
  };
}
