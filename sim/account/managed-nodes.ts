import type { Instant } from '../../lambda/core/time';
import type { SsmFaults } from '../faults/ssm';
import type { Ec2Account } from './ec2';
import { isHung } from './ec2-cures';
import type { Instance } from './ec2-instance';
import type { AgentState, ManagedNode } from './ssm-commands';

/** Every instance runs an agent; this answers what Systems Manager sees of one through it. */
export function managedNodes(parts: {
  readonly ec2: Ec2Account;
  readonly faults: SsmFaults;
  readonly now: () => Instant;
}): (instanceId: string) => ManagedNode | undefined {
  const { ec2, faults, now } = parts;
  return (instanceId) => {
    const instance = ec2.all().find(({ id }) => id === instanceId);
    if (instance === undefined) return undefined;
    const { id, tags, life } = instance;
    const agent = agentOf(instance, { cutOff: faults.silentSince(id), now: now() });
    return { id, arn: ec2.arnOf(instance), tags, life, state: stateOf(instance), agent };
  };
}

/** Whether the guest runs and whatever reports from inside it can: not while it boots or hangs. */
export function isGuestUp({ state, guest, ailments }: Instance): boolean {
  return state === 'running' && guest === 'up' && !isHung(ailments);
}

function stateOf({ state }: Instance): ManagedNode['state'] {
  if (state === 'running') return 'running';
  return state === 'terminated' || state === 'shutting-down' ? 'gone' : 'other';
}

function agentOf(
  instance: Instance,
  { cutOff, now }: { readonly cutOff: Instant | undefined; readonly now: Instant },
): AgentState {
  const { guest, checks } = instance;
  if (guest === 'booting' || guest === 'down') return { kind: 'not-connected' };
  if (cutOff !== undefined) return { kind: 'silent', since: cutOff };
  if (guest === 'rebooting') return { kind: 'silent', since: now };
  if (isGuestUp(instance)) return { kind: 'online' };
  // The checks tell since when it is known to hang; before, it cannot have been for long.
  const found = [checks.system, checks.instance].find(({ status }) => status === 'impaired');
  return { kind: 'silent', since: found?.since ?? now };
}
