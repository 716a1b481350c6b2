import { instanceArn } from '../arn';
import type { Home } from '../signals/signal';
import { chatLine } from './chat-text';
import { ascii } from './format';
import { mailLines } from './mail-lines';
import type { AlertText } from './text';

/**
 * A custom notification of Amazon Q Developer in chat applications. A message of any other shape
 * is not shown in chat.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export interface ChatNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps?: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    /** Messages of one thread are shown together. */
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
    /** What custom actions of the chat can take as their variables. */
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

/** A message as it goes to people, and what it is about. */
export interface ChatInput {
  readonly text: AlertText;
  /** What subscriptions filter by: severity, event, instanceId, incidentId, policy. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The same for a repeated delivery of the same message. */
  readonly id: string;
  readonly home: Home;
}

/** What Amazon Q takes, in characters; a longer field is cut by it, or the message not shown. */
export const CHAT_LIMITS = {
  title: 250,
  description: 8_000,
  nextStep: 350,
  keyword: 75,
  /** Not documented; an identifier need not be longer. */
  identifier: 200,
} as const;

/** Lines are cut to this, so that one value never takes the room of all the others. */
const LINE_LIMIT = 1_000;
const MORE = '… the rest is in the e-mail.';
/** What an attribute says where it does not apply. */
const NOTHING: readonly string[] = ['none', 'many', ''];

/** The notification that says in chat what the e-mail says: same facts, same words. */
export function chatOf({ text, attributes, id, home }: ChatInput): ChatNotification {
  const title = chatLine(text.subject, CHAT_LIMITS.title);
  const sections = sectionsOf(text.email);
  const steps = sections.flatMap((section) => section.steps);
  const context = Object.entries(attributes)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => [key, chatLine(ascii(value, CHAT_LIMITS.identifier), 250)] as const);
  const instanceId = attributes['instanceId'] ?? 'none';
  return {
    version: '1.0',
    source: 'custom',
    id: ascii(id, CHAT_LIMITS.identifier),
    content: {
      textType: 'client-markdown',
      title,
      description: within(sections.flatMap(({ lines }) => lines)) || title,
      ...(steps.length > 0 && { nextSteps: steps }),
      keywords: keywordsOf(attributes),
    },
    metadata: {
      threadId: threadOf(attributes),
      summary: title,
      eventType: attributes['event'] ?? 'notice',
      relatedResources: NOTHING.includes(instanceId) ? [] : [instanceArn(home, instanceId)],
      additionalContext: { ...Object.fromEntries(context), region: home.region },
    },
  };
}

/** Of an incident or a storm one thread; of notices one an instance. */
function threadOf({ incidentId = 'none', instanceId = 'none' }: Readonly<Record<string, string>>) {
  const thread = NOTHING.includes(incidentId) ? `notices-${instanceId}` : incidentId;
  return ascii(thread, CHAT_LIMITS.identifier);
}

function keywordsOf(attributes: Readonly<Record<string, string>>): readonly string[] {
  const words = [attributes['severity'], attributes['event'], attributes['policy']];
  return words
    .filter((word) => word !== undefined)
    .map((word) => chatLine(word, CHAT_LIMITS.keyword))
    .filter((word) => !NOTHING.includes(word));
}

interface Section {
  readonly lines: readonly string[];
  readonly steps: readonly string[];
}

/** The lines of an e-mail for a chat: labels bold, steps apart where they fit. */
function sectionsOf(email: string): readonly Section[] {
  return mailLines(email).map(({ label, text, isStep }): Section => {
    // Half a command does harm: a step that is too long stays whole in the description.
    const step = isStep ? chatLine(text, Infinity) : '';
    return step !== '' && step.length <= CHAT_LIMITS.nextStep
      ? { lines: [], steps: [step] }
      : { lines: [lineOf(label, text)], steps: [] };
  });
}

/** Our own addresses go out as they are: markup in them is none of a stranger's. */
const OWN_ADDRESS: readonly string[] = ['Console', 'Logs', 'Runbook'];

function lineOf(label: string | undefined, text: string): string {
  if (label === undefined) return chatLine(text, LINE_LIMIT);
  const isAddress = OWN_ADDRESS.includes(label) && /^https:\/\/[\x21-\x7e]+$/.test(text);
  return `*${label}* ${isAddress ? text : chatLine(text, LINE_LIMIT)}`;
}

/** As many lines as the description holds. */
function within(lines: readonly string[]): string {
  const all = lines.join('\n');
  if (all.length <= CHAT_LIMITS.description) return all;
  let room = CHAT_LIMITS.description - MORE.length;
  const fitting = lines.slice(
    0,
    lines.findIndex((line) => (room -= line.length + 1) < 0),
  );
  return [...fitting, MORE].join('\n');
}
