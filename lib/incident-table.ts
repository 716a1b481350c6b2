import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/**
 * The table of incidents, leases and evidence. `dynamodb.Table` rather than TableV2, which makes
 * a global table: there is one Region to serve, and independent emulators can deploy this one.
 */
export class IncidentTable extends dynamodb.Table {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      // A handful of requests a minute when nothing happens, hundreds a second in a zone outage.
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // The key that DynamoDB owns: encrypted at rest, free, and nothing that a person can
      // disable. A customer key would add a way to lose the leases in the middle of an outage.
      encryption: dynamodb.TableEncryption.DEFAULT,
      // Incidents are what post-mortems are made of: neither `cdk destroy` nor a slip in the
      // console takes them along.
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
