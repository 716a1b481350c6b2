import { createColors } from 'picocolors';
import { OPERATOR } from '../sim/people';
import type { World } from '../sim/world';
import type { Surroundings } from './account-clients';
import { operatorPolicy, type Duty, type OperatorPolicy } from './operator-policy';
import { run } from './program';

const STACK = 'LiveChatWatchdog';

/** Who types in a simulated account, and what they may do. */
export interface Typist {
  /** The machine's user; `ana` when absent. */
  readonly user?: string;
  /** What IAM allows; everything that the commands need when absent. */
  readonly policy?: OperatorPolicy;
  /** The Region that the machine is configured for; undefined: none. */
  readonly region?: string | undefined;
  /** Where files are read and written. */
  readonly folder?: string;
}

/** The policy of a duty in the simulated account; any table, as a person would begin. */
export function policyFor(duty: Duty, { home }: World, table = '*'): OperatorPolicy {
  const { region, accountId } = home;
  return operatorPolicy(duty, { region, accountId, stack: STACK, table });
}

/** What the commands need of a machine, with the simulated account behind it. */
export function surroundingsOf(world: World, typist: Typist = {}): Surroundings {
  const { user = 'ana', policy = policyFor('pause-policies', world) } = typist;
  const region = 'region' in typist ? typist.region : world.home.region;
  return {
    user,
    clock: { now: () => world.now(), sleep: () => Promise.resolve() },
    clients: (asked) =>
      Promise.resolve({
        ...world.clientsOf({ by: OPERATOR, policy }),
        region: asked.region ?? region,
      }),
  };
}

/** What one command line brought. */
export interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Types a command line at the present moment of the simulated account. */
export async function typed(
  world: World,
  args: readonly string[],
  typist: Typist = {},
): Promise<Typed> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    colors: createColors(false),
    folder: typist.folder ?? '/',
  };
  const code = await run(args, terminal, surroundingsOf(world, typist));
  return { code, out: out.join('\n'), err: err.join('\n') };
}
