import type { StateReason } from '../../lambda/core/observation';

/** EC2's texts of StateReason.Message, from the API reference of StateReason. */
const REASON_TEXTS: Readonly<Record<string, string>> = {
  'Server.ScheduledStop': 'Stopped due to scheduled retirement',
  'Server.InternalError': 'Internal error on launch',
  'Server.InsufficientInstanceCapacity':
    'There was insufficient capacity available to satisfy the StartInstances request',
  'Server.SpotInstanceShutdown': 'Spot instance shutdown',
  'Server.SpotInstanceTermination': 'Spot instance termination',
  'Client.InternalError': 'Client error on launch',
  'Client.InstanceInitiatedShutdown': 'Instance initiated shutdown',
  'Client.InstanceTerminated': 'Instance terminated',
  'Client.UserInitiatedShutdown': 'User initiated shutdown',
  'Client.UserInitiatedHibernate': 'User initiated hibernate',
  'Client.VolumeLimitExceeded': 'Volume limit exceeded',
  'Client.InvalidSnapshot.NotFound': 'The specified snapshot was not found',
};

/** A StateReason with EC2's own message for the code. */
export function stateReason(code: string): StateReason {
  return { code, message: `${code}: ${REASON_TEXTS[code] ?? 'Unspecified'}` };
}
