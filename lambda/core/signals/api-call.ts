import { actorOf } from './actor';
import { DATE_FORM, dateOf } from './date-text';
import type { Envelope } from './envelope';
import { field, isJson, listIn, objectIn, quote, type Json } from './field';
import { distinct, INSTANCE_ID_FORM, instanceIdOf } from './resource-id';
import type { SignalRow } from './row';
import type { ApiCallSignal, Home, Parsed } from './signal';
import { foreign, ignored, parsed, rejected } from './unparsed';

const CALLS: readonly ApiCallSignal['call'][] = [
  'StartInstances',
  'StopInstances',
  'RebootInstances',
  'TerminateInstances',
];

/** CloudTrail writes the instances of a request and of an answer in the same form. */
function instancesIn(part: Json): readonly (string | undefined)[] {
  const items = listIn(objectIn(part, 'instancesSet'), 'items');
  return items.map((item) => (isJson(item) ? instanceIdOf(field(item, 'instanceId')) : undefined));
}

function parseApiCall(event: Envelope, home: Home): Parsed {
  const refusal = foreign(event, home);
  if (refusal !== undefined) return refusal;
  const { detail } = event;
  const eventSource = field(detail, 'eventSource');
  if (eventSource !== 'ec2.amazonaws.com') {
    return ignored(`it is a call to ${quote(eventSource)}, not to EC2`);
  }
  const name = field(detail, 'eventName');
  const call = CALLS.find((known) => known === name);
  if (call === undefined) return ignored(`the call ${quote(name)} is none of ${CALLS.join(', ')}`);
  // A refused call changed nothing; a dry run is recorded with an error code too.
  const errorCode = field(detail, 'errorCode');
  if (errorCode !== undefined && errorCode !== null) {
    return ignored(`the call failed with ${quote(errorCode)}`);
  }
  const instanceIds = distinct([
    ...instancesIn(objectIn(detail, 'requestParameters')),
    ...instancesIn(objectIn(detail, 'responseElements')),
  ]);
  if (instanceIds.length === 0) {
    const items = field(objectIn(detail, 'requestParameters'), 'instancesSet');
    return rejected('detail.requestParameters.instancesSet', items, `ids: ${INSTANCE_ID_FORM}`);
  }
  const at = dateOf(field(detail, 'eventTime')) ?? dateOf(event.time);
  if (at === undefined) return rejected('time', event.time, DATE_FORM);
  return parsed({
    kind: 'api-call',
    eventId: event.id,
    at,
    instanceIds,
    call,
    actor: actorOf(detail),
  });
}

/**
 * CloudTrail recorded a call that starts, stops, reboots or terminates instances. EventBridge
 * gets it only where a trail exists, minutes late, on a best-effort basis.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-with-cloudtrail.html
 */
export const API_CALL: SignalRow = {
  name: 'api-call',
  source: 'aws.ec2',
  detailType: 'AWS API Call via CloudTrail',
  via: 'bus',
  detail: { eventSource: ['ec2.amazonaws.com'], eventName: CALLS },
  parse: parseApiCall,
};
