import { textOf } from './field';

/**
 * Current ids have 17 hexadecimal digits, those from before 2016 have 8. AWS's documentation
 * hides digits behind the word EXAMPLE: such an id names no instance, and does no harm.
 */
const INSTANCE_ID = /^i-(?=.{8}$|.{17}$)(?:EXAMPLE)?[0-9a-f]+$/;
const VOLUME_ID = /^vol-(?=.{8}$|.{17}$)(?:EXAMPLE)?[0-9a-f]+$/;
/** `arn:aws:ec2:us-east-1:111122223333:instance/i-…`, in any partition. */
const EC2_ARN = /^arn:[a-z-]+:ec2:[^:]*:[^:]*:(?:instance|volume)\/(.+)$/;

function idIn(value: unknown, pattern: RegExp): string | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const id = (EC2_ARN.exec(text)?.[1] ?? text).trim();
  return pattern.test(id) ? id : undefined;
}

/** The instance that a value names, by id or ARN; one of AWS's samples has a leading space. */
export const instanceIdOf = (value: unknown): string | undefined => idIn(value, INSTANCE_ID);

/** The volume that a value names, by id or ARN. */
export const volumeIdOf = (value: unknown): string | undefined => idIn(value, VOLUME_ID);

/** Each id once, in the order of first mention. */
export function distinct(ids: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** What a malformed id must be, for the reason of a rejection. */
export const INSTANCE_ID_FORM = '"i-" and 8 or 17 hexadecimal digits';
