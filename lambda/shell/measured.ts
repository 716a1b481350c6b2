import type { Incident } from '../core/incident';
import { metricsOf } from '../core/incident-metrics';
import type { CountMetric } from '../core/metrics';
import type { InstanceRecord } from '../core/record';
import { unreachable } from '../core/unreachable';
import type { AlertPort, Ports, StorePort, TelemetryPort, WriteOutcome } from '../ports';

type Measurable = Pick<Ports, 'store' | 'alerts' | 'telemetry'>;

/**
 * The same ports, with everything counted that they were given: what happened to incidents where
 * their records are written, and pages where they are sent. One place for all the paths that lead
 * there. A write is conditional on the version before it, so each step of an incident is counted by
 * the one invocation whose write was taken; one that is killed right after it counts nothing.
 */
export function measured<P extends Measurable>(ports: P): P {
  const { telemetry } = ports;
  return {
    ...ports,
    store: measuredStore(ports.store, telemetry),
    alerts: measuredAlerts(ports.alerts, telemetry),
  };
}

/** A record as it stands in the table. */
interface Stored {
  readonly version: number;
  readonly incident: Incident | undefined;
}

function measuredStore(store: StorePort, telemetry: TelemetryPort): StorePort {
  const known = new Map<string, Stored>();
  const note = (record: InstanceRecord, outcome: WriteOutcome): WriteOutcome => {
    if (outcome !== 'written') return outcome;
    const { instanceId, version, incident } = record;
    const stored = known.get(instanceId);
    // A first version has nothing before it. Of one that was never read nothing can be told.
    const isNext = stored === undefined ? version === 1 : stored.version === version - 1;
    if (isNext) tell(telemetry, stored?.incident, incident);
    known.set(instanceId, { version, incident });
    return outcome;
  };
  return {
    async readAll() {
      const answer = await store.readAll();
      if (answer.kind === 'down') return answer;
      known.clear();
      for (const { instanceId, version, incident } of answer.records.values()) {
        known.set(instanceId, { version, incident });
      }
      return answer;
    },
    write: async (record) => note(record, await store.write(record)),
    claimTakedown: async (record, version) =>
      note(record, await store.claimTakedown(record, version)),
    writeFleet: (fleet) => store.writeFleet(fleet),
    archive: (record) => store.archive(record),
    amend: (amendment) => store.amend(amendment),
  };
}

function tell(
  telemetry: TelemetryPort,
  before: Incident | undefined,
  after: Incident | undefined,
): void {
  for (const one of metricsOf(before, after)) {
    switch (one.kind) {
      case 'count':
        telemetry.count(one.metric, one.value);
        break;
      case 'time':
        telemetry.measure(one.metric, one.length);
        break;
      default:
        unreachable(one);
    }
  }
}

/** The rest of `AlertsSent` are those that only inform. */
const BY_SEVERITY: ReadonlyMap<string | undefined, CountMetric> = new Map([
  ['critical', 'AlertsCritical'],
  ['warning', 'AlertsWarning'],
]);

function measuredAlerts(alerts: AlertPort, telemetry: TelemetryPort): AlertPort {
  return {
    async publish(message) {
      const taken = await alerts.publish(message);
      const metric = BY_SEVERITY.get(message.attributes['severity']);
      if (taken && metric !== undefined) telemetry.count(metric, 1);
      return taken;
    },
  };
}
