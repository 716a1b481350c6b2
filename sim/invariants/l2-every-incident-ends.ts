import { factsOf, type FactOf } from '../history';
import { after, latest, minutes, type Instant } from '../../lambda/core/time';
import { takedownDeeds } from './deeds';
import { grouped } from './grouped';
import type { Invariant, Violation } from './invariant';
import { faultyWithin, type Dated, type Story } from './story';

const DEADLINE = minutes(30);

const endsIt = ({ fields }: FactOf<'log'>): boolean =>
  ['resolve', 'escalate', 'ignore'].includes(String(fields['decision']));

/** A person was called once for all servers whose applications failed together (S11). */
function isSpokenFor(
  own: readonly FactOf<'log'>[],
  all: readonly Dated<FactOf<'log'>>[],
  until: Instant,
): boolean {
  const waits = own.some(({ fields }) => fields['reason'] === 'check-suspect-elsewhere');
  return waits && all.some(({ at, fields }) => at <= until && fields['reason'] === 'check-suspect');
}

/** Each rung of a ladder has its time: the deadline counts from the last act on it. */
function deadlineOf(story: Story, instanceId: string, openedAt: Instant): Instant {
  return takedownDeeds(story)
    .filter((deed) => deed.instanceId === instanceId)
    .reduce(
      (until, { doneAt }) =>
        doneAt !== undefined && doneAt >= openedAt && doneAt <= until
          ? latest(until, after(doneAt, DEADLINE))
          : until,
      after(openedAt, DEADLINE),
    );
}

/** The invariant L2; its rule says what must hold. */
export const L2: Invariant = {
  id: 'L2',
  rule: "Every incident is recovered, closed or in a person's hands within 30 minutes of an act.",
  exercised: ({ facts }) =>
    factsOf(facts, 'message').filter(({ attributes }) => attributes['event'] === 'opened').length,
  check(story) {
    const decisions = factsOf(story.facts, 'log').filter(({ message }) => message === 'decision');
    const incidents = grouped(
      decisions.filter(({ fields }) => typeof fields['incidentId'] === 'string'),
      ({ fields }) => String(fields['incidentId']),
    );
    const paged = factsOf(story.facts, 'message').filter(
      ({ attributes }) => attributes['severity'] === 'critical',
    );
    return [...incidents].flatMap(([incidentId, own]): readonly Violation[] => {
      const openedAt: Instant = own[0]!.at;
      const instanceId = String(own[0]!.fields['instanceId']);
      const until = deadlineOf(story, instanceId, openedAt);
      if (story.endsAt < until || faultyWithin(story, [openedAt, until])) return [];
      const ended = own.some((decision) => decision.at <= until && endsIt(decision));
      const handedOver = paged.some(
        ({ at, attributes }) => at <= until && attributes['incidentId'] === incidentId,
      );
      if (ended || handedOver || isSpokenFor(own, decisions, until)) return [];
      const text = `${incidentId} is neither over nor in a person's hands`;
      return [{ invariant: 'L2', at: until, instanceId, text }];
    });
  },
};
