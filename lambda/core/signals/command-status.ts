import type { HookProgress } from '../hook-run';
import { DATE_FORM, dateOf } from './date-text';
import type { Envelope } from './envelope';
import { field, textIn } from './field';
import { INSTANCE_ID_FORM, instanceIdOf } from './resource-id';
import type { SignalRow } from './row';
import type { Home, Parsed } from './signal';
import { foreign, ignored, parsed, rejected } from './unparsed';

/** The statuses that mean something; `Pending`, `Delayed` and `Cancelling` change nothing. */
const PROGRESS: Readonly<Record<string, HookProgress>> = {
  InProgress: 'started',
  Success: 'done',
  Failed: 'failed',
  TimedOut: 'failed',
  Cancelled: 'failed',
};

/** How far a command is by its status; undefined where that says nothing of its begin or end. */
export function progressOf(status: string): HookProgress | undefined {
  return Object.hasOwn(PROGRESS, status) ? PROGRESS[status] : undefined;
}

/** Why a command failed, as far as its status tells. */
export const whyFailed = (status: string): string => `Systems Manager says ${status}`;

function parseCommand(event: Envelope, home: Home): Parsed {
  const refusal = foreign(event, home);
  if (refusal !== undefined) return refusal;
  const { detail } = event;
  const instanceId = instanceIdOf(field(detail, 'instance-id'));
  if (instanceId === undefined) {
    return rejected('detail.instance-id', field(detail, 'instance-id'), INSTANCE_ID_FORM);
  }
  const commandId = textIn(detail, 'command-id');
  if (commandId === undefined) {
    return rejected('detail.command-id', field(detail, 'command-id'), 'a text');
  }
  const said = textIn(detail, 'status') ?? '';
  const status = progressOf(said);
  if (status === undefined) return ignored('a status of a command that says nothing of its end');
  const at = dateOf(event.time);
  if (at === undefined) return rejected('time', event.time, DATE_FORM);
  const document = textIn(detail, 'document-name') ?? '';
  const why = status === 'failed' ? { why: whyFailed(said) } : {};
  return parsed({
    kind: 'hook',
    eventId: event.id,
    at,
    instanceIds: [instanceId],
    news: { kind: 'command', at, commandId, document, status, ...why },
  });
}

/**
 * A command of Systems Manager changed its status on one instance. Only those of the documents that
 * hooks name are let through.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
 */
export const COMMAND_STATUS: SignalRow = {
  name: 'command-status',
  source: 'aws.ssm',
  detailType: 'EC2 Command Invocation Status-change Notification',
  via: 'bus',
  detail: { status: Object.keys(PROGRESS) },
  onlyFor: 'hook-documents',
  parse: parseCommand,
};
