import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { RESERVATION_TAG } from '../lambda/core/tags';
import { instancesOf, OPTED_IN } from './opted-in';
import type { RoleNeeds } from './role-needs';

/** The attribute that ModifyInstanceAttribute may change, as EC2 spells it in `ec2:Attribute`. */
export const TYPE_ATTRIBUTE = 'InstanceType';

/** Another type, and a place of its own, each only where a policy asks for it. */
export function capacityStatements(
  scope: Construct,
  needs: RoleNeeds,
): readonly iam.PolicyStatement[] {
  return [
    ...(needs.changeType ? [changeTypeStatement(scope)] : []),
    ...(needs.reserve ? reservationStatements(reservationsOf(scope)) : []),
  ];
}

/**
 * With the tag alone the same action would also change user data (root on the server), security
 * groups and stop protection. A request names one attribute: `ec2:Attribute` is its name, and
 * `ec2:Attribute/InstanceType` exists only where the request sets a type. The types of the
 * policies are no condition: the server's own type is restored later, and is not known here.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-for-amazon-ec2.html#attribute-key
 */
function changeTypeStatement(scope: Construct): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'ChangeTypeOfOptedIn',
    actions: ['ec2:ModifyInstanceAttribute'],
    resources: [instancesOf(scope)],
    conditions: {
      Null: { ...OPTED_IN, [`ec2:Attribute/${TYPE_ATTRIBUTE}`]: 'false' },
      StringEquals: { 'ec2:Attribute': TYPE_ATTRIBUTE },
    },
  });
}

/**
 * A reservation costs as much as an instance while it stands. So it must bear the watchdog's tag
 * from its first moment, be `targeted` (nothing else takes the place) and have an end; and only
 * what bears the tag can be cancelled.
 */
function reservationStatements(reservations: string): readonly iam.PolicyStatement[] {
  const onlyItsTag = { 'ForAllValues:StringEquals': { 'aws:TagKeys': [RESERVATION_TAG] } };
  return [
    new iam.PolicyStatement({
      sid: 'ReserveCapacity',
      actions: ['ec2:CreateCapacityReservation'],
      resources: [reservations],
      conditions: {
        ...onlyItsTag,
        Null: { [`aws:RequestTag/${RESERVATION_TAG}`]: 'false' },
        StringEquals: { 'ec2:InstanceMatchCriteria': 'targeted', 'ec2:EndDateType': 'limited' },
      },
    }),
    new iam.PolicyStatement({
      // Tags in the request that creates are authorized as CreateTags too; `ec2:CreateAction`
      // keeps it to that request, so that nobody's reservation can be made the watchdog's.
      sid: 'TagNewReservation',
      actions: ['ec2:CreateTags'],
      resources: [reservations],
      conditions: {
        ...onlyItsTag,
        Null: { 'aws:TagKeys': 'false' },
        StringEquals: { 'ec2:CreateAction': 'CreateCapacityReservation' },
      },
    }),
    new iam.PolicyStatement({
      sid: 'ReleaseOwnReservations',
      actions: ['ec2:CancelCapacityReservation'],
      resources: [reservations],
      conditions: { Null: { [`aws:ResourceTag/${RESERVATION_TAG}`]: 'false' } },
    }),
  ];
}

/** Every capacity reservation of this account and Region, as an ARN. */
function reservationsOf(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'ec2',
    resource: 'capacity-reservation',
    resourceName: '*',
  });
}
