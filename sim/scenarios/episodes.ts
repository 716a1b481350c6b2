import type { CheckName } from '../history';
import type { Episode, Label } from './scenario';
import type { Truth } from './truth';

/**
 * What makes a person needed is known a moment later at best: a page is due within this, one sweep
 * and the delivery of a message.
 */
export const PAGE_WITHIN_S = 90;

/** How long the policies of the scenarios tolerate a failing check. */
export const TOLERATION_S = 120;

/** Nothing happened that anybody wants to hear of. */
export const SILENCE: Label = { episodes: [] };

/** One episode, and nothing else. */
export const only = (...episodes: readonly Episode[]): Label => ({ episodes });

/** It went down, and the watchdog can bring it back: told at once and when it serves again. */
export function rescued(
  truth: Truth,
  instanceId: string,
  { nth = 1, messages = 2 }: { readonly nth?: number; readonly messages?: number } = {},
): Episode {
  const downS = truth.down(instanceId, nth);
  return {
    instanceId,
    why: 'AWS stopped it: the watchdog starts it, nobody need act.',
    fromS: downS,
    telling: { kind: 'at-once', detectableS: truth.signal(instanceId, downS) },
    messages,
    ...(messages === 2 && { ordinary: true }),
  };
}

/** The same while a part of the watchdog fails until `untilS`: that is no ordinary recovery. */
export function impeded(episode: Episode, untilS: number, messages = episode.messages): Episode {
  const { telling, ordinary: _isNot, ...rest } = episode;
  if (telling.kind !== 'at-once') return episode;
  return { ...rest, telling: { ...telling, impededUntilS: untilS }, messages };
}

/** It is down, and only a person can bring it back, or must decide what to do. */
export function needsPerson(
  truth: Truth,
  instanceId: string,
  {
    why,
    dueAfterS = 0,
    messages = 2,
  }: {
    readonly why: string;
    /** From its stop until it is settled that a person must act. */
    readonly dueAfterS?: number;
    readonly messages?: number;
  },
): Episode {
  const downS = truth.down(instanceId);
  const detectableS = truth.signal(instanceId, downS);
  return {
    instanceId,
    why,
    fromS: downS,
    telling: { kind: 'at-once', detectableS },
    page: {
      fromS: downS + dueAfterS,
      byS: detectableS + dueAfterS + PAGE_WITHIN_S,
      toS: truth.serves(instanceId),
    },
    messages,
  };
}

/** Somebody wanted it down: never a page, whoever brings it back. */
export function wanted(
  instanceId: string,
  {
    why,
    messages = 3,
    loudest = 'info',
    fromS = 0,
  }: {
    readonly why: string;
    /** Told, who it was once that is known, and that it serves again. */
    readonly messages?: number;
    readonly loudest?: 'info' | 'warning';
    readonly fromS?: number;
  },
): Episode {
  return { instanceId, why, fromS, telling: { kind: 'quiet', loudest }, messages };
}

/** A check failed for longer than is tolerated, and it is mended without a person. */
export function mended(
  truth: Truth,
  instanceId: string,
  {
    check,
    messages = 2,
    nth = 1,
  }: { readonly check: CheckName; readonly messages?: number; readonly nth?: number },
): Episode {
  const sinceS = truth.impaired(instanceId, check, nth);
  return {
    instanceId,
    why: `Its ${check} check failed for longer than is tolerated: nobody need act.`,
    fromS: sinceS,
    telling: { kind: 'at-once', detectableS: truth.signal(instanceId, sinceS + TOLERATION_S) },
    messages,
    ...(messages === 2 && { ordinary: true }),
  };
}

/** A check fails for longer than is tolerated, and the owner leaves the next step to a person. */
export function leftToPerson(
  truth: Truth,
  instanceId: string,
  {
    check,
    why,
    pageFromS,
    pageByS,
    messages = 2,
  }: {
    readonly check: CheckName;
    readonly why: string;
    /** When a person must act; when its toleration has passed, where that is absent. */
    readonly pageFromS?: number;
    readonly pageByS?: number;
    readonly messages?: number;
  },
): Episode {
  const sinceS = truth.impaired(instanceId, check);
  const detectableS = truth.signal(instanceId, sinceS + TOLERATION_S);
  const fromS = pageFromS ?? sinceS + TOLERATION_S;
  return {
    instanceId,
    why,
    fromS: sinceS,
    telling: { kind: 'at-once', detectableS },
    page: { fromS, byS: pageByS ?? fromS + PAGE_WITHIN_S, toS: truth.passes(instanceId, check) },
    messages,
  };
}
