import { objectIn, textIn, type Json } from './field';
import { oneLine } from '../one-line';
import type { Actor } from './signal';

/** IAM allows ARNs of 2,048 characters; in alerts and records less must do. */
const PRINCIPAL_LIMIT = 300;
const ORIGIN_LIMIT = 100;

const ASSUMED_ROLE = /:assumed-role\/([^/]+)(?:\/|$)/;

/**
 * What the roles of schedulers are called: AWS's Instance Scheduler names its own
 * `InstanceScheduler…`, `<namespace>-Scheduler-Role` and `<namespace>-ASG-Scheduling-Role`.
 */
const SCHEDULER_ROLE = /instance-?scheduler|(?:^|-)scheduler-role$|(?:^|-)scheduling-role$/i;

/**
 * What the function's own role is called: the construct's name is part of it. A name is a hint,
 * not a proof (anybody may name a role so), hence `watchdog` in an Actor must never be the only
 * ground for undoing a stop.
 */
const WATCHDOG_ROLE = /watchdog/i;

/** IAM Identity Center gives people roles with this prefix. */
const SSO_ROLE = /^AWSReservedSSO_/;

/** The name of the role behind `arn:…:assumed-role/<role>/<session>`; undefined for others. */
export function roleNameOf(principal: string): string | undefined {
  return ASSUMED_ROLE.exec(principal)?.[1];
}

/** Whether the principal is a session of a role that is named like the watchdog's own. */
export function isWatchdogRole(principal: string): boolean {
  const role = roleNameOf(principal);
  return role !== undefined && WATCHDOG_ROLE.test(role);
}

/** The service that made the call on somebody's behalf; both fields are written by AWS. */
function callingService(identity: Json, sourceIp: string | undefined): string | undefined {
  return [textIn(identity, 'invokedBy') ?? '', sourceIp ?? ''].find(
    (name) => name.endsWith('.amazonaws.com') || name === 'AWS Internal',
  );
}

function kindOf(principal: string, type: string, service: string | undefined): Actor['kind'] {
  if (service === 'fis.amazonaws.com') return 'fis';
  if (service === 'scheduler.amazonaws.com') return 'scheduler';
  // The session's name is the caller's choice: only the role's name counts.
  const role = roleNameOf(principal);
  if (role !== undefined) {
    if (SSO_ROLE.test(role)) return 'person';
    if (SCHEDULER_ROLE.test(role)) return 'scheduler';
    if (WATCHDOG_ROLE.test(role)) return 'watchdog';
    return service === undefined ? 'role' : 'service';
  }
  if (service !== undefined || type === 'AWSService') return 'service';
  return type === 'AssumedRole' || type === 'Role' ? 'role' : 'person';
}

/**
 * Who made a call, from the detail of a CloudTrail record.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function actorOf(detail: Json): Actor {
  const identity = objectIn(detail, 'userIdentity');
  const sourceIp = textIn(detail, 'sourceIPAddress');
  const userAgent = textIn(detail, 'userAgent');
  const service = callingService(identity, sourceIp);
  const issuer = objectIn(objectIn(identity, 'sessionContext'), 'sessionIssuer');
  const principal =
    textIn(identity, 'arn') ??
    textIn(issuer, 'arn') ??
    service ??
    textIn(identity, 'principalId') ??
    textIn(identity, 'accountId') ??
    'unknown';
  return {
    principal: oneLine(principal, PRINCIPAL_LIMIT),
    kind: kindOf(principal, textIn(identity, 'type') ?? '', service),
    ...(sourceIp === undefined ? {} : { sourceIp: oneLine(sourceIp, ORIGIN_LIMIT) }),
    ...(userAgent === undefined ? {} : { userAgent: oneLine(userAgent, ORIGIN_LIMIT) }),
  };
}
