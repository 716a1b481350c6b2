import { NEW_FLEET, type InstanceRecord } from '../../lambda/core/record';
import type { Ports, WriteOutcome } from '../../lambda/ports';
import { measured } from '../../lambda/shell/measured';
import { fakeTelemetry, type FakeTelemetry } from '../adapters/fake-world';
import { anAttempt, anIncident, aRecord, at, T0 } from '../core/builders';

const opened = anIncident({
  openedAt: at(4),
  outage: { lastKnownGood: at(-60), firstKnownBad: T0 },
  attempts: [],
});
const started = { ...opened, attempts: [anAttempt(at(5))] };

const MESSAGE = { subject: 'pod-23', email: '', sms: '', attributes: { severity: 'critical' } };

interface Answers {
  readonly stored?: InstanceRecord;
  readonly write?: WriteOutcome;
  readonly snsTakes?: boolean;
}

/** The measured ports over a table, and a topic, that answer thus. */
function setUp({ stored, write = 'written', snsTakes = true }: Answers = {}) {
  const telemetry = fakeTelemetry();
  const records = new Map(stored === undefined ? [] : [[stored.instanceId, stored]]);
  const outcome = () => Promise.resolve(write);
  const given: Pick<Ports, 'store' | 'alerts' | 'telemetry'> = {
    telemetry,
    alerts: { publish: async () => snsTakes },
    store: {
      readAll: async () => ({
        kind: 'read',
        records,
        fleet: NEW_FLEET,
        takedownVersion: 3,
        policyPauses: new Map(),
        quarantined: [],
      }),
      write: outcome,
      claimTakedown: outcome,
      writeFleet: outcome,
      archive: outcome,
      amend: outcome,
    },
  };
  return { telemetry, ports: measured(given) };
}

const names = ({ measured: times }: FakeTelemetry): readonly string[] => [...times.keys()];

describe('what happened to an incident', () => {
  test('is counted where its record is written, each step once', async () => {
    const { telemetry, ports } = setUp({ stored: aRecord({ version: 7 }) });
    await ports.store.readAll();
    await ports.store.write(aRecord({ version: 8, incident: opened }));
    expect(names(telemetry)).toEqual(['TimeToDetect']);
    await ports.store.write(aRecord({ version: 9, incident: started }));
    await ports.store.write(aRecord({ version: 10 }));
    expect(names(telemetry)).toEqual(['TimeToDetect', 'TimeToAct']);
    expect(telemetry.counted.get('DecisionsRemediate')).toBe(1);
  });

  test('is counted too where a takedown is claimed', async () => {
    const { telemetry, ports } = setUp({ stored: aRecord({ version: 7, incident: opened }) });
    await ports.store.readAll();
    await ports.store.claimTakedown(aRecord({ version: 8, incident: started }), 3);
    expect(telemetry.counted.get('DecisionsRemediate')).toBe(1);
  });

  test('is counted with the first record of an instance', async () => {
    const { telemetry, ports } = setUp();
    await ports.store.readAll();
    await ports.store.write(aRecord({ version: 1, incident: opened }));
    expect(names(telemetry)).toEqual(['TimeToDetect']);
  });

  test.each(['conflict', 'down'] as const)(
    'is NOT counted where the table did not take it: %s',
    async (write) => {
      const { telemetry, ports } = setUp({ stored: aRecord({ version: 7 }), write });
      await ports.store.readAll();
      expect(await ports.store.write(aRecord({ version: 8, incident: opened }))).toBe(write);
      expect(names(telemetry)).toEqual([]);
    },
  );

  test('is NOT counted on top of a version that was not read', async () => {
    const { telemetry, ports } = setUp();
    await ports.store.readAll();
    await ports.store.write(aRecord({ version: 8, incident: opened }));
    expect(names(telemetry)).toEqual([]);
  });

  test('is NOT counted a second time by who reads it as it stands', async () => {
    const { telemetry, ports } = setUp({ stored: aRecord({ version: 8, incident: opened }) });
    await ports.store.readAll();
    await ports.store.write(aRecord({ version: 9, incident: { ...opened, lookups: [at(9)] } }));
    expect(names(telemetry)).toEqual([]);
  });
});

describe('an alert', () => {
  const counted = ({ telemetry }: ReturnType<typeof setUp>): readonly string[] => [
    ...telemetry.counted.keys(),
  ];

  test.each([
    ['critical', ['AlertsCritical']],
    ['warning', ['AlertsWarning']],
    ['info', []],
  ])('that is %s is counted as %j when SNS has it', async (severity, expected) => {
    const world = setUp();
    expect(await world.ports.alerts.publish({ ...MESSAGE, attributes: { severity } })).toBe(true);
    expect(counted(world)).toEqual(expected);
  });

  test('is NOT counted when SNS did not take it', async () => {
    const refused = setUp({ snsTakes: false });
    expect(await refused.ports.alerts.publish(MESSAGE)).toBe(false);
    expect(counted(refused)).toEqual([]);
  });
});
