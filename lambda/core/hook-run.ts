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
  /** Its deadline passed and nobody said that it ended. */
  | { readonly kind: 'overdue'; readonly at: Instant }
  /** Its moment is over: it serves again, or it went down again, or the policy dropped it. */
  | { readonly kind: 'superseded'; readonly at: Instant };

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
  readonly state: HookState;
  /** People heard that it failed or is overdue. */
  readonly told?: true | undefined;
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
export type HookNews =
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

/** How far whoever runs it says that it is. */
export type HookProgress = 'started' | 'done' | 'failed';
