import type { Episode, Label } from './scenarios/scenario';
import { isDigest, isNotice, isOfMany, isPage, repeatsAmong, type Told } from './told';

/** What can be wrong with how a run was told. */
export type FaultKind =
  | 'false page'
  | 'missed page'
  | 'false incident'
  | 'missed incident'
  | 'too loud'
  | 'too many messages'
  | 'late';

/** What was wrong, and with which message or server. */
export interface Fault {
  readonly kind: FaultKind;
  readonly text: string;
}

/** How one episode was told. */
export interface EpisodeVerdict {
  readonly instanceId: string;
  /** An ordinary recovery: two messages are the goal. */
  readonly ordinary: boolean;
  /** It is told together with others: its messages are not counted one by one. */
  readonly together: boolean;
  /** Parts of the watchdog failed: its times are counted apart. */
  readonly impeded: boolean;
  /** Without repeats of a page, and without digests. */
  readonly messages: number;
  /** From the moment at which it could be known to the first message; null where none is due. */
  readonly firstAlertS: number | null;
  /** The same from the moment at which it began, known or not. */
  readonly sinceBeganS: number | null;
}

/** How a run was told, held against its label. */
export interface Verdict {
  /** Pages, each once: repeats of one that nobody acknowledged are counted apart. */
  readonly pages: number;
  readonly rightPages: number;
  readonly repeats: number;
  /** How often a person should have been called, and of those how often one was, in time. */
  readonly shouldPage: number;
  readonly paged: number;
  /** Messages to people in all: threads and notices, without repeats and digests. */
  readonly messages: number;
  readonly digests: number;
  readonly episodes: readonly EpisodeVerdict[];
  readonly faults: readonly Fault[];
}

/** The goal: the first alert within this of the moment at which it could be known. */
export const FIRST_ALERT_S = 15;

/** Once what failed works again, the next sweep finds what is untold. */
const IMPEDED_ALERT_S = 60 + FIRST_ALERT_S;

/** Updates of a storm come at most so far apart; who joins it later is told with the next one. */
const UPDATE_S = 300;

/** A repeat that was on its way when somebody acknowledged the page. */
const ACKNOWLEDGED_WITHIN_S = 75;

/** What people were told in a run, and what they should have been. */
interface Hearing {
  readonly told: readonly Told[];
  /** Without repeats and digests. */
  readonly counted: readonly Told[];
  readonly label: Label;
}

/** Holds what people were told against the label of the story. */
export function judge(told: readonly Told[], label: Label): Verdict {
  const repeats = repeatsAmong(told);
  const counted = told.filter((message) => !repeats.has(message) && !isDigest(message));
  const hearing = { told, counted, label };
  // A repeat is wrong when nobody need act any more, and then it counts as a page of its own.
  const wrong = told.filter((message) => isPage(message) && !isRightPage(message, label));
  const wrongRepeats = wrong.filter((message) => repeats.has(message)).length;
  const pages = counted.filter(isPage).length + wrongRepeats;
  const judged = label.episodes.map((episode) => judgeEpisode(episode, hearing));
  const called = callsOf(hearing);
  return {
    pages,
    rightPages: pages - wrong.length,
    repeats: repeats.size - wrongRepeats,
    shouldPage: called.length,
    paged: called.filter(({ isMade }) => isMade).length,
    messages: counted.length,
    digests: told.filter(isDigest).length,
    episodes: judged.map(({ verdict }) => verdict),
    faults: [
      ...wrong.map((page): Fault => ({ kind: 'false page', text: line(page) })),
      ...called.flatMap(({ isMade, text }): readonly Fault[] =>
        isMade ? [] : [{ kind: 'missed page', text }],
      ),
      ...strays(counted, label),
      ...judged.flatMap(({ faults }) => faults),
      ...repeatedToNobody(told, repeats, label),
      ...tooManyTogether(hearing),
    ],
  };
}

const line = ({ at, severity, subject }: Told): string =>
  `at ${Math.round(at)} s, ${severity}: ${subject}`;

/** The episode that a message is about: the last of its server that had begun. */
function episodeOf(told: Told, { episodes }: Label): Episode | undefined {
  return episodes.findLast(
    ({ instanceId, fromS }) => instanceId === told.instanceId && fromS <= told.at,
  );
}

/** A storm's message is about every episode that had begun. */
function concerns(told: Told, episode: Episode, label: Label): boolean {
  if (!isOfMany(told)) return episodeOf(told, label) === episode;
  return label.together !== undefined && episode.fromS <= told.at;
}

function isRightPage(told: Told, label: Label): boolean {
  return label.episodes.some(
    (episode) =>
      concerns(told, episode, label) &&
      episode.page !== undefined &&
      told.at >= episode.page.fromS &&
      told.at <= episode.page.toS,
  );
}

/** A call for a person that was due. */
interface Call {
  readonly isMade: boolean;
  readonly text: string;
}

/** Every call that was due: one for each episode that asks for it, one for all together. */
function callsOf({ told, label }: Hearing): readonly Call[] {
  const pages = told.filter(isPage);
  const single = label.episodes.flatMap((episode): readonly Call[] => {
    const { page, instanceId, why } = episode;
    if (page === undefined || page.byS === 'never') return [];
    const { fromS, byS } = page;
    const isMade = pages.some(
      (message) => concerns(message, episode, label) && message.at >= fromS && message.at <= byS,
    );
    return [{ isMade, text: `${instanceId}: no page by ${Math.round(byS)} s. ${why}` }];
  });
  const byS = label.together?.pageByS;
  if (byS === undefined) return single;
  const isMade = pages.some((page) => page.at <= byS && isRightPage(page, label));
  return [...single, { isMade, text: `no page for all together by ${Math.round(byS)} s` }];
}

