import type { Instant } from '../../lambda/core/time';
import { unreachable } from '../../lambda/core/unreachable';
import type { StatusFacts } from './facts';
import { LANGUAGES, type Language } from './languages';
import { lengthOf, spoken, type Grain } from './spoken';
import type { Spoken, SpokenWindow, Stage, StatusTexts } from './texts';

/** A heading of the post-mortem, absent in the short drafts, and what stands below it. */
export interface DraftPart {
  readonly heading?: string | undefined;
  readonly paragraphs: readonly string[];
  readonly items: readonly string[];
}

/** What a person may publish, and what they must see to before. */
export interface Draft {
  readonly stage: Stage;
  readonly language: Language;
  readonly title: string;
  readonly parts: readonly DraftPart[];
  /** Not for publication. */
  readonly checklist: readonly string[];
}

/** Facts with the words of one language. */
interface Writing {
  readonly facts: StatusFacts;
  readonly texts: StatusTexts;
  readonly say: (at: Instant, grain?: Grain) => Spoken;
}

/**
 * The draft of one stage, made of measured facts alone; undefined as long as the facts for it are
 * not there: nothing was restarted yet, or a server does not serve again.
 */
export function draftOf(facts: StatusFacts, stage: Stage, language: Language): Draft | undefined {
  const texts = LANGUAGES[language];
  const { timeZone } = facts;
  const say = (at: Instant, grain: Grain = 'minute'): Spoken =>
    spoken(at, texts, { timeZone, grain });
  const writing: Writing = { facts, texts, say };
  const body = bodyOf(writing, stage);
  if (body === undefined) return undefined;
  return { stage, language, ...body, checklist: checklistOf(writing, stage) };
}

type Body = Pick<Draft, 'title' | 'parts'>;

function bodyOf(writing: Writing, stage: Stage): Body | undefined {
  switch (stage) {
    case 'looking':
      return looking(writing);
    case 'restarted':
      return restarted(writing);
    case 'recovered':
      return recovered(writing);
    case 'post-mortem':
      return postMortem(writing);
    default:
      return unreachable(stage);
  }
}

const short = (...paragraphs: readonly string[]): Body['parts'] => [{ paragraphs, items: [] }];

function looking({ facts, texts, say }: Writing): Body {
  const { who, from, isImpaired, detectedAt } = facts;
  const { downSince, noticed } = texts.sentences;
  return {
    title: texts.title.looking(who),
    parts: short(
      `${downSince(who, say(from), isImpaired)} ${noticed(say(detectedAt))}`,
      causeText({ facts, texts, say }),
    ),
  };
}

function restarted({ facts, texts, say }: Writing): Body | undefined {
  const { who, runningAt, acts } = facts;
  if (acts.length === 0) return undefined;
  const { running, verifying } = texts.sentences;
  const runs = runningAt === undefined ? [] : [running(who, say(runningAt))];
  return {
    title: runningAt === undefined ? texts.title.restarting(who) : texts.title.restarted(who),
    parts: short([...askedTexts({ facts, texts, say }), ...runs].join(' '), verifying(who)),
  };
}

function recovered({ facts, texts, say }: Writing): Body | undefined {
  const { who, to, isImpaired } = facts;
  if (to === undefined) return undefined;
  const { serving } = texts.sentences;
  return {
    title: texts.title.recovered(who, isImpaired),
    parts: short(
      serving(who, say(to), isImpaired),
      impactTexts({ facts, texts, say }, to).join(' '),
      checksText({ facts, texts, say }),
    ),
  };
}

function postMortem(writing: Writing): Body | undefined {
  const { facts, texts, say } = writing;
  const { who, from, to, isImpaired } = facts;
  if (to === undefined) return undefined;
  const { headings, title } = texts;
  const acts = askedTexts(writing);
  const proposals = proposalsOf(writing);
  const part = (heading: string, ...paragraphs: readonly string[]): DraftPart => ({
    heading,
    paragraphs,
    items: [],
  });
  const impact = impactTexts(writing, to);
  return {
    title: title['post-mortem'](who, say(from), isImpaired),
    parts: [
      part(headings.summary, [impact[0] ?? '', causeText(writing), ...acts].join(' ')),
      { heading: headings.timeline, paragraphs: [], items: timelineItems(writing) },
      part(headings.impact, impact.join(' ')),
      part(headings.cause, causeText(writing), ...healthTexts(writing)),
      part(headings.resolution, [...acts, ...endTexts(writing, to)].join(' ')),
      ...(proposals.length === 0
        ? []
        : [{ heading: headings.corrective, paragraphs: [], items: proposals }]),
    ],
  };
}

