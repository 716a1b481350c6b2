import { hours, type Duration, type Instant } from '../../lambda/core/time';
import { deedsOf, endsOwnStop, type Deed } from './deeds';
import { grouped } from './grouped';
import type { Invariant, Violation } from './invariant';
import { policyAt, type Story } from './story';

const within = (deeds: readonly Deed[], until: Instant, span: Duration): number =>
  deeds.filter(({ doneAt }) => doneAt! <= until && until - doneAt! < span).length;

/** A stop costs the start that must follow it. */
function spentBy(deed: Deed, restarts: readonly Deed[], span: Duration): number {
  return within(restarts, deed.doneAt!, span) + (deed.what === 'stop' ? 1 : 0);
}

/** Whether a budget may withhold it: never the start that ends a stop of the watchdog's own. */
function isWithheld(story: Story, deed: Deed): boolean {
  if (deed.doneAt === undefined) return false;
  // What is forced was on its way down already, and is started like anything that AWS stopped.
  if (deed.what === 'stop') return !deed.force && !deed.skipOsShutdown;
  return deed.what === 'reboot' || (deed.what === 'start' && !endsOwnStop(story, deed));
}

function breaches(story: Story, instanceId: string, deeds: readonly Deed[]): readonly Violation[] {
  const restarts = deeds.filter(
    ({ what, doneAt }) => doneAt !== undefined && (what === 'start' || what === 'reboot'),
  );
  const life = story.lives.get(instanceId);
  return deeds
    .filter((deed) => isWithheld(story, deed))
    .flatMap((deed): readonly Violation[] => {
      const at = deed.doneAt!;
      const budget = life === undefined ? undefined : policyAt(story, life, at)?.budget;
      const { perHour, perDay } = budget ?? { perHour: 3, perDay: 6 };
      const [hour, day] = [spentBy(deed, restarts, hours(1)), spentBy(deed, restarts, hours(24))];
      if (hour <= perHour && day <= perDay) return [];
      const text = `${hour} restarts in an hour, ${day} in a day (allowed: ${perHour}, ${perDay})`;
      return [{ invariant: 'S8', at, instanceId, text }];
    });
}

/** The invariant S8; its rule says what must hold. */
export const S8: Invariant = {
  id: 'S8',
  rule: 'Accepted starts and reboots of an instance stay within its budget for hour and day.',
  exercised: (story) => deedsOf(story).filter((deed) => isWithheld(story, deed)).length,
  check: (story) =>
    [...grouped(deedsOf(story), ({ instanceId }) => instanceId)].flatMap(([instanceId, deeds]) =>
      breaches(story, instanceId, deeds),
    ),
};
