/*
 * Amazon Q Developer in chat applications, subscribed to the chat topic. It shows custom
 * notifications of exactly one shape and drops any other message without a word to its sender,
 * which is why the simulated one fails the run instead.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */

/** A message as it is shown in a chat. */
export interface ChatShown {
  readonly threadId: string | undefined;
  readonly title: string | undefined;
  readonly description: string;
  readonly nextSteps: readonly string[];
}

type Check = (value: unknown) => boolean;

const text =
  (most: number): Check =>
  (value) =>
    typeof value === 'string' && value !== '' && value.length <= most;
const listOf =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const texts: Check = (value) =>
  isObject(value) && Object.values(value).every((one) => typeof one === 'string');
const is =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);

const TOP: Readonly<Record<string, Check>> = {
  version: is('1.0'),
  source: is('custom'),
  id: text(1_000),
  content: isObject,
  metadata: isObject,
};
const CONTENT: Readonly<Record<string, Check>> = {
  textType: is('client-markdown'),
  title: text(250),
  description: text(8_000),
  nextSteps: listOf(text(350)),
  keywords: listOf(text(75)),
};
const METADATA: Readonly<Record<string, Check>> = {
  threadId: text(1_000),
  summary: text(1_000),
  eventType: text(1_000),
  relatedResources: listOf(text(2_048)),
  additionalContext: texts,
  enableCustomActions: (value) => typeof value === 'boolean',
};

interface Part {
  readonly name: string;
  readonly value: unknown;
  readonly fields: Readonly<Record<string, Check>>;
  readonly required: readonly string[];
}

function mistakesIn({ name, value, fields, required }: Part): readonly string[] {
  if (!isObject(value)) return [`${name} is no object`];
  const missing = required.filter((field) => value[field] === undefined);
  const wrong = Object.entries(value).filter(([field, one]) => fields[field]?.(one) !== true);
  return [
    ...missing.map((field) => `${name}.${field} is missing`),
    ...wrong.map(([field]) => `${name}.${field} is not what it may be`),
  ];
}

/** The notification as it is shown, or every reason for which it is not. */
export function showInChat(
  message: string,
): { readonly shown: ChatShown } | { readonly mistakes: readonly string[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    return { mistakes: ['the message is no JSON'] };
  }
  if (!isObject(parsed)) return { mistakes: ['the message is no object'] };
  const { content, metadata = {} } = parsed;
  const mistakes = [
    ...mistakesIn({
      name: 'notification',
      value: parsed,
      fields: TOP,
      required: ['version', 'source', 'content'],
    }),
    ...mistakesIn({
      name: 'content',
      value: content,
      fields: CONTENT,
      required: ['description'],
    }),
    ...mistakesIn({ name: 'metadata', value: metadata, fields: METADATA, required: [] }),
  ];
  if (mistakes.length > 0 || !isObject(content) || !isObject(metadata)) return { mistakes };
  const { title, description, nextSteps = [] } = content;
  return {
    shown: {
      threadId: metadata['threadId'] as string | undefined,
      title: title as string | undefined,
      description: String(description),
      nextSteps: nextSteps as readonly string[],
    },
  };
}
