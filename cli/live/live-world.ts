import { synthesizeTemplate } from '../../lib/synthesize';
import type { HookInput } from '../../lambda/core/hook';
import type { PolicyInput } from '../../lambda/core/policy';
import { before, iso, seconds, type Instant } from '../../lambda/core/time';
import { HOOK_PARAMETERS } from '../../sim/chat/workload';
import type { OutsideWorkload } from '../../sim/account/ec2-instance';
import { EC2_TIMES, hastened } from '../../sim/account/ec2-times';
import type { SsmProgram } from '../../sim/account/ssm-commands';
import { chatServer, POD_23 } from '../../sim/drills/servers';
import { createWorld, type World } from '../../sim/world';
import { EC2_FASTER } from './live';
import { POD_NAME } from './stage';

/** In `stopping`, as long as the origin incident's instance, and so much faster. */
const STOPPING_S = 25 / EC2_FASTER;
/** Of the run: so long the watchdog has known the instance when its host fails. */
export const ZERO_S = 300;
/** The document of the account that runs the backfill. */
export const BACKFILL = 'livechat-backfill';

const HOOKS: readonly HookInput[] = [
  { name: 'offline', on: 'down', kind: 'event', deadlineSeconds: 60 },
  { name: 'presence', on: 'serving', kind: 'event', deadlineSeconds: 60 },
  { name: 'backfill', on: 'serving', kind: 'ssm', document: BACKFILL, after: 'presence' },
];

/**
 * One thing differs from what a team would deploy: two distinct evaluations of all checks, a minute
 * apart, would take longer than the whole drill.
 */
const POLICIES: Readonly<Record<string, PolicyInput>> = {
  livechat: {
    readyEvent: true,
    applicationCheck: { port: 8080, path: '/serving' },
    recoveredAfter: 1,
    hooks: HOOKS,
  },
};

/** The stack that is deployed; takes a second or two. */
export const liveTemplate = (): object => synthesizeTemplate(POLICIES);

/** What a live world is made of. */
export interface LiveWorldOptions {
  readonly seed: number;
  readonly template: object;
  readonly outside: OutsideWorkload;
  readonly backfill: SsmProgram;
  /** The present, at which it will have come to so long before the failure. */
  readonly now: Instant;
  readonly killAfterS: number;
}

/** The account with the pod in it, in which real time is the present when it begins. */
export async function liveWorld(options: LiveWorldOptions): Promise<World> {
  const { seed, template, outside, backfill, now, killAfterS } = options;
  const known = seconds(ZERO_S - killAfterS);
  const world = createWorld({
    seed,
    template,
    startAt: iso(before(now, known)),
    documents: { [BACKFILL]: { effect: backfill, parameters: HOOK_PARAMETERS } },
    ec2Times: hastened(EC2_TIMES, EC2_FASTER),
  });
  const workload = { appStartS: 0, sendsReadyEvent: true, outside };
  world.ec2.addInstance(chatServer(POD_23, { name: POD_NAME, workload }));
  world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: STOPPING_S }));
  // The time in which it is enrolled goes by at once.
  await world.runUntil(ZERO_S - killAfterS);
  return world;
}
