import type { Proof } from '../../lambda/core/incident';
import type { Remediation } from '../../lambda/core/remediation';
import type { CorrectiveKind } from '../model';
import type { PublicCause, Who } from './facts';

/** The stages of an incident as customers hear of it. */
export const STAGES = ['looking', 'restarted', 'recovered', 'post-mortem'] as const;

/** One of them. */
export type Stage = (typeof STAGES)[number];

/** A moment, in the language's own words. */
export interface Spoken {
  /** `August 1, 2024`, by UTC. */
  readonly date: string;
  /** Of the month, by UTC: articles depend on it. */
  readonly day: number;
  /** `12:10 UTC (05:10 PDT)`, to the minute or to the second. */
  readonly time: string;
}

/** A length of time, split; each part is a whole number. */
export interface Length {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

/** From when to when, and for how long; `length` is undefined where several lasted differently. */
export interface SpokenWindow {
  readonly from: Spoken;
  readonly to: Spoken;
  readonly length?: string | undefined;
  readonly isImpaired: boolean;
}

/**
 * All that a draft says in one language: a new language is one file with all of it, and a text that
 * is missing does not compile. Sentences end with a full stop; headings and items of the timeline
 * do not. No sentence claims more than its arguments measure.
 */
export interface StatusTexts {
  /** The language's name in itself. */
  readonly name: string;
  /** BCP 47, for dates and for the page's `lang`. */
  readonly locale: string;
  /** The stage's name, for the person who publishes. */
  readonly stages: Readonly<Record<Stage, string>>;
  /** How the language writes a date whose parts are these, where it differs from its locale's. */
  readonly date: (date: string, day: number) => string;
  readonly length: (length: Length) => string;
  readonly title: {
    readonly looking: (who: Who) => string;
    /** Its restart was asked for; nothing shows yet that it runs. */
    readonly restarting: (who: Who) => string;
    readonly restarted: (who: Who) => string;
    readonly recovered: (who: Who, isImpaired: boolean) => string;
    readonly 'post-mortem': (who: Who, from: Spoken, isImpaired: boolean) => string;
  };
  readonly headings: Readonly<
    Record<'summary' | 'timeline' | 'impact' | 'cause' | 'resolution' | 'corrective', string>
  >;
  readonly sentences: {
    /** Of several: the first of them since then. */
    readonly downSince: (who: Who, since: Spoken, isImpaired: boolean) => string;
    readonly wasDown: (who: Who, window: SpokenWindow) => string;
    /** Of several: how long each of them did not serve. */
    readonly each: (least: string, most: string) => string;
    readonly times: (count: number) => string;
    readonly mayHaveBegunEarlier: (by: string) => string;
    readonly noticed: (at: Spoken) => string;
    readonly asked: (act: string, first: Spoken, more?: { count: number; last: Spoken }) => string;
    readonly running: (who: Who, at: Spoken) => string;
    readonly verifying: (who: Who) => string;
    readonly serving: (who: Who, since: Spoken, isImpaired: boolean) => string;
    readonly checksPassed: (at: Spoken) => string;
    readonly checksGoOn: string;
    readonly causeUnsure: string;
    /** AWS Health's events, by their codes. */
    readonly health: (codes: readonly string[]) => string;
    readonly noHealth: string;
    readonly noAct: string;
  };
  /** Items of the post-mortem's timeline, behind their time. */
  readonly timeline: {
    readonly down: (who: Who, isImpaired: boolean) => string;
    readonly noticed: string;
    readonly alerted: string;
    readonly asked: (act: string) => string;
    readonly running: (who: Who) => string;
    readonly serving: (who: Who) => string;
    readonly checksPassed: string;
  };
  /** What was asked for: `the start of the servers`. */
  readonly acts: Readonly<Record<Remediation, (who: Who) => string>>;
  readonly causes: Readonly<Record<PublicCause, (who: Who) => string>>;
  /** Who says that it serves again. */
  readonly proofs: Readonly<Record<Proof, string>>;
  /** Undefined: that one stays inside the house. */
  readonly corrective: Readonly<Record<CorrectiveKind, string | undefined>>;
  /** What the person who publishes must see to; not for publication. */
  readonly checklist: {
    readonly heading: string;
    readonly impact: string;
    readonly names: string;
    readonly nextUpdate: string;
    readonly cause: string;
    readonly proposals: string;
    readonly noProposals: string;
  };
}
