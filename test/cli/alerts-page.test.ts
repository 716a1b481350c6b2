import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { SAMPLES } from '../../cli/sample-alerts';
import { arrive } from '../../cli/sample-world';
import { DETAIL_TYPES } from '../../lambda/core/alert/event';
import { parseConfig } from '../../lib/config';
import { compilePattern } from '../../sim/account/pattern';
import type { Json } from '../../sim/account/template';

/* docs/alerts.md says what subscriptions can rely on: it is held against real messages. */

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'alerts.md'), 'utf8');
const examples = [...page.matchAll(/```json\n(.*?)```/gs)].map(
  ([, text]) => JSON.parse(text ?? '') as Readonly<Record<string, unknown>>,
);
const filters = examples.filter((example) => !('watchdog' in example || 'source' in example));

const arrived = Promise.all(SAMPLES.map(({ message }) => arrive(message)));

const attributesOf = ({ MessageAttributes = {} }: PublishCommandInput) =>
  Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue ?? '']),
  );

const mails = async () => (await arrived).map(({ mail }) => attributesOf(mail));
const pages = async () => (await arrived).flatMap((one) => one.pages.map(attributesOf));

/** How many messages pass a filter policy: it has the form of an event's pattern. */
const passing = (filter: unknown, messages: readonly object[]): number =>
  messages.filter(compilePattern(filter as Json)).length;

test('every attribute that messages have is documented', async () => {
  const names = new Set([...(await mails()), ...(await pages())].flatMap(Object.keys));
  for (const name of names) expect(page).toContain(`\`${name}\``);
  expect(names.size).toBe(7);
});

test('every value of severity and event is documented', async () => {
  for (const { severity, event } of await mails()) {
    expect(page).toContain(`\`${severity}\``);
    expect(page).toMatch(new RegExp(`^\\| \`${event}\` `, 'm'));
  }
});

test('every filter policy lets some messages through and keeps others out', async () => {
  expect(filters.length).toBeGreaterThanOrEqual(6);
  for (const filter of filters) {
    const messages = 'state' in filter ? await pages() : await mails();
    const passed = passing(filter, messages);
    expect(passed).toBeGreaterThan(0);
    expect(passed).toBeLessThan(messages.length);
  }
});

test('a filter by policy that leaves out "many" would hide storms, as the page says', async () => {
  const storms = (await mails()).filter(({ event }) => event === 'storm');
  expect(passing({ policy: ['livechat'] }, storms)).toBe(0);
  expect(passing({ policy: ['livechat', 'many'] }, storms)).toBe(storms.length);
});

test('the example of a configuration is accepted', () => {
  const example = examples.find((one) => 'watchdog' in one);
  expect(parseConfig(example?.['watchdog'])).toMatchObject({
    config: { chatTopic: true, pagerTopic: true, events: true },
  });
});

test("the rule's pattern matches the event of a page, and no other", async () => {
  const pattern = examples.find((one) => 'source' in one);
  const matches = compilePattern(pattern as Json);
  const types = (await arrived)
    .flatMap(({ events }) => events)
    .filter(({ Source, DetailType, Detail = '{}' }) =>
      matches({ source: Source, 'detail-type': DetailType, detail: JSON.parse(Detail) as Json }),
    )
    .map(({ DetailType }) => DetailType);
  expect(types).toEqual([DETAIL_TYPES['needs-person'], DETAIL_TYPES['needs-person']]);
});

test.each(Object.values(DETAIL_TYPES))('the detail-type "%s" is documented', (detailType) => {
  expect(page).toContain(`\`${detailType}\``);
});
