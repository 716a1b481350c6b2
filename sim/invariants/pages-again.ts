import { OPERATOR_TAGS } from '../../lambda/core/tags';
import { after, minutes, seconds, type Instant } from '../../lambda/core/time';
import { factsOf, type FactOf } from '../history';
import { deedsOf } from './deeds';
import { grouped } from './grouped';
import type { Violation } from './invariant';
import { faultyWithin, type Dated, type Story } from './story';

/** A page comes again so long after it was first sent. */
const AGAIN = [minutes(5), minutes(15)] as const;
/** The look that sends it is at most a sweep late. */
const SLACK = seconds(90);
/** An acknowledgement is seen by the next look. */
const SEEN_WITHIN = seconds(90);

type Message = Dated<FactOf<'message'>>;

const isPage = ({ attributes }: Message): boolean =>
  attributes['event'] === 'needs-person' && attributes['severity'] === 'critical';

/** What it calls for, whether it is said for the first time or again. */
const wordsOf = ({ subject }: Message): string => subject.replace(/^ACT( \(again\))?: /, '');

/** Pages that should have come again and did not, and such as came again though acknowledged. */
export function pagesAmiss(story: Story): readonly Violation[] {
  const alone = factsOf(story.facts, 'message').filter(
    ({ attributes }) => attributes['event'] !== 'storm' && attributes['incidentId'] !== 'none',
  );
  const threads = grouped(alone, ({ attributes }) => String(attributes['incidentId']));
  return [...threads].flatMap(([incidentId, thread]) => {
    const first = thread.find(isPage);
    if (first === undefined) return [];
    const page = { incidentId, instanceId: String(first.attributes['instanceId']), first, thread };
    return [...unrepeated(story, page), ...repeatedInVain(story, page)];
  });
}

interface Page {
  readonly incidentId: string;
  readonly instanceId: string;
  readonly first: Message;
  readonly thread: readonly Message[];
}

function unrepeated(story: Story, page: Page): readonly Violation[] {
  const { first, thread, instanceId } = page;
  return AGAIN.flatMap((delay): readonly Violation[] => {
    const due = after(first.at, delay);
    const until = after(due, SLACK);
    if (story.endsAt < until || faultyWithin(story, [first.at, until])) return [];
    const isAgain = (message: Message): boolean =>
      isPage(message) && message.at >= due && message.at <= until;
    if (thread.some(isAgain) || isOvertaken(story, page, until)) return [];
    const text = `The page of ${page.incidentId} did not come again after ${delay / 60_000} min`;
    return [{ invariant: 'L3', at: until, instanceId, text }];
  });
}

/** Something else was said or done in that thread meanwhile, or somebody took it in hand. */
function isOvertaken(
  story: Story,
  { first, thread, instanceId, incidentId }: Page,
  until: Instant,
): boolean {
  const within = ({ at }: { readonly at: Instant }): boolean => at > first.at && at <= until;
  const life = story.lives.get(instanceId);
  const isGone = life?.states.some(
    ({ at, to }) => at <= until && (to === 'shutting-down' || to === 'terminated'),
  );
  const isStormy = factsOf(story.facts, 'message').some(
    ({ at, attributes }) => attributes['event'] === 'storm' && at <= until,
  );
  return (
    isGone === true ||
    isStormy ||
    thread.some((other) => within(other) && wordsOf(other) !== wordsOf(first)) ||
    life?.states.some(within) === true ||
    life?.tags.some(within) === true ||
    factsOf(story.facts, 'serving').some(
      (fact) => fact.instanceId === instanceId && within(fact),
    ) ||
    deedsOf(story).some(
      ({ doneAt, instanceId: id }) =>
        id === instanceId && doneAt !== undefined && within({ at: doneAt }),
    ) ||
    acknowledgedAt(story, instanceId, incidentId) !== undefined
  );
}

function acknowledgedAt(story: Story, instanceId: string, incidentId: string): Instant | undefined {
  return story.lives
    .get(instanceId)
    ?.tags.find(({ tags }) => tags[OPERATOR_TAGS.acknowledged]?.split(' ')[0] === incidentId)?.at;
}

function repeatedInVain(
  story: Story,
  { thread, instanceId, incidentId }: Page,
): readonly Violation[] {
  const at = acknowledgedAt(story, instanceId, incidentId);
  if (at === undefined || faultyWithin(story, [at, after(at, SEEN_WITHIN)])) return [];
  const again = thread.find(
    (message) =>
      isPage(message) &&
      message.at > after(at, SEEN_WITHIN) &&
      message.subject.startsWith('ACT (again): '),
  );
  const text = `The page of ${incidentId} came again after it was acknowledged`;
  return again === undefined ? [] : [{ invariant: 'L3', at: again.at, instanceId, text }];
}
