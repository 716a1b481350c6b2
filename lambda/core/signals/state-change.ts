import type { InstanceState } from '../observation';
import { DATE_FORM, dateOf } from './date-text';
import type { Envelope } from './envelope';
import { field, textIn } from './field';
import { INSTANCE_ID_FORM, instanceIdOf } from './resource-id';
import type { SignalRow } from './row';
import type { Home, Parsed } from './signal';
import { foreign, parsed, rejected } from './unparsed';

const STATES: readonly InstanceState[] = [
  'pending',
  'running',
  'shutting-down',
  'terminated',
  'stopping',
  'stopped',
];

/** The id that the detail names. The ARN is not asked: published ones name other instances. */
function instanceIn(event: Envelope): string | undefined {
  return (
    instanceIdOf(field(event.detail, 'instance-id')) ??
    instanceIdOf(field(event.detail, 'instance_id'))
  );
}

function parseStateChange(event: Envelope, home: Home): Parsed {
  const refusal = foreign(event, home);
  if (refusal !== undefined) return refusal;
  const instanceId = instanceIn(event);
  if (instanceId === undefined) {
    return rejected('detail.instance-id', field(event.detail, 'instance-id'), INSTANCE_ID_FORM);
  }
  const name = textIn(event.detail, 'state')?.toLowerCase();
  const state = STATES.find((known) => known === name);
  if (state === undefined) {
    return rejected('detail.state', field(event.detail, 'state'), `one of ${STATES.join(', ')}`);
  }
  const at = dateOf(event.time);
  if (at === undefined) return rejected('time', event.time, DATE_FORM);
  return parsed({
    kind: 'state-change',
    eventId: event.id,
    at,
    instanceIds: [instanceId],
    state,
  });
}

/**
 * EC2 tells of a change of state, on a best-effort basis and without a reason.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
 */
export const STATE_CHANGE: SignalRow = {
  name: 'state-change',
  source: 'aws.ec2',
  detailType: 'EC2 Instance State-change Notification',
  via: 'bus',
  parse: parseStateChange,
};
