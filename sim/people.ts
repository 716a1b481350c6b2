import type { CloudTrail, RecordedCall } from './account/cloudtrail';
import type { Tables } from './account/dynamodb-table';
import type { Ec2Account } from './account/ec2';
import type { Force } from './account/ec2-life';
import type { History, Principal } from './history';

/** Those who use the account beside the watchdog: operators, schedulers, experiments. */
export interface People {
  /** StopInstances by somebody; EC2 reports `Client.UserInitiatedShutdown`. */
  stop(
    instanceId: string,
    by?: Principal,
    options?: { readonly stoppingS?: number; readonly force?: Force },
  ): void;
  /** RebootInstances by somebody. */
  reboot(instanceId: string, by?: Principal): void;
  /** Somebody's automation stops it each time it runs, so many times, some seconds later. */
  keepStopping(
    instanceId: string,
    by: Principal,
    how: { readonly times: number; readonly afterS: number },
  ): void;
  /** StartInstances by somebody. */
  start(instanceId: string, by?: Principal): void;
  /** TerminateInstances by somebody. */
  terminate(instanceId: string, by?: Principal): void;
  /** The operator associates an Elastic IP with an instance, whoever has it. */
  giveAddress(allocationId: string, instanceId: string): void;
  /** The operator writes a tag. */
  setTag(instanceId: string, key: string, value: string): void;
  /** The operator removes a tag. */
  removeTag(instanceId: string, key: string): void;
  /** The operator holds a whole policy, by an item in the incident table. */
  holdPolicy(policy: string, note: string): void;
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
export function createPeople(account: {
  readonly ec2: Ec2Account;
  readonly trail: CloudTrail;
  readonly tables: Tables;
  readonly history: History;
}): People {
  const { ec2, trail, history } = account;
  const record = (
    operation: RecordedCall['operation'],
    instanceId: string,
    by: Principal,
  ): void => {
    history.add({ kind: 'asked', operation, instanceId, by });
    trail.record({ operation, instanceIds: [instanceId], by });
  };
  const stop: People['stop'] = (instanceId, by = OPERATOR, { stoppingS, force } = {}) => {
    const instance = ec2.get(instanceId);
    record('StopInstances', instanceId, by);
    if (instance.state === 'stopping' && force !== undefined) ec2.life.force(instance, force);
    // Stopping what is stopped already changes nothing, not even its StateReason.
    if (instance.state !== 'running') return;
    ec2.life.stop(instance, { by, code: 'Client.UserInitiatedShutdown', stoppingS, force });
  };
  return {
    stop,
    reboot(instanceId, by = OPERATOR) {
      const instance = ec2.get(instanceId);
      if (instance.state !== 'running') return;
      record('RebootInstances', instanceId, by);
      ec2.life.reboot(instance, by);
    },
    keepStopping(instanceId, by, { times, afterS }) {
      let left = times;
      const stopSoon = (): void => {
        if (left <= 0) return;
        left -= 1;
        ec2.later(afterS, () => stop(instanceId, by));
      };
      ec2.onState(({ id, state }) => {
        if (id === instanceId && state === 'running') stopSoon();
      });
      if (ec2.get(instanceId).state === 'running') stopSoon();
    },
    start(instanceId, by = OPERATOR) {
      const instance = ec2.get(instanceId);
      record('StartInstances', instanceId, by);
      if (instance.state !== 'stopped') return;
      ec2.life.start(instance, { by, launchFails: ec2.faults.launchFails(instanceId) });
    },
    terminate(instanceId, by = OPERATOR) {
      record('TerminateInstances', instanceId, by);
      const instance = ec2.get(instanceId);
      if (instance.state === 'shutting-down' || instance.state === 'terminated') return;
      ec2.life.terminate(instance, by, 'Client.UserInitiatedShutdown');
    },
    giveAddress: addressGiver(account),
    setTag: (instanceId, key, value) => ec2.tag(instanceId, { [key]: value }, OPERATOR),
    removeTag: (instanceId, key) => ec2.tag(instanceId, { [key]: undefined }, OPERATOR),
    holdPolicy: policyHolder(account),
    shutdownGuest(instanceId) {
      const instance = ec2.get(instanceId);
      const by: Principal = { kind: 'guest', name: instanceId };
      // There is no guest in an instance that does not run.
      if (instance.state !== 'running') return;
      ec2.life.stop(instance, { by, code: 'Client.InstanceInitiatedShutdown' });
    },
  };
}

function policyHolder({
  tables,
  history,
}: {
  readonly tables: Tables;
  readonly history: History;
}): People['holdPolicy'] {
  return (policy, note) => {
    const key = { pk: { S: 'fleet' }, sk: { S: `policy#${policy}` } };
    tables.put({ ...key, hold: { S: note } });
    history.add({ kind: 'note', text: `${OPERATOR.name} holds the policy ${policy}: ${note}` });
  };
}

function addressGiver({
  ec2,
  trail,
}: {
  readonly ec2: Ec2Account;
  readonly trail: CloudTrail;
}): People['giveAddress'] {
  return (allocationId, instanceId) => {
    const address = ec2.addresses.find(allocationId);
    if (address === undefined) throw new Error(`No address ${allocationId}`);
    trail.record({
      operation: 'AssociateAddress',
      instanceIds: [instanceId],
      by: OPERATOR,
      parameters: { allocationId },
    });
    ec2.associate(address, ec2.get(instanceId));
  };
}
