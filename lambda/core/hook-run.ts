import type { HookMoment } from './hook';
import type { Instant } from './time';

/** How far one run of a hook is. */
export type HookState =
  /** To be sent from then on: not yet, or again. */
  | { readonly kind: 'waiting'; readonly at: Instant }
  /** Recorded before it is sent; when nothing was heard of it since, the Lambda may have died. */
  | { readonly kind: 'intended'; readonly at: Instant }
  /** AWS took it; `id` is that of the command of Systems Manager. */
  | { readonly kind: 'sent'; readonly at: Instant; readonly id?: string | undefined }
  /** Whoever runs it says so. */
  | { readonly kind: 'running'; readonly at: Instant; readonly id?: string | undefined }
  | {
      readonly kind: 'done';
      readonly at: Instant;
      readonly chatsRecovered?: number | undefined;
    }
  /** It failed as often as it may. */
  | { readonly kind: 'failed'; readonly at: Instant; readonly why: string }
  /** Its deadline passed and nobody said that it ended; `id`: its command may still say so. */
  | { readonly kind: 'overdue'; readonly at: Instant; readonly id?: string | undefined }
  /** Its moment is over: it serves again, or it went down again, or the policy dropped it. */
  | { readonly kind: 'superseded'; readonly at: Instant; readonly id?: string | undefined };

/** One hook's work for one outage of an incident. */
export interface HookRun {
  /** `<incident id>/<hook>/<number>`: the same however often it is sent. */
  readonly key: string;
  readonly name: string;
  readonly on: HookMoment;
  /** Which outage of the incident, from 1 on; around a planned stop which drain. */
  readonly outage: number;
  /** The window: last known good; with what an earlier outage left undone. */
  readonly from: Instant;
  /** The window may have begun as late as this. */
  readonly firstKnownBad: Instant;
  /** First known good again; only for the moment `serving`. */
  readonly to?: Instant | undefined;
  /** When it was due: its moment had come, and what it comes after had ended. */
  readonly dueAt: Instant;
  readonly deadlineAt: Instant;
  /** How often it was sent. */
  readonly tries: number;
  /** When it was first taken. */
  readonly startedAt?: Instant | undefined;
  /** When Systems Manager was asked how far it is, and whether it said so. */
  readonly asked?: { readonly at: Instant; readonly isAnswered?: true | undefined } | undefined;
  readonly state: HookState;
  /** People heard that it failed or is overdue. */
  readonly told?: true | undefined;
}

/** The command of Systems Manager that a run was sent with, as far as that is known still. */
export function commandOf({ state }: HookRun): string | undefined {
  return 'id' in state ? state.id : undefined;
}

/** Whether nothing more is done about it. */
export function isEnded({ state }: HookRun): boolean {
  switch (state.kind) {
    case 'done':
    case 'failed':
    case 'overdue':
    case 'superseded':
      return true;
    default:
      return false;
  }
}

/** Whether it ended without its work done, and the work is a person's now. */
export const isLeft = ({ state }: HookRun): boolean =>
  state.kind === 'failed' || state.kind === 'overdue';

/** The work after the outage that is a person's now: of each hook its last run counts. */
export function leftOf({
  hooks = [],
}: {
  readonly hooks?: readonly HookRun[] | undefined;
}): readonly HookRun[] {
  const last = new Map(hooks.filter(({ on }) => on === 'serving').map((run) => [run.name, run]));
  return [...last.values()].filter(isLeft);
}

/** What signals tell of runs. */
export type HookWord =
  /** A program, or a document, says how far it is (docs/hooks.md). */
  | {
      readonly kind: 'callback';
      readonly at: Instant;
      readonly key: string;
      readonly status: HookProgress;
      /** The number of the try that it speaks of. */
      readonly attempt?: number | undefined;
      readonly chatsRecovered?: number | undefined;
      readonly why?: string | undefined;
    }
  /** Systems Manager says how far a command is. */
  | {
      readonly kind: 'command';
      readonly at: Instant;
      readonly commandId: string;
      readonly document: string;
      readonly status: HookProgress;
      readonly why?: string | undefined;
    };

/** What signals, and answers to questions, tell of runs. */
export type HookNews =
  | HookWord
  /** Systems Manager was asked about a command, since nothing was heard of it. */
  | {
      readonly kind: 'asked';
      readonly at: Instant;
      readonly commandId: string;
      readonly isAnswered: boolean;
    };

/** How far whoever runs it says that it is. */
export type HookProgress = 'started' | 'done' | 'failed';
