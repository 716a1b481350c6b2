import type { Home } from './signals/signal';

/** The partition of a Region: it stands in each of its ARNs. */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** `arn:aws:ec2:us-east-1:111122223333:instance/i-0abc…` */
export function instanceArn({ region, accountId }: Home, instanceId: string): string {
  return `arn:${partitionOf(region)}:ec2:${region}:${accountId}:instance/${instanceId}`;
}

/** The ARN that an alarm of this name would have. */
export function alarmArn({ region, accountId }: Home, name: string): string {
  return `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:${name}`;
}
