import type { History } from '../history';
import type { Instance, PlannedEvent } from './ec2-instance';
import { hasInstanceStore } from './ec2-types';

/** Neither completed nor canceled; those are shown for up to a week, and marked. */
export const isOpenEvent = ({ description }: PlannedEvent): boolean => !description.startsWith('[');

/** Marks open events as completed. */
export function completeEvents(
  instance: Instance,
  which: (event: PlannedEvent) => boolean,
  history: History,
): void {
  instance.events = instance.events.map((event) => {
    if (!isOpenEvent(event) || !which(event)) return event;
    const { id: eventId, code } = event;
    const happening = { kind: 'scheduled', instanceId: instance.id, eventId, code } as const;
    history.add({ ...happening, phase: 'completed' });
    return { ...event, description: `[Completed] ${event.description}` };
  });
}

/**
 * Whether a reboot brings it to another host: a reboot of its own is due, and neither instance
 * store nor a Dedicated Host nor the instance's setting keeps it where it is.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/schedevents_actions_reboot.html
 */
export function migratesOnReboot({ events, rebootMigration, type, hostId }: Instance): boolean {
  const due = events.some((event) => event.code === 'system-reboot' && isOpenEvent(event));
  return due && rebootMigration === 'default' && hostId === undefined && !hasInstanceStore(type);
}
