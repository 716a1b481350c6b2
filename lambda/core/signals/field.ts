import { oneLine } from '../one-line';

/** A JSON object of unknown content. */
export type Json = Readonly<Record<string, unknown>>;

/** Longest text of an actual value that a reason quotes, in characters. */
const QUOTE_LIMIT = 80;
/** More entries than any event of AWS carries (256 KB); what lies beyond is not read. */
const LIST_LIMIT = 5_000;

/** Whether the value is a JSON object (not an array, not null). */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an own key; inherited ones (`__proto__`, `constructor`) do not count. */
export function field(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A trimmed text; undefined when it is none or blank. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** The trimmed text behind an own key. */
export const textIn = (object: Json, key: string): string | undefined => textOf(field(object, key));

/** The object behind an own key; an empty one when there is none. */
export function objectIn(object: Json, key: string): Json {
  const value = field(object, key);
  return isJson(value) ? value : {};
}

/** The list behind an own key. One of AWS's samples has a lone text where others have a list. */
export function listIn(object: Json, key: string): readonly unknown[] {
  const value = field(object, key);
  if (Array.isArray(value)) return value.slice(0, LIST_LIMIT);
  return typeof value === 'string' ? [value] : [];
}

/** AWS Health writes booleans as texts in its samples and as booleans in its prose. */
export function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true');
}

/** The actual value as a reason quotes it: one line, cut; an object or list only by its kind. */
export function quote(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return `"${oneLine(value, QUOTE_LIMIT)}"`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
    return String(value);
  }
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
