import type { RebootInstancesRequest, StopInstancesRequest } from '@aws-sdk/client-ec2';
import type { Ec2Account } from './ec2';
import { ec2Error } from './ec2-errors';
import type { Instance } from './ec2-instance';
import type { Force } from './ec2-life';
import { ACT, namedInstances, operation, stateChange, principalOf } from './ec2-request';
import type { Caller, Operation } from './gateway';

/** The operations that take a server down. */
export function takedownOperations(account: Ec2Account): readonly Operation[] {
  return [
    operation('StopInstances', ACT, stopInstances(account)),
    operation('RebootInstances', ACT, rebootInstances(account)),
  ];
}

/** Nothing is stopped when one of them cannot be: EC2 has no partial success. */
function refuseUnstoppable(instances: readonly Instance[]): void {
  for (const { id, state, rootDevice, stopProtection } of instances) {
    if (rootDevice === 'instance-store') throw ec2Error.noRoot(id, 'stopped');
    if (state === 'pending') throw ec2Error.neverRan(id);
    if (state === 'shutting-down' || state === 'terminated') {
      throw ec2Error.wrongState(id, 'stopped');
    }
    if (state === 'running' && stopProtection) throw ec2Error.stopProtected(id);
  }
}

function forceOf({ Force, SkipOsShutdown }: StopInstancesRequest): Force | undefined {
  if (SkipOsShutdown === true) return 'skip-os-shutdown';
  return Force === true ? 'after-graceful' : undefined;
}

function stopInstances(account: Ec2Account) {
  return (input: StopInstancesRequest, caller: Caller): object => {
    if (input.Hibernate === true) throw new Error('Hibernation is not simulated');
    const instances = namedInstances(account, 'StopInstances', { ids: input.InstanceIds, caller });
    if (input.DryRun === true) throw ec2Error.dryRun();
    account.draw(caller, 'StopInstances/resources', instances.length);
    refuseUnstoppable(instances);
    const by = principalOf(caller);
    const force = forceOf(input);
    const StoppingInstances = instances.map((instance) => {
      const previous = instance.state;
      const moves = previous === 'running' || (previous === 'stopping' && force !== undefined);
      if (previous === 'running') {
        account.life.stop(instance, { by, code: 'Client.UserInitiatedShutdown', force });
      } else if (force !== undefined) account.life.force(instance, force);
      if (moves) {
        caller.effect.stopped.push({
          instanceId: instance.id,
          force: input.Force === true,
          skipOsShutdown: input.SkipOsShutdown === true,
        });
      }
      return stateChange(instance, previous);
    });
    const { Force = false, SkipOsShutdown = false } = input;
    account.recordCall({
      operation: 'StopInstances',
      instanceIds: instances.map(({ id }) => id),
      by,
      parameters: { force: Force, ...(SkipOsShutdown ? { skipOsShutdown: true } : {}) },
    });
    return { StoppingInstances };
  };
}

/** The answer is empty and comes at once: a reboot is only put into a queue. */
function rebootInstances(account: Ec2Account) {
  return (input: RebootInstancesRequest, caller: Caller): object => {
    const ids = input.InstanceIds;
    const instances = namedInstances(account, 'RebootInstances', { ids, caller });
    if (input.DryRun === true) throw ec2Error.dryRun();
    const by = principalOf(caller);
    // "Requests to reboot terminated instances are ignored."
    const there = instances.filter(({ state }) => state !== 'terminated');
    const wrong = there.find(({ state }) => state !== 'running');
    if (wrong !== undefined) throw ec2Error.wrongState(wrong.id, 'rebooted');
    for (const instance of there) {
      account.life.reboot(instance, by);
      caller.effect.rebooted.push(instance.id);
    }
    const instanceIds = instances.map(({ id }) => id);
    account.recordCall({ operation: 'RebootInstances', instanceIds, by });
    return {};
  };
}
