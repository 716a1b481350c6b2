import { backfill } from './backfill';
import { nodeDisk } from './disk';
import { EXIT, UsageError, type ExitCode, type Flags } from './flags';
import { checkText } from './health';
import { call } from './http';
import { checkJournal } from './journal-check';
import { journalGate } from './journal-gate';
import { reasonOf } from './json';
import { retrying, workspaceAt } from './workspace-client';

/** Writes one answer. */
export type Tell = (line: unknown) => void;

/** The commands that one request to the server does. */
export type ServerCommand = 'health' | 'drain' | 'resume' | 'presence-resync';

/** A drain waits for flushes and for clients to go. */
const SERVER_MS = 30_000;
/** The forwarder may have been this far behind when the machine died, and more if it was stuck. */
const MARGIN_SECONDS = 60;
const LONGEST_WINDOW_MS = 31 * 24 * 60 * 60 * 1000;

/** Asks the server; an answer other than 200, or none, means that it has to be asked again. */
export async function askServer(
  command: ServerCommand,
  flags: Flags,
  tell: Tell,
): Promise<ExitCode> {
  const url = `${flags.text('server')}/${command}`;
  const ask = { url, timeoutMs: SERVER_MS, ...(command === 'health' ? {} : { body: {} }) };
  try {
    const { status, body } = await call(ask);
    tell(body);
    return status === 200 ? EXIT.done : EXIT.tryAgain;
  } catch (error) {
    tell({ ok: false, why: reasonOf(error) });
    return EXIT.tryAgain;
  }
}

/** For the hook at detection, when there is no server to ask. */
export async function runPresenceDown(flags: Flags, tell: Tell): Promise<ExitCode> {
  const pod = flags.text('pod');
  const at = flags.text('at', '') === '' ? undefined : new Date(flags.time('at')).toISOString();
  const workspace = workspaceAt(flags.text('workspace'));
  try {
    tell({ pod, changed: await retrying(async () => workspace.down(pod, at)) });
    return EXIT.done;
  } catch (error) {
    tell({ pod, why: reasonOf(error) });
    return EXIT.tryAgain;
  }
}

/** Makes up what the workspace missed of a window; `recovered` is the number for the watchdog. */
export async function runBackfill(flags: Flags, tell: Tell): Promise<ExitCode> {
  const to = flags.time('to');
  const from = flags.time('from') - flags.count('margin-seconds', MARGIN_SECONDS) * 1000;
  if (from >= to) throw new UsageError('--from must be before --to');
  if (to - from > LONGEST_WINDOW_MS) throw new UsageError('a window is 31 days at most');
  const folder = flags.text('journal');
  const gate = await journalGate(nodeDisk, folder);
  if (gate.kind === 'closed') {
    tell({ kind: 'too-early', why: gate.why });
    return EXIT.tryAgain;
  }
  const workspace = workspaceAt(flags.text('workspace'));
  const result = await backfill({
    folder,
    boot: gate.boot,
    checkpoints: flags.text('checkpoints'),
    window: { from, to },
    disk: nodeDisk,
    now: Date.now,
    again: flags.text('again', 'no') === 'yes',
    send: async (part) => retrying(async () => workspace.store(part.map(({ message }) => message))),
  });
  tell(result);
  if (result.kind === 'interrupted') return EXIT.tryAgain;
  return result.damaged > 0 ? EXIT.damaged : EXIT.done;
}

/** Looks at the end of a journal that no server has open, and changes nothing. */
export async function runJournalCheck(flags: Flags, tell: Tell): Promise<ExitCode> {
  const check = await checkJournal(nodeDisk, flags.text('journal'));
  tell({ kind: check.kind, found: checkText(check) });
  return check.kind === 'damaged' ? EXIT.damaged : EXIT.done;
}
