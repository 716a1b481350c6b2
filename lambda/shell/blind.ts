import { settle, intend } from '../core/attempt';
import type { InstanceView } from '../core/observation';
import type { RemediateReason } from '../core/reasons';
import type { Pause } from '../core/pause';
import type { Folded } from '../core/signals/fold';
import { startGroups } from '../core/start-groups';
import { OPT_IN_TAG, OWN_TAGS } from '../core/tags';
import { between, seconds, type Instant } from '../core/time';
import {
  blindRecord,
  decideWithoutStore,
  servingWithoutStore,
  type BlindSituation,
} from '../core/without-store';
import type { Ports, StartOutcome } from '../ports';
import type { Settings } from '../settings';
import { messageOf, publish } from './tell';
import { startAll } from './start';
import { tellUnrecorded } from './unrecorded';

/** For this long a describe may show the state from before a start. */
const STALE_READ = seconds(60);

/** What there is to work with while the table does not answer. */
export interface BlindWorld {
  readonly ports: Ports;
  readonly settings: Settings;
  /** When this execution environment started an instance; all that is remembered. */
  readonly startedAt: Map<string, Instant>;
  /** Starts that EC2 did not take, by instance: no later event tells of that stop. */
  readonly notTaken: Map<string, BlindSituation>;
  /** Policies that a person paused as a whole, as the table told last. */
  readonly lastPauses: Map<string, Pause>;
}

/**
 * What is done while the incident table does not answer: AWS's stops are started, once told, and
 * the instance itself remembers it in a tag until the table is back. Everything else waits.
 */
export async function actBlindly(
  world: BlindWorld,
  folded: Folded,
  views: readonly InstanceView[],
): Promise<void> {
  const { ports, settings } = world;
  const all = views.map((view): BlindSituation => {
    const known = world.notTaken.get(view.instanceId);
    const wasOurs = known?.view.launchTime === view.launchTime;
    const evidence = folded.evidence.get(view.instanceId) ?? [];
    return {
      view,
      evidence: wasOurs ? [...known.evidence, ...evidence] : evidence,
      policies: settings.policies,
      wasOurs,
      policyPause: world.lastPauses.get(view.tags[OPT_IN_TAG]?.trim() ?? ''),
      now: ports.clock.now(),
    };
  });
  const decided = all
    .filter(({ view, now }) => !wasJustStarted(world, view.instanceId, now))
    .flatMap((situation): readonly BlindStart[] => {
      const decision = decideWithoutStore(situation);
      return decision.kind === 'remediate' ? [{ situation, reason: decision.reason }] : [];
    });
  const groups = startGroups(
    decided.map(({ situation: { view } }) => ({
      instanceId: view.instanceId,
      zone: view.zone,
      instanceType: view.instanceType,
      attempts: [],
    })),
  );
  const outcomes = await startAll(ports, groups);
  await Promise.all([
    ...decided.map((start) =>
      tellBlindly(world, start, outcomes.get(start.situation.view.instanceId)),
    ),
    ...all.map((situation) => tellServing(world, situation)),
  ]);
}

/** A start that is made without the table, and why. */
interface BlindStart {
  readonly situation: BlindSituation;
  readonly reason: RemediateReason;
}

function wasJustStarted({ startedAt }: BlindWorld, instanceId: string, now: Instant): boolean {
  const at = startedAt.get(instanceId);
  return at !== undefined && between(at, now) < STALE_READ;
}

/** The tag is written first: it is what keeps the message single. */
async function tellServing(world: BlindWorld, situation: BlindSituation): Promise<void> {
  const serving = servingWithoutStore(situation);
  if (serving === undefined) return;
  const { instanceId } = situation.view;
  const { record, tagValue } = serving;
  const tagged = await world.ports.ec2.tag(instanceId, { [OWN_TAGS.lastStart]: tagValue });
  if (!tagged) return;
  const at = world.ports.clock.now();
  const alert = { key: `${instanceId}:serving`, kind: 'serving', severity: 'info', at } as const;
  await publish(world, messageOf(world, alert, record));
}

/** Only the call that moved it out of `stopped` tells: EC2 itself keeps that single. */
async function tellBlindly(
  world: BlindWorld,
  { situation, reason }: BlindStart,
  outcome: StartOutcome | undefined,
): Promise<void> {
  const { ports } = world;
  const { view, now } = situation;
  const { instanceId } = view;
  ports.telemetry.log('info', 'decision', {
    instanceId,
    decision: 'remediate',
    remediation: 'start',
    reason,
    outcome: outcome?.kind,
    store: 'down',
  });
  if (outcome?.kind !== 'accepted') {
    if (situation.wasOurs !== true) world.notTaken.set(instanceId, situation);
    return;
  }
  world.notTaken.delete(instanceId);
  world.startedAt.set(instanceId, ports.clock.now());
  if (!outcome.wasStopped) return;
  const intended = intend(blindRecord(situation), { remediation: 'start', reason }, now);
  await tellUnrecorded(world, settle(intended, { kind: 'accepted', at: ports.clock.now() }, now));
}
