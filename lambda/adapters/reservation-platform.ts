import type { CapacityReservationInstancePlatform } from '@aws-sdk/client-ec2';

/**
 * EC2's PlatformDetails of an instance, and the InstancePlatform of a capacity reservation that
 * matches it. With another platform EC2 would hold a place that the server cannot take. What is
 * brought under one's own licence (`… BYOL …`) is left out: AWS documents no platform for it.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
 */
const PLATFORMS: Readonly<Record<string, CapacityReservationInstancePlatform>> = {
  'Linux/UNIX': 'Linux/UNIX',
  'SQL Server Enterprise': 'Linux with SQL Server Enterprise',
  'SQL Server Standard': 'Linux with SQL Server Standard',
  'SQL Server Web': 'Linux with SQL Server Web',
  'Red Hat Enterprise Linux': 'Red Hat Enterprise Linux',
  'Red Hat Enterprise Linux with HA': 'RHEL with HA',
  'Red Hat Enterprise Linux with SQL Server Enterprise and HA':
    'RHEL with HA and SQL Server Enterprise',
  'Red Hat Enterprise Linux with SQL Server Standard and HA':
    'RHEL with HA and SQL Server Standard',
  'Red Hat Enterprise Linux with SQL Server Enterprise': 'RHEL with SQL Server Enterprise',
  'Red Hat Enterprise Linux with SQL Server Standard': 'RHEL with SQL Server Standard',
  'Red Hat Enterprise Linux with SQL Server Web': 'RHEL with SQL Server Web',
  'SUSE Linux': 'SUSE Linux',
  'Ubuntu Pro': 'Ubuntu Pro',
  Windows: 'Windows',
  'Windows with SQL Server Enterprise': 'Windows with SQL Server Enterprise',
  'Windows with SQL Server Standard': 'Windows with SQL Server Standard',
  'Windows with SQL Server Web': 'Windows with SQL Server Web',
};

/** The platform to reserve for; undefined for one for which EC2 reserves nothing that is known. */
export function reservationPlatform(
  platformDetails: string,
): CapacityReservationInstancePlatform | undefined {
  return Object.hasOwn(PLATFORMS, platformDetails) ? PLATFORMS[platformDetails] : undefined;
}