function causeText({ facts, texts }: Writing): string {
  const cause = texts.causes[facts.cause](facts.who);
  const isNamed = facts.cause !== 'unknown';
  return isNamed && !facts.isCauseSure ? `${cause} ${texts.sentences.causeUnsure}` : cause;
}

/** Nobody waits for AWS's word on what AWS did not do. */
function healthTexts({ facts, texts }: Writing): readonly string[] {
  const { health, noHealth } = texts.sentences;
  if (facts.health.length > 0) return [health(facts.health)];
  return facts.isProviders ? [noHealth] : [];
}

function askedTexts({ facts, texts, say }: Writing): readonly string[] {
  const { asked, noAct } = texts.sentences;
  if (facts.acts.length === 0) return [noAct];
  const { who, acts } = facts;
  return acts.map(({ remediation, first, last, count }) => {
    const act = texts.acts[remediation](who);
    return count === 1
      ? asked(act, say(first))
      : asked(act, say(first, 'second'), { count, last: say(last, 'second') });
  });
}

/** The window, for how long, and how exact that is. */
function impactTexts({ facts, texts, say }: Writing, to: Instant): readonly string[] {
  const { who, from, lengths, times, uncertainty, isImpaired } = facts;
  const { wasDown, each, times: interrupted, mayHaveBegunEarlier } = texts.sentences;
  const isAlone = who.names.length === 1;
  const length =
    isAlone && lengths !== undefined ? texts.length(lengthOf(lengths.most)) : undefined;
  const window: SpokenWindow = { from: say(from), to: say(to), length, isImpaired };
  return [
    wasDown(who, window),
    ...(isAlone || lengths === undefined
      ? []
      : [each(texts.length(lengthOf(lengths.least)), texts.length(lengthOf(lengths.most)))]),
    ...(times > 1 ? [interrupted(times)] : []),
    ...(uncertainty === undefined || uncertainty < 1_000
      ? []
      : [mayHaveBegunEarlier(texts.length(lengthOf(uncertainty)))]),
  ];
}

function checksText({ facts, texts, say }: Writing): string {
  const { checksPassed, checksGoOn } = texts.sentences;
  return facts.recoveredAt === undefined ? checksGoOn : checksPassed(say(facts.recoveredAt));
}

function endTexts(writing: Writing, to: Instant): readonly string[] {
  const { facts, texts, say } = writing;
  return [
    texts.sentences.serving(facts.who, say(to), facts.isImpaired),
    ...facts.proofs.map((proof) => texts.proofs[proof]),
    checksText(writing),
  ];
}

/** Each moment to the second; what was not measured has no item. */
function timelineItems({ facts, texts, say }: Writing): readonly string[] {
  const { who, from, to, detectedAt, alertedAt, acts, runningAt, recoveredAt, isImpaired } = facts;
  const { timeline } = texts;
  const items: readonly { readonly at: Instant | undefined; readonly text: string }[] = [
    { at: from, text: timeline.down(who, isImpaired) },
    { at: detectedAt, text: timeline.noticed },
    { at: alertedAt, text: timeline.alerted },
    ...acts.map(({ first, remediation }) => ({
      at: first,
      text: timeline.asked(texts.acts[remediation](who)),
    })),
    { at: runningAt, text: timeline.running(who) },
    { at: to, text: timeline.serving(who) },
    { at: recoveredAt, text: timeline.checksPassed },
  ];
  return items
    .flatMap(({ at, text }) => (at === undefined ? [] : [{ at, text }]))
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, text }) => `${say(at, 'second').time}: ${text}`);
}

const proposalsOf = ({ facts, texts }: Writing): readonly string[] =>
  facts.corrective.map((kind) => texts.corrective[kind]).filter((text) => text !== undefined);

function checklistOf(writing: Writing, stage: Stage): readonly string[] {
  const { impact, names, nextUpdate, cause, proposals, noProposals } = writing.texts.checklist;
  const isPostMortem = stage === 'post-mortem';
  const tellsCause = isPostMortem || stage === 'looking';
  return [
    impact,
    names,
    ...(stage === 'looking' || stage === 'restarted' ? [nextUpdate] : []),
    ...(tellsCause && !writing.facts.isCauseSure ? [cause] : []),
    ...(isPostMortem ? [proposalsOf(writing).length > 0 ? proposals : noProposals] : []),
  ];
}
