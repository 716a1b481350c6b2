import { ATTEMPT_LIMIT } from '../lambda/core/attempt';
import type { Incident } from '../lambda/core/incident';
import { JOURNAL_LIMIT } from '../lambda/core/journal';
import { TIMELINE_LIMIT } from '../lambda/core/step';
import type { InstanceReport } from './model';

/** What the records do not hold: what is not there did not necessarily not happen. */
export function gapsOf(
  incidents: readonly Incident[],
  instances: readonly InstanceReport[],
): readonly string[] {
  const gaps: readonly (readonly [isThere: boolean, text: string])[] = [
    [
      incidents.some(({ sent }) => sent === undefined),
      'An older version wrote a record: who was told, and when, is not known.',
    ],
    [
      incidents.some(({ seen }) => seen === undefined),
      'An older version wrote a record: what EC2 showed between is not known.',
    ],
    [
      incidents.some(isFull),
      'A record is full, and so keeps the first acts and the last entries only: there was more.',
    ],
    [
      instances.some(({ windows }) => windows.some(({ uncertainty }) => uncertainty === undefined)),
      'It went down more than once: how exact the earlier beginnings are is not known.',
    ],
    [
      instances.some(({ resolved }) => resolved === undefined),
      'Not over yet: the report tells what the record held when it was read.',
    ],
  ];
  return gaps.flatMap(([isThere, text]) => (isThere ? [text] : []));
}

function isFull({ attempts, seen = [], sent = [], timeline }: Incident): boolean {
  return (
    attempts.length >= ATTEMPT_LIMIT ||
    timeline.length >= TIMELINE_LIMIT ||
    Math.max(seen.length, sent.length) >= JOURNAL_LIMIT
  );
}
