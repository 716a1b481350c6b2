import { isInStorm } from '../lambda/core/alert/storm';
import { nameOf, type InstanceView } from '../lambda/core/observation';
import { readPause, type Pause } from '../lambda/core/pause';
import type { Policy } from '../lambda/core/policy';
import { blocksRescue, describeFinding } from '../lambda/core/readiness';
import type { InstanceRecord } from '../lambda/core/record';
import { OPT_IN_TAG } from '../lambda/core/tags';
import { between, earliest, iso, minutes, type Instant } from '../lambda/core/time';
import { moveWish } from '../lambda/core/planned-move';
import type { FleetRead } from './table-reads';
import type {
  InstanceStatus,
  PauseStatus,
  PlanStatus,
  PolicyStatus,
  Status,
  StormStatus,
} from './status-form';
import {
  attentionOf,
  incidentOf,
  isOpen,
  openRecords,
  worstFirst,
  type StatusInput,
} from './status-incidents';

/** A sweep comes each minute; three that are missing are no hiccup. */
const STALE_AFTER = minutes(3);

/** The status of everything, in the documented form. */
export function statusOf(input: StatusInput): Status {
  const { fleet, now, views, region, table } = input;
  const instances = views.map((view) => instanceOf(view, input)).sort(byName);
  const incidents = openRecords(input).map((record) => incidentOf(record, input));
  return {
    version: 1,
    at: iso(now),
    region,
    table,
    watchdog: sweepOf(fleet.fleet.lastSweepAt, now),
    policies: policiesOf(instances, input),
    instances,
    incidents: incidents.sort(worstFirst),
    pauses: [
      ...[...fleet.policyPauses].map(([name, pause]) =>
        pauseOf({ scope: 'policy', id: name }, pause),
      ),
      ...instances.flatMap(({ pause }) => (pause === null ? [] : [pause])),
    ].filter((pause) => pause !== undefined),
    plans: plansOf(input),
    storm: stormOf(input),
    undelivered: undeliveredOf(fleet),
    zoneStorms: (fleet.fleet.zoneStorms ?? []).map(({ zone, seenAt }) => ({
      zone,
      seenAt: iso(seenAt),
    })),
    unreadable: fleet.unreadable,
    warnings: input.deployed.problem === undefined ? [] : [input.deployed.problem],
  };
}

function sweepOf(lastSweepAt: Instant | undefined, now: Instant): Status['watchdog'] {
  if (lastSweepAt === undefined) return { lastSweepAt: null, lastSweepAgeS: null, isStale: true };
  const age = between(lastSweepAt, now);
  return {
    lastSweepAt: iso(lastSweepAt),
    lastSweepAgeS: Math.round(Math.max(0, age) / 1_000),
    isStale: age > STALE_AFTER,
  };
}

const byName = (a: InstanceStatus, b: InstanceStatus): number =>
  a.name.localeCompare(b.name, 'en') || a.instanceId.localeCompare(b.instanceId, 'en');

function instanceOf(view: InstanceView, { fleet, now, deployed }: StatusInput): InstanceStatus {
  const { instanceId, state, zone, instanceType, tags } = view;
  const record = fleet.records.get(instanceId);
  const enrolment = record?.enrolment ?? { kind: 'unseen' };
  const findings = enrolment.kind === 'enrolled' ? enrolment.findings : [];
  const policies = [...(deployed.policies?.keys() ?? [])];
  const isReadable = !fleet.unreadable.some(({ key }) => key === `instance#${instanceId}`);
  return {
    instanceId,
    name: nameOf(view),
    policy: tags[OPT_IN_TAG]?.trim() ?? '',
    state,
    zone,
    instanceType,
    readiness: isReadable ? readinessOf(enrolment) : 'unreadable',
    checkedAt: enrolment.kind === 'enrolled' ? iso(enrolment.checkedAt) : null,
    gaps: findings.map((finding) => ({
      kind: finding.kind,
      blocks: blocksRescue(finding),
      text: describeFinding(finding, policies),
    })),
    pause:
      pauseOf({ scope: 'instance', id: instanceId, name: nameOf(view) }, readPause(tags, now)) ??
      null,
    incidentId: isOpen(record?.incident) ? record.incident.id : null,
  };
}

function readinessOf(enrolment: InstanceRecord['enrolment']): InstanceStatus['readiness'] {
  if (enrolment.kind === 'unseen') return 'not-enrolled';
  return enrolment.findings.some(blocksRescue) ? 'not-ready' : 'ready';
}

function pauseOf(
  { scope, id, name = id }: Pick<PauseStatus, 'scope' | 'id'> & { readonly name?: string },
  pause: Pause,
): PauseStatus | undefined {
  if (pause.kind === 'none') return undefined;
  const until = pause.kind === 'paused' && pause.until !== undefined ? iso(pause.until) : null;
  return { scope, id, name, kind: pause.kind, until, note: pause.note };
}

function policiesOf(
  instances: readonly InstanceStatus[],
  { deployed, fleet }: StatusInput,
): readonly PolicyStatus[] {
  const known = deployed.policies;
  const names = new Set([...(known?.keys() ?? []), ...instances.map(({ policy }) => policy)]);
  return [...names].sort().map((name) => {
    const members = instances.filter(({ policy }) => policy === name);
    const count = (holds: (one: InstanceStatus) => boolean): number => members.filter(holds).length;
    const pause = fleet.policyPauses.get(name);
    return {
      name,
      mode: modeOf(name, known),
      instances: members.length,
      running: count(({ state }) => state === 'running'),
      enrolled: count(({ readiness }) => readiness === 'ready' || readiness === 'not-ready'),
      ready: count(({ readiness }) => readiness === 'ready'),
      pause: (pause && pauseOf({ scope: 'policy', id: name }, pause)) ?? null,
    };
  });
}

function modeOf(
  name: string,
  policies: ReadonlyMap<string, Policy> | undefined,
): PolicyStatus['mode'] {
  if (policies === undefined) return null;
  return policies.get(name)?.mode ?? 'no-such-policy';
}

function plansOf({ fleet, views }: StatusInput): Status['plans'] {
  return [...fleet.records.values()].flatMap(({ instanceId, label, plan }) =>
    plan === undefined
      ? []
      : [
          {
            instanceId,
            name: label.name,
            condition: plan.condition,
            at: plan.at === undefined ? null : iso(plan.at),
            deadline: iso(plan.deadline),
            wish: wishOf(views.find((view) => view.instanceId === instanceId)),
          },
        ],
  );
}

function undeliveredOf({ records }: FleetRead): Status['undelivered'] {
  return [...records.values()].flatMap(({ instanceId, label, outbox }) => {
    const [first, ...rest] = outbox.map(({ at }) => at);
    if (first === undefined) return [];
    const since = iso(earliest(first, ...rest));
    return [{ instanceId, name: label.name, messages: outbox.length, since }];
  });
}

function stormOf(input: StatusInput): StormStatus | null {
  const { storm } = input.fleet.fleet;
  if (storm === undefined) return null;
  const members = openRecords(input).filter((record) => isInStorm(record, storm.openedAt));
  const serving = members.filter(({ incident }) => incident.progress.kind === 'serving');
  return {
    id: storm.id,
    openedAt: iso(storm.openedAt),
    nextTellAt: iso(storm.nextTellAt),
    incidents: members.length,
    serving: serving.length,
    needPerson: members.filter(({ incident }) => attentionOf(incident) === 'needs-person').length,
  };
}

function wishOf(view: InstanceView | undefined): PlanStatus['wish'] {
  const wish = view === undefined ? 'none' : moveWish(view);
  return wish === 'none' ? null : wish;
}
