import { field, isJson, objectIn } from '../lambda/core/signals/field';
import { join } from 'node:path';
import { describeConfigError, parsePolicies, type Policy } from '../lambda/core/policy';
import { readTextFile } from './text-file';
import { UsageError } from './usage-error';

/** The configuration that is checked in with this project. */
export const CHECKED_IN_CONFIG = join(__dirname, '..', 'cdk.json');

const EXAMPLE = '{ "context": { "watchdog": { "policies": { "livechat": {} } } } }';

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError({
      what: `The configuration ${file}`,
      actual: `not JSON (${error instanceof Error ? error.message : String(error)})`,
      allowed: `a cdk.json such as ${EXAMPLE}`,
      fix: 'Correct the file, or name another with --config.',
    });
  }
}

/**
 * The policies in the `watchdog` context of a cdk.json, by name.
 *
 * @throws UsageError when the file cannot be read or holds no valid policies.
 */
export function readPolicies(file: string, folder: string): ReadonlyMap<string, Policy> {
  const read = readTextFile(file, folder);
  if (read.kind === 'unreadable') {
    throw new UsageError({
      what: `The configuration ${file}`,
      actual: 'not readable',
      allowed: `a cdk.json such as ${EXAMPLE}`,
      fix: 'Correct the path behind --config, or leave it out for the checked-in policies.',
    });
  }
  const whole = parseJson(file, read.text);
  const context = isJson(whole) ? objectIn(whole, 'context') : {};
  const parsed = parsePolicies(field(objectIn(context, 'watchdog'), 'policies'));
  if (parsed.kind === 'valid') return parsed.policies;
  const mistakes = parsed.errors.map((error) => `\n  - ${describeConfigError(error)}`).join('');
  throw new UsageError(`The configuration ${file} needs mending:${mistakes}`);
}