/** Messages about a server to which nothing happened that anybody wants to hear of. */
function strays(counted: readonly Told[], label: Label): readonly Fault[] {
  return counted
    .filter((message) => !isPage(message))
    .filter((message) =>
      isOfMany(message) ? label.together === undefined : episodeOf(message, label) === undefined,
    )
    .map((message) => ({ kind: 'false incident', text: line(message) }));
}

interface Judged {
  readonly verdict: EpisodeVerdict;
  readonly faults: readonly Fault[];
}

function judgeEpisode(episode: Episode, hearing: Hearing): Judged {
  const { told, counted, label } = hearing;
  const { instanceId, telling, ordinary = false } = episode;
  const mine = counted.filter((message) => concerns(message, episode, label));
  const [first] = mine;
  const isDue = telling.kind === 'at-once' && first !== undefined;
  const firstAlertS = isDue ? secondsFrom(telling.detectableS, first) : null;
  // Of what is told as one only the first counts for the times.
  const isTimed = isDue && (label.together === undefined || episode === firstKnown(label));
  return {
    verdict: {
      instanceId,
      ordinary,
      together: label.together !== undefined,
      impeded: telling.kind === 'at-once' && telling.impededUntilS !== undefined,
      messages: mine.length,
      firstAlertS: isTimed ? firstAlertS : null,
      sinceBeganS: isTimed ? secondsFrom(episode.fromS, first) : null,
    },
    faults: [
      ...unheard(episode, told, label),
      ...(first !== undefined && first.at > dueBy(episode, label)
        ? [{ kind: 'late', text: `${instanceId}: first alert after ${firstAlertS} s` } as const]
        : []),
      ...tooLoud(mine, episode),
      ...tooMany(mine, episode, label),
    ],
  };
}

/** The episode of which the watchdog could know first. */
function firstKnown({ episodes }: Label): Episode | undefined {
  const known = ({ telling }: Episode): number =>
    telling.kind === 'at-once' ? telling.detectableS : Number.POSITIVE_INFINITY;
  return episodes.toSorted((one, other) => known(one) - known(other))[0];
}

/** When the first alert of an episode is late. */
function dueBy(episode: Episode, label: Label): number {
  const { telling } = episode;
  if (telling.kind !== 'at-once') return Number.POSITIVE_INFINITY;
  const { detectableS, impededUntilS = Number.NEGATIVE_INFINITY } = telling;
  const isMember = label.together !== undefined && episode !== firstKnown(label);
  const within = isMember ? UPDATE_S + FIRST_ALERT_S : FIRST_ALERT_S;
  return Math.max(detectableS + within, impededUntilS + IMPEDED_ALERT_S);
}

const secondsFrom = (fromS: number, { at }: Told): number =>
  Math.max(0, Math.round((at - fromS) * 1_000) / 1_000);

/** What users feel is told in any case; what can wait may be told in a digest. */
function unheard(episode: Episode, told: readonly Told[], label: Label): readonly Fault[] {
  const { instanceId, telling, why } = episode;
  const isAbout = (message: Told): boolean =>
    concerns(message, episode, label) || (isDigest(message) && message.text.includes(instanceId));
  const first = told.find(isAbout);
  const byS = telling.kind === 'at-once' ? Number.POSITIVE_INFINITY : telling.byS;
  if (byS === undefined || (first !== undefined && first.at <= byS)) return [];
  return [{ kind: 'missed incident', text: `${instanceId}: not told in time. ${why}` }];
}

function tooLoud(mine: readonly Told[], { telling }: Episode): readonly Fault[] {
  if (telling.kind !== 'quiet' || telling.loudest === 'warning') return [];
  return mine
    .filter(({ severity }) => severity === 'warning')
    .map((message) => ({ kind: 'too loud', text: line(message) }));
}

function tooMany(mine: readonly Told[], episode: Episode, label: Label): readonly Fault[] {
  const { instanceId, messages } = episode;
  const thread = mine.filter((message) => !isNotice(message) && !isOfMany(message));
  const threads = new Set(thread.map(({ incidentId }) => incidentId));
  const list = mine.map(({ at, event }) => `${event} at ${Math.round(at)} s`).join(', ');
  const faults: Fault[] = [];
  if (threads.size > 1) {
    faults.push({
      kind: 'false incident',
      text: `${instanceId}: told as ${threads.size} incidents: ${list}`,
    });
  }
  if (label.together === undefined && mine.length > messages) {
    faults.push({
      kind: 'too many messages',
      text: `${instanceId}: ${mine.length} where ${messages} are fair: ${list}`,
    });
  }
  return faults;
}

/** Whoever acknowledged a page does not want to be called by it again. */
function repeatedToNobody(
  told: readonly Told[],
  repeats: ReadonlySet<Told>,
  label: Label,
): readonly Fault[] {
  return told
    .filter((message) => repeats.has(message))
    .filter((message) => {
      const at = episodeOf(message, label)?.page?.acknowledgedS;
      return at !== undefined && message.at > at + ACKNOWLEDGED_WITHIN_S;
    })
    .map((message) => ({
      kind: 'too many messages',
      text: `acknowledged before: ${line(message)}`,
    }));
}

function tooManyTogether({ counted, label: { together } }: Hearing): readonly Fault[] {
  if (together === undefined || counted.length <= together.messages) return [];
  const { messages } = together;
  const list = counted.map(({ at, event }) => `${event} at ${Math.round(at)} s`).join(', ');
  const text = `${counted.length} messages where ${messages} are fair for all together: ${list}`;
  return [{ kind: 'too many messages', text }];
}
