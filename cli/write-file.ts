import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Terminal } from './terminal';

/** Writes a text to a file, with the folders that it needs; false, and told, where that fails. */
export function writeTextFile(file: string, text: string, terminal: Terminal): boolean {
  const path = resolve(terminal.folder, file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return true;
  } catch (error) {
    // Not `instanceof`: errors of Node may be of another realm than ours.
    const told = String((error as { readonly message?: unknown }).message ?? error);
    terminal.err(
      `The file ${file} is not written (${told}), but must be one that can be.\n` +
        '  Name another with --out.',
    );
    return false;
  }
}
