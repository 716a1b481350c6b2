import { LookupEventsCommand, type Event } from '@aws-sdk/client-cloudtrail';
import { actorOf } from '../core/signals/actor';
import { dateOf } from '../core/signals/date-text';
import { field, isJson, listIn, objectIn, type Json } from '../core/signals/field';
import type { Actor } from '../core/signals/signal';
import { seconds, type Instant } from '../core/time';
import type { ClockPort, TelemetryPort, TrailPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { TrailClient } from './clients';
import { instantOf } from './ec2-view';
import { retryOnce } from './retry-once';
import { createTokenBucket, type Rate } from './token-bucket';

/** What looking up needs beside the client. */
export interface TrailOptions {
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

/**
 * CloudTrail answers two LookupEvents a second for the account; each of the two environments takes
 * a quarter of that.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
 */
const LOOKUP_RATE: Rate = { capacity: 1, refillPerSecond: 0.5, longestWait: seconds(4) };
/** CloudTrail gives at most 50 events a page; an instance has few calls within minutes. */
const PAGE_SIZE = 50;
const MOST_PAGES = 2;

type Stop = { readonly at: Instant; readonly actor: Actor };

function parseRecord(text: string | undefined): Json | undefined {
  try {
    const record: unknown = JSON.parse(text ?? '');
    return isJson(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Resource names are shared between services: the request itself must name the instance. */
function names(record: Json, instanceId: string): boolean {
  const asked = objectIn(objectIn(record, 'requestParameters'), 'instancesSet');
  return listIn(asked, 'items').some((item) => isJson(item) && item['instanceId'] === instanceId);
}

/** A stop that EC2 granted; undefined for any other event, and for one that cannot be read. */
function stopIn(event: Event, instanceId: string): Stop | undefined {
  if (event.EventName !== 'StopInstances') return undefined;
  const record = parseRecord(event.CloudTrailEvent);
  if (record === undefined || field(record, 'eventSource') !== 'ec2.amazonaws.com')
    return undefined;
  // A refused call stopped nothing, and a dry run is recorded with an error code too.
  if ((field(record, 'errorCode') ?? null) !== null) return undefined;
  if (!names(record, instanceId)) return undefined;
  const at = dateOf(field(record, 'eventTime')) ?? instantOf(event.EventTime);
  return at === undefined ? undefined : { at, actor: actorOf(record) };
}

/**
 * Looks up in CloudTrail's event history, which every account has for 90 days without a trail,
 * and which a call reaches some minutes after it was made.
 */
export function createTrailPort(client: TrailClient, options: TrailOptions): TrailPort {
  const { clock, telemetry } = options;
  const bucket = createTokenBucket(clock, LOOKUP_RATE);

  const readPages = async (instanceId: string, since: Instant): Promise<readonly Event[]> => {
    const events: Event[] = [];
    let token: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      if (!(await bucket.take())) throw new Error('Own rate limit');
      const command = new LookupEventsCommand({
        // LookupEvents takes one attribute only; the call's name is checked afterwards.
        LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: instanceId }],
        StartTime: new Date(since),
        MaxResults: PAGE_SIZE,
        NextToken: token,
      });
      const answer = await retryOnce(clock, () => client.send(command));
      events.push(...(answer.Events ?? []));
      token = answer.NextToken;
      if (token === undefined || token === '') break;
    }
    return events;
  };

  return {
    async whoStopped(instanceId, since) {
      try {
        const events = await readPages(instanceId, since);
        return events
          .map((event) => stopIn(event, instanceId))
          .filter((stop) => stop !== undefined)
          .filter(({ at }) => at >= since)
          .toSorted((one, other) => other.at - one.at);
      } catch (error) {
        const text = describeAwsError(awsError(error));
        telemetry.log('warn', 'trail-unread', { instanceId, error: text });
        return undefined;
      }
    },
  };
}
