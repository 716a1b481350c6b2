import { iso, parseInstant, type Instant } from '../core/time';

/** Turns a value into JSON and back; `decode(encode(x))` is x. */
export interface Codec<T> {
  readonly encode: (value: T) => unknown;
  /** @throws CodecError when the stored value is not of this form */
  readonly decode: (stored: unknown, path: string) => T;
}

/** Something stored is not of the form that this version reads; `path` tells where. */
export class CodecError extends Error {
  constructor(path: string, expected: string) {
    super(`${path} is not ${expected}`);
    this.name = 'CodecError';
  }
}

/** A JSON object of unknown content. */
type Json = Readonly<Record<string, unknown>>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text, in its domain type where that is a closed list of words. */
export function text<T extends string>(): Codec<T> {
  return {
    encode: (value) => value,
    decode: (stored, path) => {
      if (typeof stored !== 'string') throw new CodecError(path, 'a text');
      // A word that an older version does not know must survive being read and written by it.
      return stored as T;
    },
  };
}

/** Exactly this value. */
export function exactly<T extends string | number | boolean>(expected: T): Codec<T> {
  return {
    encode: (value) => value,
    decode: (stored, path) => {
      if (stored !== expected) throw new CodecError(path, JSON.stringify(expected));
      return expected;
    },
  };
}

/** A count, from 0 on. */
export const count: Codec<number> = {
  encode: (value) => value,
  decode: (stored, path) => {
    if (typeof stored !== 'number' || !Number.isSafeInteger(stored) || stored < 0) {
      throw new CodecError(path, 'a count');
    }
    return stored;
  },
};

/** A moment: ISO 8601 in storage, milliseconds in the program. */
export const moment: Codec<Instant> = {
  encode: (value) => iso(value),
  decode: (stored, path) => {
    const at = typeof stored === 'string' ? parseInstant(stored) : undefined;
    if (at === undefined) throw new CodecError(path, 'a time in ISO 8601');
    return at;
  },
};

/** A list of such values. */
export function list<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    encode: (value) => value.map((one) => item.encode(one)),
    decode: (stored, path) => {
      if (!Array.isArray(stored)) throw new CodecError(path, 'a list');
      return stored.map((one: unknown, index) => item.decode(one, `${path}[${index}]`));
    },
  };
}

/** Such a value, or none: what is undefined is not stored. */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    encode: (value) => (value === undefined ? undefined : codec.encode(value)),
    decode: (stored, path) => (stored === undefined ? undefined : codec.decode(stored, path)),
  };
}

/** A codec for every field of T; a field that T gains does not compile until it is here. */
export type Fields<T> = { readonly [K in keyof T]-?: Codec<T[K]> };

/** Keeps an absent field absent, so that a record compares equal after a round trip. */
function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (value === undefined) delete target[key];
  else target[key] = value;
}

/**
 * An object with these fields. Fields that this version does not know go through both ways as they
 * are: while a deployment runs or is taken back, an older version keeps what it cannot read.
 * What was encoded is remembered: values never change, and most of a record is as it was before.
 */
export function object<T extends object>(fields: Fields<T>): Codec<T> {
  const codecs = Object.entries(fields) as readonly (readonly [string, Codec<unknown>])[];
  const known = new WeakMap<T, object>();
  return {
    encode: (value) => {
      const before = known.get(value);
      if (before !== undefined) return before;
      const stored: Record<string, unknown> = Object.fromEntries(Object.entries(value));
      for (const [key, codec] of codecs) put(stored, key, codec.encode(stored[key]));
      known.set(value, stored);
      return stored;
    },
    decode: (stored, path) => {
      if (!isJson(stored)) throw new CodecError(path, 'an object');
      const value: Record<string, unknown> = { ...stored };
      for (const [key, codec] of codecs) {
        const field = Object.hasOwn(stored, key) ? stored[key] : undefined;
        put(value, key, codec.decode(field, `${path}.${key}`));
      }
      return value as T;
    },
  };
}

/** One of several objects, told apart by `kind`; each case names the fields beside it. */
export function tagged<T extends { readonly kind: string }>(cases: {
  readonly [K in T['kind']]: Fields<Omit<Extract<T, { readonly kind: K }>, 'kind'>>;
}): Codec<T> {
  const codecs = new Map<string, Codec<object>>(
    Object.entries(cases).map(([kind, fields]) => [kind, object<object>(fields as Fields<object>)]),
  );
  return {
    encode: (value) => codecs.get(value.kind)?.encode(value),
    decode: (stored, path) => {
      const kind = isJson(stored) && Object.hasOwn(stored, 'kind') ? stored['kind'] : undefined;
      const codec = typeof kind === 'string' ? codecs.get(kind) : undefined;
      if (codec === undefined) {
        throw new CodecError(`${path}.kind`, `one of ${[...codecs.keys()].join(', ')}`);
      }
      return codec.decode(stored, path) as T;
    },
  };
}
