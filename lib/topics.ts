import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AlertTopic } from './alert-topic';
import type { WatchdogConfig } from './watchdog-config';

/** The topics to which the function publishes. */
export interface PublishedTopics {
  readonly alertTopic: sns.ITopic;
  /** Undefined where it is not configured. */
  readonly chatTopic: sns.ITopic | undefined;
  readonly pagerTopic: sns.ITopic | undefined;
}

/** All topics of a watchdog: alarms about itself have one that the function cannot reach. */
export interface Topics extends PublishedTopics {
  readonly opsTopic: sns.ITopic;
}

/** Makes the topics that the configuration asks for, under one key where there is one. */
export function makeTopics(
  scope: Construct,
  config: WatchdogConfig,
  key: kms.IKey | undefined,
): Topics {
  const silent = { emails: [], phones: [], key };
  return {
    alertTopic: new AlertTopic(scope, 'Alerts', {
      displayName: 'Watchdog',
      emails: config.alertEmails,
      phones: config.alertPhones,
      recipientFields: 'alertEmails or alertPhones',
      key,
    }),
    opsTopic: new AlertTopic(scope, 'Ops', {
      ...silent,
      displayName: 'Watchdog itself',
      emails: config.opsEmails,
      recipientFields: 'opsEmails or alertEmails',
      alarmsPublish: true,
    }),
    chatTopic: config.chatTopic
      ? new AlertTopic(scope, 'Chat', {
          ...silent,
          displayName: 'Watchdog in chat',
          recipientFields: 'the topic in the configuration of the chat',
          joinedElsewhere: true,
        })
      : undefined,
    pagerTopic: config.pagerTopic
      ? new AlertTopic(scope, 'Pager', {
          ...silent,
          displayName: 'Watchdog pages',
          urls: config.pagerUrls,
          recipientFields: 'pagerUrls',
        })
      : undefined,
  };
}
