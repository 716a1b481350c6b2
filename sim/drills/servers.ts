import type { InstanceSpec } from '../account/ec2-instance';

/** The server of the origin incident. */
export const POD_23 = 'i-0a1b2c3d4e5f60023';

/** A LiveChat server that sends its own ready event; 12 s from a booted system to open doors. */
export function chatServer(id: string, spec: Partial<InstanceSpec> = {}): InstanceSpec {
  return {
    zone: 'us-east-1b',
    type: 'm6i.large',
    hasElasticIp: true,
    workload: { appStartS: 12, sendsReadyEvent: true },
    ...spec,
    id,
    tags: { watchdog: 'livechat', ...spec.tags },
  };
}

/** So many LiveChat servers, `pod-001` and so on, spread evenly over the zones and types given. */
export function chatFleet(
  count: number,
  zones: readonly string[],
  types: readonly string[] = ['m6i.large'],
): readonly InstanceSpec[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const id = `i-0f${number.toString(16).padStart(15, '0')}`;
    const zone = zones[index % zones.length] ?? 'us-east-1a';
    const type = types[index % types.length] ?? 'm6i.large';
    return chatServer(id, { name: `pod-${String(number).padStart(3, '0')}`, zone, type });
  });
}
