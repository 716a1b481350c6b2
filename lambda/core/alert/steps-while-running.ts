import type { Incident } from '../incident';
import type { EscalateReason } from '../reasons';
import { HANDOVERS, MOVE_BY_HAND, type Handover } from './steps';

/** Where it runs, what holds the watchdog back is told otherwise: nothing is to be started. */
const WHILE_RUNNING: Readonly<Partial<Record<EscalateReason, Handover>>> = {
  paused: {
    phrase: 'and paused, not touched',
    steps: [
      'Ask whoever paused it (reason above) whether it may be taken down.',
      'Remove the tag watchdog:pause-until, and the watchdog goes on by itself.',
      MOVE_BY_HAND,
    ],
  },
  held: {
    phrase: 'and held, not touched',
    steps: [
      'Ask whoever holds it (reason above) whether it may be taken down.',
      'Remove the tag watchdog:hold, and the watchdog goes on by itself.',
      MOVE_BY_HAND,
    ],
  },
  'observe-mode': {
    phrase: 'and its policy only observes',
    steps: [
      MOVE_BY_HAND,
      'What the watchdog would have done stands above.',
      'To let it act, set mode to "act" in the policy and deploy.',
    ],
  },
  'budget-exhausted': {
    phrase: 'again, budget of restarts used up',
    steps: [
      'It was restarted as often as its policy allows, and it did not last: find out why.',
      'Look at the server itself: system log, instance screenshot, service status.',
      'The budget refills with time: startsPerHour and startsPerDay in its policy.',
    ],
  },
};

/** What a page says: by its reason, and by whether the server runs. */
export function handoverOf(reason: EscalateReason, incident: Incident | undefined): Handover {
  const running = runningTrouble(incident);
  const special = running === undefined ? undefined : WHILE_RUNNING[reason];
  return special === undefined
    ? HANDOVERS[reason]
    : { ...special, phrase: `${running} ${special.phrase}` };
}

function runningTrouble(incident: Incident | undefined): string | undefined {
  if (incident === undefined || incident.progress.kind === 'down') return undefined;
  switch (incident.condition) {
    case 'impaired':
      return 'is impaired';
    case 'planned':
      return 'is to be moved';
    case 'stopped':
    case 'terminated':
      return undefined;
  }
}
