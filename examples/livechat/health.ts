import type { Backlog } from './forwarder';
import type { JournalState } from './journal';
import type { CheckResult } from './journal-check';
import type { PresenceStep } from './presence-link';

/** What the server does with new connections, and why it takes none. */
export type Phase = 'checking' | 'accepting' | 'draining' | 'damaged' | 'stopped';

/** What the server knows about itself at this moment. */
export interface Facts {
  readonly pod: string;
  readonly boot: number;
  readonly phase: Phase;
  /** Undefined until the check at the start has ended. */
  readonly journal: JournalState | undefined;
  readonly check: CheckResult | undefined;
  readonly lastSeq: number;
  readonly clients: number;
  readonly chats: number;
  readonly backlog: Backlog;
}

/** One of the things that must be so. */
interface Finding {
  readonly ok: boolean;
  readonly why: string;
}

/** The body of `GET /health` and `GET /serving`. */
export interface Health {
  readonly ok: boolean;
  readonly pod: string;
  readonly boot: number;
  readonly accepting: Finding;
  readonly journal: Finding & { readonly lastSeq: number };
  /** Only in `/health`: `/serving` does not wait for what is mended after it. */
  readonly presence?: Finding & { readonly online: number };
  readonly clients: number;
  readonly chats: number;
  readonly backlog: Backlog;
}

const NAMES_SHOWN = 20;

/** What the check at the start found, in words. */
export function checkText(check: CheckResult): string {
  switch (check.kind) {
    case 'clean':
      return 'closed in order';
    case 'unclean':
      return `not closed in order; whole up to ${check.end.seq}`;
    case 'torn':
      return (
        `not closed in order; ${check.cutBytes} bytes after ${check.end.seq} were torn, ` +
        'never acknowledged as far as the journal tells, and are kept beside it'
      );
    case 'damaged':
      return `${check.segment} is damaged at byte ${check.offset}, in what was acknowledged`;
  }
}

function journalFinding({ journal, check }: Facts): Finding {
  const found = check === undefined ? 'being checked' : checkText(check);
  if (journal === undefined) return { ok: false, why: found };
  const failure = journal.kind === 'failed' ? `cannot be written: ${journal.why}` : journal.kind;
  return journal.kind === 'writable' ? { ok: true, why: found } : { ok: false, why: failure };
}

function presenceFinding(step: PresenceStep): Finding & { readonly online: number } {
  const { online } = step;
  switch (step.kind) {
    case 'in-step':
      return { ok: true, why: 'the workspace has the same agents online', online };
    case 'out-of-step': {
      const names = step.agents.slice(0, NAMES_SHOWN).join(', ');
      return { ok: false, why: `${step.agents.length} agents differ: ${names}`, online };
    }
    case 'unknown':
      return { ok: false, why: `the workspace does not answer: ${step.why}`, online };
  }
}

/** The truth about the server; with a presence it is whole only when that is in step too. */
export function healthOf(facts: Facts, step: PresenceStep | undefined): Health {
  const { pod, boot, phase, clients, chats, backlog, lastSeq } = facts;
  const accepting = { ok: phase === 'accepting', why: phase };
  const journal = { ...journalFinding(facts), lastSeq };
  const base = { pod, boot, accepting, journal, clients, chats, backlog };
  const serving = accepting.ok && journal.ok;
  if (step === undefined) return { ok: serving, ...base };
  const presence = presenceFinding(step);
  return { ok: serving && presence.ok, ...base, presence };
}
