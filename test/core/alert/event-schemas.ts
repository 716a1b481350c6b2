import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A JSON Schema of docs/events, loosely typed. */
export type Schema = Readonly<Record<string, unknown>>;

const FOLDER = join(__dirname, '..', '..', '..', 'docs', 'events');

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema with every object closed, so that a field that is not documented fails. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (!isObject(value)) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  return 'properties' in value ? { ...inner, additionalProperties: false } : inner;
}

/** The documented schemas by their detail-type. */
export const SCHEMAS: ReadonlyMap<string, Schema> = new Map(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.schema.json'))
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Schema)
    .map((schema) => [String(schema['title']), schema]),
);

const parsers = new Map(
  [...SCHEMAS].map(([title, schema]) => [
    title,
    z.fromJSONSchema(closed(schema) as z.core.JSONSchema.JSONSchema),
  ]),
);

/** What is wrong with a detail by the documented schema of its detail-type; empty if nothing. */
export function mistakesOf(detailType: string, detail: unknown): readonly string[] {
  const parser = parsers.get(detailType);
  if (parser === undefined) return [`no schema has the title "${detailType}"`];
  const result = parser.safeParse(JSON.parse(JSON.stringify(detail)));
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}
