import type { Attempt } from '../../lambda/core/incident';
import { step } from '../../lambda/core/step';
import {
  NO_CAPACITY,
  USER_STOP,
  aRecord,
  aTakedown,
  anAttempt,
  anIncident,
  at,
  aPolicy,
  aView,
  policiesOf,
  stoppedView,
} from './builders';
import { anEvent } from './planned-server';

/** How a page of its incident, which was opened for planned work, is weighed. */
const pages = (attempts: readonly Attempt[], view: ReturnType<typeof aView>) => {
  const incident = anIncident({
    condition: 'planned',
    planned: { eventId: 'instance-event-1', condition: 'stop-scheduled' },
    progress:
      view.state === 'running'
        ? { kind: 'booting', launchTime: view.launchTime, since: at(-600) }
        : { kind: 'down', since: at(-120) },
    attempts,
  });
  const record = aRecord({ incident });
  const input = { view, record, fresh: [], policies: policiesOf(aPolicy()), now: at(2) };
  return step({ ...input, lastSweepAt: undefined }).record.outbox.map(
    ({ kind, severity, reason }) => `${kind} ${reason} ${severity}`,
  );
};

describe('a page about planned work', () => {
  const stop = aTakedown('stop-start', at(-120), { reason: 'stop-scheduled' });
  const down = stoppedView(USER_STOP, { transitionAt: at(-119) });

  // Why this test? A server that our own planned stop left down was told as a mere warning.
  it('is critical once our own stop has left the server down', () => {
    expect(pages([stop, anAttempt(at(-60), NO_CAPACITY)], down)).toEqual([
      'needs-person no-capacity critical',
    ]);
  });

  it('is NOT while it serves and only work is announced', () => {
    expect(pages([], aView({ scheduledEvents: [anEvent()] }))).toEqual([
      'needs-person no-window warning',
    ]);
  });
});
