import type { Notice } from './notices';
import type { ScheduledEvent } from './observation';
import { OWN_TYPE, dayAndTime, type Planning, type Work } from './planned-work';
import type { Plan } from './record';
import { OPERATOR_TAGS } from './tags';
import { iso } from './time';

const VETO = `Tag it ${OPERATOR_TAGS.move} = "veto" to keep it, "now" to have it moved now.`;

/** What a notice of a plan says beside the plan. */
interface Telling extends Planning {
  readonly work: Work | undefined;
  /** The policy lists what it takes. */
  readonly canMove: boolean;
}

/** Told once for each work and each time to which it is planned. */
export function planNotice(plan: Plan, { work, canMove, policy }: Telling): Notice {
  const { at, deadline, announcedAt, eventId } = plan;
  const isOwnType = eventId === OWN_TYPE;
  const time = at === undefined ? `none:${iso(deadline)}` : iso(at);
  // Its own type may be wanted again and again; AWS's events have ids.
  const subject = isOwnType ? `${eventId}:${iso(announcedAt)}` : eventId;
  const next = at === undefined ? withoutTime(plan, canMove, policy) : willDo(plan, policy);
  const now = `Tag it ${OPERATOR_TAGS.move} = "now" to have it moved now.`;
  const wish = at === undefined ? now : VETO;
  const what = work?.what ?? 'AWS announces work on its host.';
  const untimed = canMove && !isOwnType ? 'no-window' : undefined;
  const about = at === undefined ? untimed : 'outside-window';
  return {
    key: `plan:${subject}:${time}`,
    severity: at === undefined && !isOwnType ? 'warning' : 'info',
    text: [next, what, ...(canMove ? [wish] : [])].join(' '),
    ...(about !== undefined && { about }),
  };
}

function willDo(plan: Plan, { mode }: Planning['policy']): string {
  const would = mode === 'observe' ? 'would (its policy only observes)' : 'will';
  const at = dayAndTime(plan.at ?? plan.deadline);
  return `The watchdog ${would} ${actOf(plan)} at ${at}, in its maintenance window.`;
}

function actOf({ condition, eventId }: Plan): string {
  if (eventId === OWN_TYPE) return 'stop it, change its type back and start it';
  return condition === 'reboot-scheduled' ? 'reboot it' : 'stop and start it';
}

/** Nothing is planned: why, and what a person may do. */
function withoutTime(
  { condition, eventId }: Plan,
  canMove: boolean,
  { maintenanceWindow }: Planning['policy'],
): string {
  const byHand =
    eventId === OWN_TYPE
      ? 'change it back yourself when it may be down'
      : condition === 'reboot-scheduled'
        ? 'reboot it yourself before that'
        : 'stop and start it yourself before that';
  if (!canMove) return `Its policy lists nothing for it: ${byHand}.`;
  return maintenanceWindow === undefined
    ? `Its policy has no maintenance window: ${byHand}.`
    : `No maintenance window of its policy comes in time: ${byHand}.`;
}

/** Somebody said no: told once, so that nobody waits for the move. */
export function vetoNotice({ eventId, deadline }: Plan, work: Work | undefined): Notice {
  const what = work?.what ?? 'AWS announces work on its host.';
  const then =
    eventId === OWN_TYPE
      ? 'It stays on this type.'
      : `AWS begins by itself at ${dayAndTime(deadline)}.`;
  return {
    key: `plan-veto:${eventId}`,
    severity: 'info',
    text: `Vetoed by its tag ${OPERATOR_TAGS.move}: the watchdog does not move it. ${what} ${then}`,
    about: 'move-vetoed',
  };
}

/** What was planned will not come. */
export function overNotice({ eventId, deadline }: Plan): Notice {
  const when = dayAndTime(deadline);
  return {
    key: `plan-over:${eventId}`,
    severity: 'info',
    text: `AWS no longer announces the work on its host for ${when}: it is not moved.`,
  };
}

/** It was moved, or rebooted, and EC2 announces the same work still. */
export function stillAnnounced({ id, code, notBefore }: ScheduledEvent): Notice {
  const when = notBefore === undefined ? '' : ` for ${dayAndTime(notBefore)}`;
  return {
    key: `plan-still:${id}`,
    severity: 'warning',
    text:
      `It was moved, and EC2 still announces ${code}${when}: the move did not help against that. ` +
      'The watchdog does not move it for this again. Stop and start it yourself, or ask AWS.',
  };
}
