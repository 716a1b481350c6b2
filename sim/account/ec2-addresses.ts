import type { History } from '../history';
import type { Instance } from './ec2-instance';

/** An Elastic IP address of the account. */
export interface ElasticIp {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The instance whose first interface it is associated with. */
  instanceId: string | undefined;
}

/** The Elastic IP addresses of the account. */
export class Addresses {
  readonly #history: History;
  readonly #addresses = new Map<string, ElasticIp>();

  constructor(history: History) {
    this.#history = history;
  }

  /** Every address, in the order in which they were added. */
  all(): readonly ElasticIp[] {
    return [...this.#addresses.values()];
  }

  /** The address with this allocation. */
  find(allocationId: string): ElasticIp | undefined {
    return this.#addresses.get(allocationId);
  }

  /** An address that the account has had for long. */
  add(address: ElasticIp): void {
    this.#addresses.set(address.allocationId, address);
    this.#note(address);
  }

  /** Gives the instance this address; the auto-assigned one that it had goes back to AWS. */
  associate(address: ElasticIp, instance: Instance): void {
    for (const other of this.#addresses.values()) {
      if (other.instanceId !== instance.id || other === address) continue;
      other.instanceId = undefined;
      this.#note(other);
    }
    address.instanceId = instance.id;
    instance.hasElasticIp = true;
    instance.publicIp = address.publicIp;
    this.#note(address);
  }

  /** The instance has no Elastic IP any more, and no public address at all. */
  lose(instance: Instance): void {
    const address = this.all().find(({ instanceId }) => instanceId === instance.id);
    if (address === undefined) return;
    address.instanceId = undefined;
    instance.hasElasticIp = false;
    instance.publicIp = undefined;
    this.#history.add({ kind: 'lost', instanceId: instance.id, what: 'elastic-ip' });
    this.#note(address);
  }

  #note({ allocationId, publicIp, instanceId }: ElasticIp): void {
    this.#history.add({ kind: 'address', allocationId, publicIp, instanceId });
  }
}
