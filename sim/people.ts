import type { CloudTrail, RecordedCall } from './account/cloudtrail';
import type { Ec2Account } from './account/ec2';
import type { Principal } from './history';

/** Those who use the account beside the watchdog: operators, schedulers, experiments. */
export interface People {
  /** StopInstances by somebody; EC2 reports `Client.UserInitiatedShutdown`. */
  stop(instanceId: string, by?: Principal, options?: { readonly stoppingS?: number }): void;
  /** StartInstances by somebody. */
  start(instanceId: string, by?: Principal): void;
  /** TerminateInstances by somebody. */
  terminate(instanceId: string, by?: Principal): void;
  /** The operator writes a tag. */
  setTag(instanceId: string, key: string, value: string): void;
  /** The operator removes a tag. */
  removeTag(instanceId: string, key: string): void;
  /** `shutdown -h` inside the guest; CloudTrail hears nothing of it. */
  shutdownGuest(instanceId: string): void;
}

/** The operator that a drill means when it names nobody. */
export const OPERATOR: Principal = {
  kind: 'person',
  name: 'arn:aws:iam::111122223333:user/ana.operator',
};

/** Instance Scheduler's role, as its stops show up in CloudTrail. */
export const SCHEDULER: Principal = {
  kind: 'scheduler',
  name: 'arn:aws:iam::111122223333:role/InstanceScheduler-ExecutionRole',
};

/** The role of an experiment of Fault Injection Service. */
export const EXPERIMENT: Principal = {
  kind: 'fis',
  name: 'arn:aws:iam::111122223333:role/fis-game-day',
};

/** People's acts; each takes effect at the moment of the call. */
export function createPeople(ec2: Ec2Account, trail: CloudTrail): People {
  const record = (operation: RecordedCall['operation'], instanceId: string, by: Principal): void =>
    trail.record({ operation, instanceIds: [instanceId], by });
  return {
    stop(instanceId, by = OPERATOR, options = {}) {
      const instance = ec2.get(instanceId);
      record('StopInstances', instanceId, by);
      // Stopping what is stopped already changes nothing, not even its StateReason.
      if (instance.state !== 'running') return;
      const code = 'Client.UserInitiatedShutdown';
      ec2.life.stop(instance, { by, code, stoppingS: options.stoppingS });
    },
    start(instanceId, by = OPERATOR) {
      const instance = ec2.get(instanceId);
      record('StartInstances', instanceId, by);
      if (instance.state === 'stopped') ec2.life.start(instance, { by, launchFails: false });
    },
    terminate(instanceId, by = OPERATOR) {
      record('TerminateInstances', instanceId, by);
      const instance = ec2.get(instanceId);
      if (instance.state === 'shutting-down' || instance.state === 'terminated') return;
      ec2.life.terminate(instance, by, 'Client.UserInitiatedShutdown');
    },
    setTag: (instanceId, key, value) => ec2.tag(instanceId, { [key]: value }, OPERATOR),
    removeTag: (instanceId, key) => ec2.tag(instanceId, { [key]: undefined }, OPERATOR),
    shutdownGuest(instanceId) {
      const instance = ec2.get(instanceId);
      const by: Principal = { kind: 'guest', name: instanceId };
      // There is no guest in an instance that does not run.
      if (instance.state !== 'running') return;
      ec2.life.stop(instance, { by, code: 'Client.InstanceInitiatedShutdown' });
    },
  };
}
