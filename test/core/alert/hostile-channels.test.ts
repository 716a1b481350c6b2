import fc from 'fast-check';
import { chatOf, type ChatNotification } from '../../../lambda/core/alert/chat';
import { eventOf, stormEvent } from '../../../lambda/core/alert/event';
import { pagerOf, stormPager, type PagerMessage } from '../../../lambda/core/alert/pager';
import { renderStorm } from '../../../lambda/core/alert/storm';
import type { AlertText } from '../../../lambda/core/alert/text';
import type { InstanceRecord } from '../../../lambda/core/record';
import { showInChat } from '../../../sim/account/chat-client';
import { readAlarm } from '../../../sim/account/pager';
import { aRecord, anIncident, at, T0 } from '../builders';
import { mistakesOf } from './event-schemas';
import { anyAlert, hostile, hostileRecord, RUNS } from './hostile-data';
import { CONTEXT, anAlert, text } from './sample';

/*
 * The same hostile data as in hostile.test.ts, in the other channels: nothing breaks out of its
 * field, whatever dialect of markup reads it.
 */

const HOME = { accountId: '111122223333', region: 'us-east-1' } as const;
/** SNS and EventBridge take 256 KiB, everything together. */
const LARGEST = 262_144;

const attributesOf = (record: InstanceRecord) => ({
  severity: 'critical',
  event: 'needs-person',
  instanceId: record.instanceId,
  incidentId: record.incident?.id ?? 'none',
  policy: record.label.policy,
});

const chat = (message: AlertText, record: InstanceRecord): ChatNotification =>
  chatOf({ text: message, attributes: attributesOf(record), id: 'x', home: HOME });

/** Every text of a value, however deep. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

const ISOLATES = /[\u2068\u2069]/g;

function expectHarmless(notification: ChatNotification): void {
  expect(showInChat(JSON.stringify(notification))).toHaveProperty('shown');
  const { content } = notification;
  const shown = [content.title, content.description, ...(content.nextSteps ?? [])];
  for (const part of [...shown, ...content.keywords]) {
    // The labels are the only emphasis, and our own.
    const given = part.replace(/^\*[A-Z][a-z]{1,7}\* /gm, '');
    expect(given).not.toMatch(/[<>*~`\\]/);
    expect(given).not.toMatch(/\]\(|&#?\w+;|@(here|channel|everyone)\b/i);
    expect(given).not.toMatch(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/);
    expect(given.replace(ISOLATES, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}](?<!\n)/u);
    for (const line of given.split('\n')) expectClosed(line);
  }
  for (const one of [content.title, ...(content.nextSteps ?? []), ...content.keywords]) {
    expect(one).not.toContain('\n');
  }
}

/** What turns the direction ends in the line in which it began. */
function expectClosed(line: string): void {
  const marks = line.replace(/[^\u2068\u2069]/g, '');
  expect(marks).toMatch(/^(\u2068\u2069)*$/);
}

function expectAlarm({ subject, body, alarmName }: PagerMessage): void {
  expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
  expect(alarmName).toMatch(/^[\x20-\x7e]{1,255}$/);
  expect(readAlarm(JSON.stringify(body), subject)).toHaveProperty('alarmName', alarmName);
  const { AlarmDescription: description, ...rest } = body;
  for (const one of textsIn(rest)) expect(one).toMatch(/^[\x20-\x7e]{0,1023}$/);
  expect(String(description)).toMatch(/^[\x20-\x7e\n]{1,1024}$/);
}

