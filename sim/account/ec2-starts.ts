import type { StartInstancesRequest } from '@aws-sdk/client-ec2';
import type { Ec2Account } from './ec2';
import { ec2Error } from './ec2-errors';
import type { Instance } from './ec2-instance';
import { ACT, namedInstances, operation, stateChange, principalOf } from './ec2-request';
import { isOffered, typeNamed } from './ec2-types';
import type { Caller, Operation } from './gateway';
import { awsEbsKeyArn } from './kms';

/** The operation that starts what is stopped. */
export function startOperations(account: Ec2Account): readonly Operation[] {
  return [operation('StartInstances', ACT, startInstances(account))];
}

/** The whole call fails for one instance that cannot be started: EC2 has no partial success. */
function refuseUnstartable(account: Ec2Account, instances: readonly Instance[]): void {
  const claimed = new Map<string, number>();
  for (const instance of instances) {
    const { id, state } = instance;
    if (instance.rootDevice === 'instance-store') throw ec2Error.noRoot(id, 'started');
    if (state === 'running' || state === 'pending') continue;
    if (state !== 'stopped') throw ec2Error.wrongState(id, 'started');
    if (instance.lifecycle === 'spot') throw ec2Error.spotState(id);
    refuseUnfitting(account, instance);
    const reservation = account.reservations.placeFor(instance, claimed);
    if (reservation !== undefined) {
      claimed.set(reservation, (claimed.get(reservation) ?? 0) + 1);
      continue;
    }
    // A reservation counts against the quota by itself, so that what runs in one does not.
    if (account.faults.quotaReached()) throw ec2Error.quota();
    if (account.reservations.takeGivenUp(instance.type, instance.zone)) continue;
    refuseWithoutRoom(account, instance);
  }
}

/** A type that was changed since must be on offer and speak to the image's drivers. */
function refuseUnfitting({ faults }: Ec2Account, { type, zone, enaSupport }: Instance): void {
  if (!isOffered(type, zone) || faults.isWithheld(type, zone)) {
    throw ec2Error.notOffered(type, zone);
  }
  if (typeNamed(type)?.ena === 'required' && !enaSupport) throw ec2Error.needsEna(type);
}

function refuseWithoutRoom({ faults }: Ec2Account, instance: Instance): void {
  const { zone, type, id, hostId } = instance;
  if (faults.hasCapacity(zone, type, id)) return;
  throw hostId === undefined ? ec2Error.noCapacity(type, zone) : ec2Error.noHostCapacity();
}

/**
 * The grants that EC2 needs on the key of an encrypted volume, asked for in the role's name. The
 * policy of AWS's own key gives them to everybody in the account.
 */
function mayUseKey(account: Ec2Account, caller: Caller, keyArn: string): boolean {
  if (keyArn === awsEbsKeyArn(account.home)) return true;
  const via = { 'kms:ViaService': `ec2.${account.home.region}.amazonaws.com` };
  const use = ['Decrypt', 'DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom'];
  return (
    caller.may('kms:CreateGrant', keyArn, { ...via, 'kms:GrantIsForAWSResource': 'true' }) &&
    use.every((action) => caller.may(`kms:${action}`, keyArn, via))
  );
}

function startInstances(account: Ec2Account) {
  return (input: StartInstancesRequest, caller: Caller): object => {
    const instances = namedInstances(account, 'StartInstances', { ids: input.InstanceIds, caller });
    if (input.DryRun === true) throw ec2Error.dryRun();
    account.draw(caller, 'StartInstances/resources', instances.length);
    refuseUnstartable(account, instances);
    const by = principalOf(caller);
    const StartingInstances = instances.map((instance) => {
      const previous = instance.state;
      if (previous === 'stopped') {
        const { kmsKeyArn } = instance;
        const launchFails =
          account.faults.launchFails(instance.id) ||
          (kmsKeyArn !== undefined && !mayUseKey(account, caller, kmsKeyArn));
        account.life.start(instance, { by, launchFails });
        caller.effect.started.push(instance.id);
      }
      return stateChange(instance, previous);
    });
    const instanceIds = instances.map(({ id }) => id);
    account.recordCall({ operation: 'StartInstances', instanceIds, by });
    return { StartingInstances };
  };
}
