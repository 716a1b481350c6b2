import type { AlertKind, PendingAlert } from '../../../lambda/core/alert/alert';
import {
  DETAIL_TYPES,
  EVENT_SOURCE,
  eventOf,
  stormEvent,
  type ProgramEvent,
} from '../../../lambda/core/alert/event';
import { HOOK_DETAIL_TYPE } from '../../../lambda/core/hook-event';
import type { InstanceRecord } from '../../../lambda/core/record';
import { aRecord, anIncident, at, ID, T0 } from '../builders';
import { mistakesOf, SCHEMAS } from './event-schemas';
import { anAlert, text } from './sample';

const HOME = { accountId: '111122223333', region: 'us-east-1' } as const;

/** An alert of each kind, as the watchdog makes it. */
const ALERTS: Readonly<Record<AlertKind, PendingAlert>> = {
  opened: anAlert('opened', { severity: 'warning' }),
  changed: anAlert('changed', { severity: 'warning', text: 'It went down again.' }),
  'needs-person': anAlert('needs-person', { reason: 'no-capacity', text: 'paused by ana' }),
  serving: anAlert('serving', { at: at(60) }),
  closed: anAlert('closed', { text: 'The opt-in tag was removed.' }),
  notice: anAlert('notice', { text: 'AWS Health: X', about: 'stop-scheduled' }),
};
const KINDS = Object.keys(ALERTS) as AlertKind[];

const RECORD = aRecord({
  incident: anIncident({
    outage: { lastKnownGood: at(-60), firstKnownBad: T0, goodAgain: at(58) },
    timeline: [{ at: at(2), decision: 'remediate', reason: 'stopped-by-aws' }],
  }),
});

function event(
  alert: PendingAlert,
  record: InstanceRecord = RECORD,
  stormId?: string,
): ProgramEvent {
  return eventOf(alert, record, { home: HOME, summary: text(alert, record).subject, stormId });
}

const STORM = stormEvent({
  id: 'storm-20240801-1210',
  openedAt: T0,
  at: at(5),
  isOver: false,
  severity: 'warning',
  counts: { instances: 6, serving: 2 },
  needPerson: 0,
  zones: ['us-east-1b'],
  summary: 'Storm in us-east-1b',
});

describe('the documented schemas', () => {
  it('are one for each detail-type', () => {
    const types = [...Object.values(DETAIL_TYPES), HOOK_DETAIL_TYPE, 'Hook Status'];
    expect([...SCHEMAS.keys()].toSorted()).toEqual(types.toSorted());
  });

  it.each(KINDS)('describe the event of an alert "%s", whole', (kind) => {
    const { detailType, detail } = event(ALERTS[kind]);
    expect(mistakesOf(detailType, detail)).toEqual([]);
  });

  it.each(KINDS)('describe it in a storm: "%s"', (kind) => {
    const { detailType, detail } = event(ALERTS[kind], RECORD, 'storm-20240801-1210');
    expect(mistakesOf(detailType, detail)).toEqual([]);
  });

  it('describe the event of a storm', () => {
    expect(mistakesOf(STORM.detailType, STORM.detail)).toEqual([]);
  });

  it('would tell of a field that they do not have, that is missing, or of another type', () => {
    const { detailType, detail } = event(ALERTS.opened);
    expect(mistakesOf(detailType, { ...detail, secret: 1 })).toHaveLength(1);
    expect(mistakesOf(detailType, { ...detail, severity: 'fatal' })).toHaveLength(1);
    expect(mistakesOf(detailType, { ...detail, at: 1_722_514_209 })).toHaveLength(1);
    const { incidentId: _gone, ...rest } = detail;
    expect(mistakesOf(detailType, rest)).toHaveLength(1);
  });

  it('have a description of every field', () => {
    const fieldsOf = (value: unknown, path: string): readonly string[] => {
      const { properties = {}, items } = (value ?? {}) as {
        readonly properties?: Record<string, { description?: string; const?: unknown }>;
        readonly items?: unknown;
      };
      const own = Object.entries(properties).flatMap(([name, field]) => [
        ...(field.description === undefined && field.const === undefined
          ? [`${path}.${name}`]
          : []),
        ...fieldsOf(field, `${path}.${name}`),
      ]);
      return items === undefined ? own : [...own, ...fieldsOf(items, path)];
    };
    expect([...SCHEMAS].flatMap(([title, schema]) => fieldsOf(schema, title))).toEqual([]);
  });
});

describe('an event for programs', () => {
  it('is of a source that is not of AWS, which PutEvents would refuse', () => {
    expect(EVENT_SOURCE).not.toMatch(/^aws/);
  });

  it('names the server by its ARN, and the incident with its outage', () => {
    const { resources, detail } = event(ALERTS.serving);
    expect(resources).toEqual([`arn:aws:ec2:us-east-1:111122223333:instance/${ID}`]);
    expect(detail).toMatchObject({
      version: 1,
      incidentId: 'pod-23-20240801-1210-def0',
      reason: 'stopped-by-aws',
      outage: { firstKnownBad: '2024-08-01T12:10:07.000Z', goodAgain: '2024-08-01T12:11:05.000Z' },
    });
  });

  it('has the reason of the page, not that of the last decision', () => {
    expect(event(ALERTS['needs-person']).detail).toMatchObject({ reason: 'no-capacity' });
  });

  it('of a notice does not speak of an incident that happens to be open', () => {
    const { detail } = event(ALERTS.notice);
    expect(detail).not.toHaveProperty('incidentId');
    expect(detail).toMatchObject({ text: 'AWS Health: X', reason: 'stop-scheduled' });
  });

  it('has the same id when it is sent again, and another one as another message', () => {
    const ids = [ALERTS.opened, ALERTS.opened, ALERTS.serving].map(
      (alert) => event(alert).detail['id'],
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('of a repeated page says which repetition it is, and is another event', () => {
    const page = ALERTS['needs-person'];
    const again = { ...page, key: `${page.key}:again:1`, repeat: 1 };
    expect(event(again).detail).toMatchObject({ repeat: 1 });
    expect(event(page).detail).not.toHaveProperty('repeat');
    expect(event(again).detail['id']).not.toBe(event(page).detail['id']);
  });

  it('of a storm counts, and leaves its thousand members to events of their own', () => {
    expect(STORM).toMatchObject({ resources: [], detail: { instances: 6, serving: 2 } });
  });
});
