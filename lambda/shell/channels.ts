import type { PendingAlert } from '../core/alert/alert';
import { chatOf, type ChatNotification } from '../core/alert/chat';
import { eventOf, stormEvent, type ProgramEvent } from '../core/alert/event';
import { pagerOf, pagesEndedInStorm, stormPager, type PagerMessage } from '../core/alert/pager';
import type { StormStep, StormText } from '../core/alert/storm';
import { subjectOf } from '../core/alert/subject';
import type { AlertText } from '../core/alert/text';
import type { InstanceRecord } from '../core/record';
import { iso, type Instant } from '../core/time';
import type { AlertMessage } from '../ports';
import type { Run } from './run';

type World = Pick<Run, 'settings' | 'ports'>;

/** What of a message goes to pagers and programs. */
export type ChannelParts = Pick<AlertMessage, 'key' | 'pager' | 'events'>;

/** What one alert says to pagers and programs, as far as these channels are configured. */
export function channelsOf(
  world: World,
  alert: PendingAlert,
  { record, text }: { readonly record: InstanceRecord; readonly text: AlertText },
): ChannelParts {
  const { home } = world.settings;
  return {
    key: `${record.instanceId}/${alert.key}/${alert.at}`,
    pager: whole(world, () => pagerIn(world, () => pagerOf(alert, record, { home, text }))),
    events: whole(world, () =>
      eventsIn(world, () => [eventOf(alert, record, { home, summary: text.subject })]),
    ),
  };
}

/** A message of a storm, to its members and beyond. */
export interface StormTelling {
  readonly step: Extract<StormStep, { kind: 'tell' }>;
  readonly text: StormText;
  /** The members whose alerts go out with it. */
  readonly records: readonly InstanceRecord[];
  /** The storm that it takes the place of. */
  readonly before: { readonly id: string } | undefined;
  readonly now: Instant;
}

/**
 * What a storm's message says to pagers and programs: one alarm for all that need a person, and an
 * event for each alert that the message stands for.
 */
export function stormChannels(world: World, telling: StormTelling): ChannelParts {
  const { step, now } = telling;
  return {
    key: `${step.id}/${now}`,
    pager: whole(world, () => pagerIn(world, () => stormPages(world, telling))),
    events: whole(world, () => eventsIn(world, () => stormEvents(world, telling))),
  };
}

function stormPages(
  { settings }: World,
  { step, text, records, before, now }: StormTelling,
): readonly PagerMessage[] {
  const context = { home: settings.home, text };
  const isOver = step.storm === undefined;
  const isPage = text.severity === 'critical';
  const state = isPage ? 'needs-person' : isOver ? 'over' : 'goes-on';
  const replaced = before === undefined || before.id === step.id ? [] : [before.id];
  return [
    ...stormPager({ id: step.id, state, at: now }, context),
    ...replaced.flatMap((id) => stormPager({ id, state: 'over', at: now }, context)),
    ...pagesEndedInStorm(records, context),
  ];
}

function stormEvents(
  { settings: { home } }: World,
  { step, text, records, now }: StormTelling,
): readonly ProgramEvent[] {
  const { severity, subject: summary, facts } = text;
  const isOver = step.storm === undefined;
  const { id, openedAt } = step;
  const members = records.flatMap((record) =>
    record.outbox.map((alert) =>
      eventOf(alert, record, { home, summary: subjectOf(alert, record), stormId: id }),
    ),
  );
  return [stormEvent({ id, openedAt, at: now, isOver, severity, summary, ...facts }), ...members];
}

/** What needs nobody, of one server each. */
export interface Noticed {
  readonly record: InstanceRecord;
  readonly notices: readonly PendingAlert[];
}

/** A message of many notices says each of them to programs, with its own time. */
export function noticeEvents(
  world: World,
  noticed: readonly Noticed[],
): readonly ProgramEvent[] | undefined {
  const { home } = world.settings;
  const make = (): readonly ProgramEvent[] =>
    noticed.flatMap(({ record, notices }) =>
      notices.map((notice) => eventOf(notice, record, { home, summary: notice.text ?? '' })),
    );
  return whole(world, () => eventsIn(world, make));
}

/** What chat shows of a message: the same words. */
export function chatIn(world: World, message: AlertMessage): ChatNotification | undefined {
  const { settings, ports } = world;
  if (settings.chatTopicArn === undefined) return undefined;
  const { attributes, key } = message;
  const id = key ?? `${attributes['instanceId']}/${iso(ports.clock.now())}`;
  const make = () => chatOf({ text: message, attributes, id, home: settings.home });
  return whole(world, make);
}

const pagerIn = (
  { settings }: World,
  make: () => readonly PagerMessage[],
): readonly PagerMessage[] | undefined =>
  settings.pagerTopicArn === undefined ? undefined : make();

const eventsIn = (
  { settings }: World,
  make: () => readonly ProgramEvent[],
): readonly ProgramEvent[] | undefined => (settings.eventBus === undefined ? undefined : make());

/** What cannot be made must not silence the message to people. */
function whole<Part>({ ports }: World, make: () => Part): Part | undefined {
  try {
    return make();
  } catch (error) {
    ports.telemetry.log('error', 'channel-text-failed', { error });
    ports.telemetry.count('ChannelsFailed', 1);
    return undefined;
  }
}
