import { lastBoot, type Boot } from './boot';
import type { Disk } from './disk';
import { checkText } from './health';
import { call, LOOPBACK } from './http';
import { checkJournal } from './journal-check';
import { isObject, textOf } from './json';

/** Whether the journal's end may be read, and in which boot of its server; or why not yet. */
export type Gate =
  | { readonly kind: 'open'; readonly boot: number }
  | { readonly kind: 'closed'; readonly why: string };

/** The phase of the server of this boot; undefined when nobody answers, or somebody else. */
async function phaseOf({ boot, pod, port }: Boot): Promise<string | undefined> {
  try {
    const { body } = await call({ url: `http://${LOOPBACK}:${port}/serving` });
    if (!isObject(body) || body['boot'] !== boot || body['pod'] !== pod) return undefined;
    return isObject(body['accepting']) ? textOf(body['accepting']['why']) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A torn end holds lines that the check at the server's start cuts off: who reads before that
 * counts them as damage and goes on behind them later, past what is written in their place. A file
 * that says "checked" would outlive the next crash. So the server is asked, and where none answers
 * the journal itself is looked at: whole, there is nothing to cut; torn, somebody has to.
 */
export async function journalGate(disk: Disk, folder: string): Promise<Gate> {
  const last = await lastBoot(disk, folder);
  const boot = last?.boot ?? 0;
  const phase = last === undefined ? undefined : await phaseOf(last);
  if (phase === 'checking') return { kind: 'closed', why: 'the server is checking its journal' };
  if (phase !== undefined) return { kind: 'open', boot };
  const check = await checkJournal(disk, folder);
  if (check.kind !== 'torn') return { kind: 'open', boot };
  const why = `no server has checked the journal since its end: ${checkText(check)}`;
  return { kind: 'closed', why };
}
