import type { RunVerdict } from './accuracy';
import { FIRST_ALERT_S, type EpisodeVerdict, type FaultKind } from './accuracy-judge';
import type { Family } from './scenarios/scenario';

/** Seconds, by how many of all incidents were told within them. */
export interface Spread {
  readonly median: number;
  readonly p99: number;
  readonly most: number;
}

/** What a set of runs comes to. */
export interface Figures {
  readonly runs: number;
  /** Pages, each once; of those the ones at whose time a person had to act. */
  readonly pages: number;
  readonly rightPages: number;
  /** Pages that nobody acknowledged, sent once more. */
  readonly repeats: number;
  /** How often a person should have been called, and of those how often one was, in time. */
  readonly shouldPage: number;
  readonly paged: number;
  /** Incidents that should be told at once, and of those the ones that were told at all. */
  readonly incidents: number;
  readonly told: number;
  /** Messages in all, without repeats and digests. */
  readonly messages: number;
  readonly digests: number;
  /** How many ordinary recoveries took so many messages: [messages, recoveries]. */
  readonly ordinary: readonly (readonly [messages: number, recoveries: number])[];
  /** The same of every incident that is told at once and alone. */
  readonly messagesAnIncident: readonly (readonly [messages: number, incidents: number])[];
  /** From the moment at which it could be known; null without any. */
  readonly firstAlertS: Spread | null;
  /** From the moment at which it began, known or not; null without any. */
  readonly sinceBeganS: Spread | null;
  /** Like `firstAlertS`, of those that met failing parts of the watchdog, which it leaves out. */
  readonly impededAlertS: Spread | null;
  /** Runs in which nothing was wrong. */
  readonly faultless: number;
}

/** What the scenarios came to: by family, in all, and what was wrong. */
export interface Accuracy {
  readonly from: number;
  readonly seeds: number;
  readonly scenarios: number;
  readonly all: Figures;
  readonly families: readonly { readonly family: Family; readonly figures: Figures }[];
  readonly wrong: readonly Pick<RunVerdict, 'scenario' | 'seed' | 'faults' | 'replay'>[];
  readonly goals: readonly Goal[];
}

/** A goal of the set, and whether these runs hold it. */
export interface Goal {
  readonly goal: string;
  readonly held: boolean;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** The value that this share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function spreadOf(values: readonly (number | null)[]): Spread | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const most = sorted.at(-1);
  if (most === undefined) return null;
  return { median: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), most };
}

function countsOf(episodes: readonly EpisodeVerdict[]): Figures['ordinary'] {
  const counts = new Map<number, number>();
  for (const { messages } of episodes) counts.set(messages, (counts.get(messages) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => a - b);
}

/** Adds runs up. */
export function figuresOf(runs: readonly RunVerdict[]): Figures {
  const episodes = runs.flatMap((run) => run.episodes);
  const faults = runs.flatMap((run) => run.faults);
  const heard = episodes.filter(({ firstAlertS }) => firstAlertS !== null);
  const hindered = heard.filter(({ impeded }) => impeded);
  const sound = heard.filter(({ impeded }) => !impeded);
  const unheard = faults.filter(({ kind }) => kind === 'missed incident').length;
  return {
    runs: runs.length,
    pages: sum(runs.map(({ pages }) => pages)),
    rightPages: sum(runs.map(({ rightPages }) => rightPages)),
    repeats: sum(runs.map(({ repeats }) => repeats)),
    shouldPage: sum(runs.map(({ shouldPage }) => shouldPage)),
    paged: sum(runs.map(({ paged }) => paged)),
    incidents: heard.length + unheard,
    told: heard.length,
    messages: sum(runs.map(({ messages }) => messages)),
    digests: sum(runs.map(({ digests }) => digests)),
    ordinary: countsOf(episodes.filter(({ ordinary, together }) => ordinary && !together)),
    messagesAnIncident: countsOf(heard.filter(({ together }) => !together)),
    firstAlertS: spreadOf(sound.map(({ firstAlertS }) => firstAlertS)),
    sinceBeganS: spreadOf(sound.map(({ sinceBeganS }) => sinceBeganS)),
    impededAlertS: spreadOf(hindered.map(({ firstAlertS }) => firstAlertS)),
    faultless: runs.filter((run) => run.faults.length === 0).length,
  };
}

/** Sums up the runs of some scenarios, in the order of the catalogue. */
export function accuracyOf(
  runs: readonly RunVerdict[],
  { from, seeds }: { readonly from: number; readonly seeds: number },
): Accuracy {
  const families = [...new Set(runs.map(({ family }) => family))];
  const all = figuresOf(runs);
  return {
    from,
    seeds,
    scenarios: new Set(runs.map(({ scenario }) => scenario)).size,
    all,
    families: families.map((family) => ({
      family,
      figures: figuresOf(runs.filter((run) => run.family === family)),
    })),
    wrong: runs
      .filter(({ faults }) => faults.length > 0)
      .map(({ scenario, seed, faults, replay }) => ({ scenario, seed, faults, replay })),
    goals: goalsOf(runs, all),
  };
}

function goalsOf(runs: readonly RunVerdict[], { ordinary }: Figures): readonly Goal[] {
  const kinds = new Set(runs.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  const none = (...unwanted: readonly FaultKind[]): boolean =>
    unwanted.every((kind) => !kinds.has(kind));
  return [
    { goal: 'no false page', held: none('false page') },
    { goal: 'no missed page', held: none('missed page') },
    {
      goal: 'nothing untrue told, and nothing untold',
      held: none('false incident', 'missed incident', 'too loud'),
    },
    { goal: `first alert within ${FIRST_ALERT_S} s of detection`, held: none('late') },
    {
      goal: 'two messages for an ordinary recovery',
      held: ordinary.every(([messages]) => messages <= 2),
    },
    { goal: 'no more messages than are fair', held: none('too many messages') },
  ];
}
