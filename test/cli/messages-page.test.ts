import { readFileSync } from 'node:fs';
import { MESSAGES_PAGE, messagesPage } from '../../cli/messages-page';
import { SAMPLES } from '../../cli/sample-alerts';
import { arrive, envelopeOf } from '../../cli/sample-world';
import { DETAIL_TYPES } from '../../lambda/core/alert/event';
import { showInChat } from '../../sim/account/chat-client';
import { readAlarm } from '../../sim/account/pager';
import { mistakesOf } from '../core/alert/event-schemas';

/** SNS and EventBridge take 256 KiB. */
const LARGEST = 262_144;

const arrived = Promise.all(
  SAMPLES.map(async ({ name, message }) => ({ name, ...(await arrive(message)) })),
);

test('docs/messages.md is what the code says: "npm run docs" writes it', async () => {
  expect(readFileSync(MESSAGES_PAGE, 'utf8')).toBe(await messagesPage());
});

describe('the messages that are documented', () => {
  test('are of every kind that programs can hear of', async () => {
    const types = (await arrived).flatMap(({ events }) => events.map((event) => event.DetailType));
    expect(new Set(types)).toEqual(new Set(Object.values(DETAIL_TYPES)));
  });

  test('are mails with a subject that SNS takes, and a text for each protocol', async () => {
    for (const { mail } of await arrived) {
      expect(mail.Subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
      const body = JSON.parse(mail.Message ?? '') as Readonly<Record<string, string>>;
      expect(Object.keys(body)).toEqual(['default', 'email', 'sms']);
      expect(body['sms']).toMatch(/^[\x20-\x7e]{1,160}$/);
      expect(Buffer.byteLength(mail.Message ?? '')).toBeLessThan(LARGEST / 10);
    }
  });

  test('are shown in chat, those of an incident in one thread', async () => {
    const threads = (await arrived).slice(0, 6).map(({ chat }) => {
      const seen = showInChat(chat?.Message ?? '');
      return 'shown' in seen ? seen.shown.threadId : seen.mistakes.join();
    });
    expect(new Set(threads).size).toBe(1);
    for (const { chat } of await arrived) {
      expect(showInChat(chat?.Message ?? '')).toHaveProperty('shown');
    }
  });

  test('page where a person must act, again with the same name, and close that page', async () => {
    const pages = (await arrived).flatMap(({ name, pages: alarms }) =>
      alarms.map(({ Message = '', Subject = '' }) => {
        const alarm = readAlarm(Message, Subject);
        return 'mistake' in alarm ? alarm.mistake : `${name}: ${alarm.state} ${alarm.alarmName}`;
      }),
    );
    expect(pages).toEqual([
      'Needs a person: ALARM watchdog-pod-23-20240801-1210-0023',
      'Needs a person, again: ALARM watchdog-pod-23-20240801-1210-0023',
      'Serving: OK watchdog-pod-23-20240801-1210-0023',
      'Closed: OK watchdog-pod-23-20240801-1210-0023',
      'Storm over: OK watchdog-storm-20240801-1210',
    ]);
  });

  test('are events that the documented schemas describe', async () => {
    for (const { events } of await arrived) {
      for (const event of events) {
        const { detail } = envelopeOf(event) as { readonly detail: unknown };
        expect(mistakesOf(event.DetailType ?? '', detail)).toEqual([]);
      }
    }
  });
});
