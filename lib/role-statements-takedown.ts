import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { OPT_IN_TAG } from '../lambda/core/tags';
import { instancesOf, OPTED_IN } from './opted-in';
import type { RoleNeeds } from './role-needs';

/**
 * What takes a server down, each only where a ladder climbs to it, and the documents
 * of hooks. There is no condition key for
 * `Force` or `SkipOsShutdown`: who may stop an instance may force it, and only the policy's ladder
 * says whether the watchdog does.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function takedownStatements(
  scope: Construct,
  needs: RoleNeeds,
): readonly iam.PolicyStatement[] {
  const resources = [instancesOf(scope)];
  const conditions = { Null: OPTED_IN };
  const stop = new iam.PolicyStatement({
    sid: 'StopOptedIn',
    actions: ['ec2:StopInstances'],
    resources,
    conditions,
  });
  const reboot = new iam.PolicyStatement({
    sid: 'RebootOptedIn',
    actions: ['ec2:RebootInstances'],
    resources,
    conditions,
  });
  return [
    ...(needs.stop ? [stop] : []),
    ...(needs.reboot ? [reboot] : []),
    ...documentStatements(scope, 'Restart', needs.restartDocuments),
    ...documentStatements(scope, 'Hook', needs.hookDocuments),
    ...(needs.hookDocuments.length > 0 ? [readCommands()] : []),
  ];
}

/**
 * SendCommand is authorized on the document and on each instance, both in one request: a statement
 * for each, so that the tag is asked of the instances alone. Run Command knows the tag of its
 * target as `ssm:resourceTag`.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html
 */
function documentStatements(
  scope: Construct,
  what: 'Restart' | 'Hook',
  documents: readonly string[],
): readonly iam.PolicyStatement[] {
  if (documents.length === 0) return [];
  return [
    new iam.PolicyStatement({
      sid: `${what}ByDocument`,
      actions: ['ssm:SendCommand'],
      resources: documents.map((document) => documentArn(scope, document)),
    }),
    new iam.PolicyStatement({
      sid: `${what}OnOptedIn`,
      actions: ['ssm:SendCommand'],
      resources: [instancesOf(scope)],
      conditions: { Null: { [`ssm:resourceTag/${OPT_IN_TAG}`]: 'false' } },
    }),
  ];
}

/** How far a command is, where its event was lost. The action takes no resource. */
const readCommands = (): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: 'HookProgress',
    actions: ['ssm:ListCommandInvocations'],
    resources: ['*'],
  });

/** The ARN of a document: AWS's own have no account, another account's are named by their ARN. */
function documentArn(scope: Construct, document: string): string {
  if (document.startsWith('arn:')) return document;
  const stack = Stack.of(scope);
  return stack.formatArn({
    service: 'ssm',
    account: document.startsWith('AWS-') ? '' : stack.account,
    resource: 'document',
    resourceName: document,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
