import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { SAMPLES, type Sample } from './sample-alerts';
import { arrive, envelopeOf, type Arrived } from './sample-world';

/** Where the page is. */
export const MESSAGES_PAGE = join(__dirname, '..', 'docs', 'messages.md');

const INTRODUCTION = `# Every message, as it arrives

One incident told in every channel, made by the code that the function runs: this page is written by
\`npm run docs\`, and a test fails when it is stale. Which channel is for what, and how to
subscribe, is in [alerts.md](alerts.md); the schemas of the events are in [events](events).

E-mail and SMS are always on; chat, pager and events where they are configured. The message
attributes are what subscriptions can filter by.`;

const fenced = (language: string, text: string): string =>
  ['```' + language, text.trimEnd(), '```'].join('\n');

const pretty = (json: string): string => fenced('json', JSON.stringify(JSON.parse(json), null, 2));

function attributesOf({ MessageAttributes = {} }: PublishCommandInput): string {
  return Object.entries(MessageAttributes)
    .map(([name, { StringValue }]) => `\`${name}\` = \`${StringValue}\``)
    .join(', ');
}

function pagesText(pages: Arrived['pages']): string {
  if (pages.length === 0) return 'Nothing: nobody is called, and no page is open.';
  return pages
    .map((page) => `Attributes: ${attributesOf(page)}\n\n${pretty(page.Message ?? '')}`)
    .join('\n\n');
}

/** Of a storm's events the first and the last; the others differ in the server only. */
function eventsText(events: Arrived['events']): string {
  const shown = events.length <= 2 ? events : [...events.slice(0, 1), ...events.slice(-1)];
  const left = events.length - shown.length;
  const texts = shown.map((entry) => pretty(JSON.stringify(envelopeOf(entry))));
  const more = left === 0 ? [] : [`and ${left} more like the last one, one for each server.`];
  return [...texts, ...more].join('\n\n');
}

async function section({ name, when, message }: Sample): Promise<string> {
  const { mail, chat, pages, events } = await arrive(message);
  const { email, sms } = JSON.parse(mail.Message ?? '{}') as Readonly<Record<string, string>>;
  return [
    `## ${name}`,
    when,
    `Attributes: ${attributesOf(mail)}`,
    `### ${name}: e-mail`,
    fenced('text', `Subject: ${mail.Subject}\n\n${email}`),
    `### ${name}: SMS`,
    fenced('text', sms ?? ''),
    `### ${name}: chat`,
    chat === undefined ? 'Nothing.' : pretty(chat.Message ?? ''),
    `### ${name}: pager`,
    pagesText(pages),
    `### ${name}: event`,
    eventsText(events),
  ].join('\n\n');
}

/** docs/messages.md, made anew. */
export async function messagesPage(): Promise<string> {
  const sections = await Promise.all(SAMPLES.map(section));
  // The formatter would put short lists on one line, and so change what is compared.
  return [
    INTRODUCTION,
    '<!-- prettier-ignore-start -->',
    ...sections,
    '<!-- prettier-ignore-end -->\n',
  ].join('\n\n');
}

/** Writes docs/messages.md anew. */
export async function writeMessagesPage(): Promise<void> {
  writeFileSync(MESSAGES_PAGE, await messagesPage());
}
