import { factsOf, type FactOf } from '../history';
import { after, minutes, type Instant } from '../../lambda/core/time';
import { grouped } from './grouped';
import type { Invariant, Violation } from './invariant';
import { faultyWithin } from './story';

const DEADLINE = minutes(30);

const endsIt = ({ fields }: FactOf<'log'>): boolean =>
  ['resolve', 'escalate', 'ignore'].includes(String(fields['decision']));

/** The invariant L2; its rule says what must hold. */
export const L2: Invariant = {
  id: 'L2',
  rule: "Every incident is recovered, closed or in a person's hands within 30 minutes.",
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
      const until = after(openedAt, DEADLINE);
      if (story.endsAt < until || faultyWithin(story, [openedAt, until])) return [];
      const ended = own.some((decision) => decision.at <= until && endsIt(decision));
      const handedOver = paged.some(
        ({ at, attributes }) => at <= until && attributes['incidentId'] === incidentId,
      );
      if (ended || handedOver) return [];
      const instanceId = String(own[0]!.fields['instanceId']);
      const text = `${incidentId} is neither over nor in a person's hands`;
      return [{ invariant: 'L2', at: until, instanceId, text }];
    });
  },
};
