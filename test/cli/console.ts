import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { run } from '../../cli/program';
import type { Terminal } from '../../cli/terminal';

/** What one command line brought. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A terminal that collects. */
export function collector(folder: string, isColored = false) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    colors: createColors(isColored),
    folder,
  };
  return { terminal, out: () => out.join('\n'), err: () => err.join('\n') };
}

/** Runs a command line in a fresh folder that holds the given files. */
export async function runWith(
  args: readonly string[],
  files: Readonly<Record<string, unknown>> = {},
  isColored = false,
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'watchdog-cli-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      writeFileSync(join(folder, name), text);
    }
    const console = collector(folder, isColored);
    const code = await run(args, console.terminal);
    return { code, out: console.out(), err: console.err() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
