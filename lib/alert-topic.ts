import { Annotations, Aws, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  EmailSubscription,
  SmsSubscription,
  UrlSubscription,
} from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** What a topic is for and who listens. */
export interface AlertTopicProps {
  /** The name that recipients see. */
  readonly displayName: string;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  /**
   * Https URLs that SNS calls with each message.
   *
   * @default - none
   */
  readonly urls?: readonly string[];
  /**
   * Who listens is set up elsewhere, as for a chat: no warning when nobody is subscribed here.
   *
   * @default false
   */
  readonly joinedElsewhere?: boolean;
  /** The fields of the configuration that name recipients, for the warning when there are none. */
  readonly recipientFields: string;
  /**
   * Let CloudWatch alarms of this account publish.
   *
   * @default false
   */
  readonly alarmsPublish?: boolean;
  /**
   * Encrypts messages at rest.
   *
   * @default - no customer key: one thing less that can silence a page
   */
  readonly key?: kms.IKey | undefined;
}

/**
 * A topic that people subscribe to: a standard one, since FIFO topics reach neither e-mail nor
 * SMS, and TLS only.
 */
export class AlertTopic extends sns.Topic {
  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id, {
      displayName: props.displayName,
      enforceSSL: true,
      ...(props.key === undefined ? {} : { masterKey: props.key }),
    });
    // A topic policy of one's own replaces SNS's default one, through which alarms of the same
    // account could publish. Without this statement they fail silently.
    if (props.alarmsPublish === true) this.addToResourcePolicy(alarmsMayPublish(this));
    for (const email of props.emails) this.addSubscription(new EmailSubscription(email));
    for (const phone of props.phones) this.addSubscription(new SmsSubscription(phone));
    const urls = props.urls ?? [];
    for (const url of urls) this.addSubscription(new UrlSubscription(url));
    if (props.emails.length + props.phones.length + urls.length > 0) return;
    if (props.joinedElsewhere === true) return;
    Annotations.of(this).addWarningV2(
      `livechat-watchdog:nobody-listens-${id}`,
      `Nobody is subscribed to "${props.displayName}". Set ${props.recipientFields} in the ` +
        'configuration, or subscribe to the topic after deployment (see the outputs).',
    );
  }
}

function alarmsMayPublish(topic: sns.Topic): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'AlarmsOfThisAccount',
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}

/**
 * A customer key for the topics. Its policy lets CloudWatch encrypt what its alarms publish, with
 * no condition: who may publish at all is the topic's policy, and a condition that a service does
 * not send would silence the alarms. The key alias/aws/sns cannot be used for this, since its
 * policy lets no service in and cannot be changed. The function's role gets its share by IAM.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export class AlertKey extends kms.Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'LiveChat Watchdog: alerts at rest',
      enableKeyRotation: true,
      // SNS keeps a message only until it is delivered; nothing old is lost with the key.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsMayEncrypt',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
  }
}
