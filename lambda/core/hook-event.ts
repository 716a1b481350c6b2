import { instanceArn } from './arn';
import type { ProgramEvent } from './alert/event';
import type { HookRun } from './hook-run';
import type { Incident } from './incident';
import { oneLine } from './one-line';
import type { Label } from './record';
import type { Home } from './signals/signal';
import { between, iso, type Instant } from './time';

/** The detail-type of the event that asks a program to do a hook's work. */
export const HOOK_DETAIL_TYPE = 'LiveChat Watchdog Hook';

/** The version of its detail: fields are added within a version, never taken away or changed. */
const VERSION = 1;
const VALUE_LIMIT = 200;

/** Everything that a hook is told. */
export interface HookSubject {
  readonly run: HookRun;
  readonly incident: Incident;
  readonly instanceId: string;
  readonly label: Label;
}

/** The event that asks a program to do a hook's work (docs/hooks.md). */
export function hookEvent(
  { run, incident, instanceId, label }: HookSubject,
  {
    home,
    at,
  }: {
    readonly home: Home;
    readonly at: Instant;
  },
): ProgramEvent {
  return {
    detailType: HOOK_DETAIL_TYPE,
    at,
    resources: [instanceArn(home, instanceId)],
    detail: {
      version: VERSION,
      key: run.key,
      try: run.tries,
      hook: run.name,
      moment: run.on,
      incidentId: incident.id,
      pod: oneLine(label.name, VALUE_LIMIT),
      policy: oneLine(label.policy, VALUE_LIMIT),
      instance: { id: instanceId, zone: oneLine(label.zone, VALUE_LIMIT) },
      deadline: iso(run.deadlineAt),
      outage: {
        number: run.outage,
        lastKnownGood: iso(run.from),
        firstKnownBad: iso(run.firstKnownBad),
        ...(run.to !== undefined && { goodAgain: iso(run.to) }),
        uncertaintySeconds: uncertaintyOf(run),
      },
    },
  };
}

const uncertaintyOf = ({ from, firstKnownBad }: HookRun): number =>
  Math.max(0, Math.round(between(from, firstKnownBad) / 1_000));

/**
 * The parameters that a document gets, the ones that it must declare. Systems Manager puts values
 * into scripts as they are, and a name is whatever somebody wrote on a tag: only what means nothing
 * to a shell goes through.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 */
export function hookParameters({
  run,
  incident,
  instanceId,
  label,
}: HookSubject): Record<string, string[]> {
  const values = {
    Key: run.key,
    IncidentId: incident.id,
    InstanceId: instanceId,
    Pod: label.name,
    Policy: label.policy,
    OutageNumber: String(run.outage),
    LastKnownGood: iso(run.from),
    FirstKnownBad: iso(run.firstKnownBad),
    GoodAgain: run.to === undefined ? '' : iso(run.to),
    UncertaintySeconds: String(uncertaintyOf(run)),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      [value.replace(/[^A-Za-z0-9._:/-]/g, '_').slice(0, VALUE_LIMIT)],
    ]),
  );
}
