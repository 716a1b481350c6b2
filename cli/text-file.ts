import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The text of a file, or why there is none. */
export type TextFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly error: string };

const STDIN = 0;

/** What the codes mean and what mends them; any other is shown as Node words it. */
const MENDS: Readonly<Record<string, readonly [actual: string, fix: string]>> = {
  ENOENT: ['missing', 'Correct the path; a relative one counts from the present folder.'],
  EACCES: ['not readable for this user', 'Change its permissions, or run as its owner.'],
  EISDIR: ['a folder', 'Name the files in it, for instance with a pattern of the shell.'],
};

function describe(path: string, error: unknown): string {
  // Not `instanceof`: errors of Node may be of another realm than ours.
  const isSystemError = typeof error === 'object' && error !== null && 'code' in error;
  const code = isSystemError ? String(error.code) : '';
  const told = isSystemError && 'message' in error ? String(error.message) : String(error);
  const [actual, fix] = MENDS[code] ?? [`not readable (${told})`, 'Give a file that can be read.'];
  return `The file ${path} is ${actual}, but must be a readable text file.\n  ${fix}`;
}

/** Reads UTF-8 text, without the mark that some editors put in front; `-` is standard input. */
export function readTextFile(path: string, folder: string): TextFile {
  try {
    const text = readFileSync(path === '-' ? STDIN : resolve(folder, path), 'utf8');
    return { kind: 'text', text: text.replace(/^\u{feff}/u, '') };
  } catch (error) {
    return { kind: 'unreadable', error: describe(path, error) };
  }
}