describe('whatever people and machines write', () => {
  it('is text in chat, and none of its lines passes for one of ours', () => {
    fc.assert(
      fc.property(hostileRecord, anyAlert, (record, alert) => {
        const message = text(alert, record);
        const notification = chat(message, record);
        expectHarmless(notification);
        const { description, nextSteps = [] } = notification.content;
        const lines = message.email.split('\n').filter((line) => line.trim() !== '');
        expect(description.split('\n').length + nextSteps.length).toBeLessThanOrEqual(lines.length);
      }),
      { ...RUNS, numRuns: 200 },
    );
  });

  it('keeps an alarm an alarm', () => {
    fc.assert(
      fc.property(hostileRecord, anyAlert, (record, alert) => {
        const page = { ...alert, severity: 'critical' } as const;
        const context = { home: HOME, text: text(page, record) };
        const messages = pagerOf(page, record, context);
        expect(messages).toHaveLength(1);
        messages.forEach(expectAlarm);
        const lines = String(messages[0]?.body['AlarmDescription']).split('\n');
        expect(lines.length).toBeLessThanOrEqual(context.text.email.split('\n').length + 1);
      }),
      { ...RUNS, numRuns: 200 },
    );
  });

  it('keeps an event within its schema, each value in one line', () => {
    fc.assert(
      fc.property(hostileRecord, anyAlert, hostile, (record, alert, policy) => {
        const hostileLabel = { ...record, label: { ...record.label, policy } };
        const summary = text(alert, hostileLabel).subject;
        // An alert of an incident without one is a notice in all but name.
        const kind = record.incident === undefined ? 'notice' : alert.kind;
        const { detailType, detail } = eventOf({ ...alert, kind }, hostileLabel, {
          home: HOME,
          summary,
        });
        expect(mistakesOf(detailType, detail)).toEqual([]);
        for (const one of textsIn(detail)) expect(one).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(10_000);
      }),
      { ...RUNS, numRuns: 150 },
    );
  });

  it('would be told: the same data as it stands has all that these tests look for', () => {
    const name = '<!channel> *x* \u202e [a](b)\nYou  nothing';
    const raw = chat({ subject: name, email: name, sms: '' }, aRecord());
    const unfiltered = { ...raw, content: { ...raw.content, title: name } };
    expect(() => expectHarmless(unfiltered)).toThrow('not.toMatch');
    expect(() => expectClosed('a\u2068b')).toThrow('toMatch');
  });
});

describe('a storm of a thousand servers with such names', () => {
  const NAMES = ['<!channel>*~`', 'שרת'.repeat(80), 'x'.repeat(10_000), 'a\nYou  nothing', '😀'];
  const members = Array.from({ length: 1_000 }, (_, index) =>
    aRecord({
      instanceId: `i-${index.toString(16).padStart(17, '0')}`,
      label: {
        name: `${NAMES[index % NAMES.length]} ${index}`,
        instanceType: 'm6i.large',
        zone: `us-east-1${'abcdef'[index % 6]}`,
        policy: 'livechat',
      },
      incident: anIncident({ id: `pod-${index}-20240801-1210`, openedAt: at(1) }),
      outbox: [anAlert('needs-person', { reason: 'no-capacity' })],
    }),
  );
  const id = 'storm-20240801-1210';
  const storm = { id, openedAt: T0, nextTellAt: at(60), messages: 1 };
  const step = { kind: 'tell', id, openedAt: T0, storm } as const;
  const message = renderStorm(step, members, { context: CONTEXT, now: at(5) });

  it('is a mail and an SMS within what SNS takes', () => {
    const body = JSON.stringify({ default: message.email, email: message.email, sms: message.sms });
    expect(Buffer.byteLength(body)).toBeLessThan(LARGEST / 4);
    expect(message.subject).toMatch(/^ACT: Storm in [\x20-\x7e]{1,86}$/);
    expect(message.sms).toMatch(/^[\x20-\x7e]{1,1600}$/);
    expect(message.email).toContain('\nand 960 more');
  });

  it('is a chat message that is shown, with the figures in it', () => {
    const attributes = { severity: 'critical', event: 'storm', incidentId: id, instanceId: 'many' };
    const notification = chatOf({ text: message, attributes, id: 'x', home: HOME });
    expectHarmless(notification);
    expect(notification.metadata.threadId).toBe(id);
    expect(notification.content.description).toContain('1000 managed instances went down together');
    expect(Buffer.byteLength(JSON.stringify(notification))).toBeLessThan(LARGEST / 4);
  });

  it('is one alarm', () => {
    const page = { id, state: 'needs-person', at: at(5) } as const;
    const alarms = stormPager(page, { home: HOME, text: message });
    expect(alarms).toHaveLength(1);
    alarms.forEach(expectAlarm);
  });

  it('is an event with the figures, and one for each member, each far below the limit', () => {
    const { detail, detailType } = stormEvent({
      id,
      openedAt: T0,
      at: at(5),
      isOver: false,
      severity: message.severity,
      summary: message.subject,
      ...message.facts,
    });
    expect(mistakesOf(detailType, detail)).toEqual([]);
    expect(detail).toMatchObject({ instances: 1_000, needPerson: 1_000, serving: 0 });
    const sizes = members.flatMap((record) =>
      record.outbox.map((alert) => {
        const context = { home: HOME, summary: text(alert, record).subject, stormId: id };
        return Buffer.byteLength(JSON.stringify(eventOf(alert, record, context)));
      }),
    );
    // Ten go in one call of PutEvents.
    expect(Math.max(...sizes)).toBeLessThan(LARGEST / 10);
  });
});
