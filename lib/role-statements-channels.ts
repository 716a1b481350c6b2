import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EVENT_BUS, EVENT_SOURCE } from './environment';
import type { RoleNeeds } from './role-needs';
import type { PublishedTopics } from './topics';

/**
 * What tells people and programs. It publishes to the topics that are its own and to no other, the
 * operations topic least of all. Of the bus that the whole account shares it may use its own
 * source only: nobody can make it speak for another application.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function channelStatements(
  stack: Stack,
  { topics, needs }: { readonly topics: PublishedTopics; readonly needs: RoleNeeds },
): readonly iam.PolicyStatement[] {
  const { alertTopic, chatTopic, pagerTopic } = topics;
  const published = [alertTopic, chatTopic, pagerTopic].filter((topic) => topic !== undefined);
  const alerts = new iam.PolicyStatement({
    sid: 'Alerts',
    actions: ['sns:Publish'],
    resources: published.map(({ topicArn }) => topicArn),
  });
  if (!needs.putEvents) return [alerts];
  const bus = stack.formatArn({
    service: 'events',
    resource: 'event-bus',
    resourceName: EVENT_BUS,
  });
  return [
    alerts,
    new iam.PolicyStatement({
      sid: 'EventsOfItsOwn',
      actions: ['events:PutEvents'],
      resources: [bus],
      // The key may hold the sources of all entries of a call: each must be ours, and one be there.
      conditions: {
        'ForAllValues:StringEquals': { 'events:source': EVENT_SOURCE },
        Null: { 'events:source': 'false' },
      },
    }),
  ];
}
