import { OPT_IN_TAG } from '../../lambda/core/tags';
import { minutes, type Instant } from '../../lambda/core/time';
import type { CheckFact, CheckName } from '../history';
import type { Life, Story } from './story';

const SHARE = 0.55;
const LEAST = 3;

/** Whether so many unhealthy ones make a storm of a zone with so many. */
export const isStorm = (ill: number, members: number): boolean =>
  ill >= LEAST && ill >= members * SHARE;

/** An application that fails while EC2 finds nothing is its own doing, or that of its check. */
export const isZonesDoing = (failing: readonly CheckName[]): boolean =>
  failing.some((check) => check !== 'application');

/** A storm of a zone, with all that were impaired in it. */
interface Storm {
  readonly zone: string;
  readonly from: Instant;
  /** Undefined as long as it rages. */
  to: Instant | undefined;
  readonly ill: Set<Life>;
}

/** Nothing that belongs to one storm lies further apart than this. */
const GAP = minutes(10);

/** What is known of one server while the story of its zone is read through. */
interface Known {
  readonly life: Life;
  state: string;
  readonly failing: Set<CheckName>;
}

/** The storms of every zone, found in one reading of the story: fleets are large. */
export function stormsOf(story: Story): readonly Storm[] {
  const servers = new Map<string, Known>();
  const zones = new Map<string, { members: number; readonly ill: Set<Life> }>();
  const storms = new Map<string, Storm[]>();
  for (const fact of story.facts) {
    if (fact.kind !== 'instance' && fact.kind !== 'state' && fact.kind !== 'check') continue;
    const life = story.lives.get(fact.instanceId);
    if (life === undefined || !isEverManaged(story, life)) continue;
    const { zone } = life.fact;
    const counts = zones.get(zone) ?? { members: 0, ill: new Set<Life>() };
    zones.set(zone, counts);
    const server = servers.get(fact.instanceId) ?? {
      life,
      state: life.fact.state,
      failing: new Set<CheckName>(),
    };
    servers.set(fact.instanceId, server);
    if (fact.kind === 'instance') counts.members += 1;
    else if (fact.kind === 'check') note(server, fact);
    else {
      server.state = fact.to;
      if (fact.to === 'shutting-down') counts.members -= 1;
    }
    if (server.state === 'running' && isZonesDoing([...server.failing])) counts.ill.add(life);
    else counts.ill.delete(life);
    const raging = isStorm(counts.ill.size, counts.members);
    follow(storms, { zone, raging, at: fact.at, ill: counts.ill });
  }
  // One that never ends asks for nothing yet.
  return [...storms.values()].flat().filter(({ to }) => to !== undefined);
}

function note({ failing }: Known, { check, status }: CheckFact): void {
  if (status === 'impaired') failing.add(check);
  else failing.delete(check);
}

/** A storm begins, goes on, flares up again or ends. */
function follow(
  storms: Map<string, Storm[]>,
  {
    zone,
    raging,
    at,
    ill,
  }: {
    readonly zone: string;
    readonly raging: boolean;
    readonly at: Instant;
    readonly ill: ReadonlySet<Life>;
  },
): void {
  const own = storms.get(zone) ?? [];
  storms.set(zone, own);
  const last = own.at(-1);
  if (!raging) {
    if (last !== undefined) last.to ??= at;
    return;
  }
  if (last === undefined || (last.to !== undefined && at - last.to > GAP)) {
    own.push({ zone, from: at, to: undefined, ill: new Set(ill) });
    return;
  }
  last.to = undefined;
  for (const life of ill) last.ill.add(life);
}

const isEverManaged = (story: Story, { fact, tags }: Life): boolean =>
  fact.managedBy === 'nobody' &&
  tags.some((span) => story.policies.has(span.tags[OPT_IN_TAG] ?? ''));
