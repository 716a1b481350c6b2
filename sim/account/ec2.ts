import type { Instance as InstanceShape } from '@aws-sdk/client-ec2';
import type { Home } from '../../lambda/core/signals/signal';
import { before, type Instant } from '../../lambda/core/time';
import type { Ec2Faults } from '../faults/ec2';
import type { History, Principal } from '../history';
import type { Random } from '../random';
import type { Timeline } from '../time';
import { Buckets } from './buckets';
import { readApplicationChecks, ChecksOf } from './ec2-checks';
import { instanceShape } from './ec2-describe';
import { ec2Error } from './ec2-errors';
import { Addresses, type ElasticIp } from './ec2-addresses';
import type { Instance, InstanceSpec } from './ec2-instance';
import { Ec2Life, type LifeEvents } from './ec2-life';
import { factOf, makeInstance } from './ec2-make';
import { Reservations } from './ec2-reservations';
import type { Ec2Times } from './ec2-times';
import type { RecordedCall } from './cloudtrail';
import type { Caller } from './gateway';
import type { Deployment } from './template';

/** What EC2 needs of the rest of the account. */
export interface Ec2Parts {
  readonly timeline: Timeline;
  readonly history: History;
  readonly random: Random;
  readonly deployment: Deployment;
  readonly faults: Ec2Faults;
  readonly events: LifeEvents;
  /** CloudTrail hears of each granted call. */
  readonly recordCall: (call: RecordedCall) => void;
  /** As published when absent. */
  readonly times?: Ec2Times;
}

const ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

/** An instance's past shapes, for reads that tell of a moment ago. */
interface Shown {
  readonly from: Instant;
  readonly shape: InstanceShape;
}

/** The instances of the account, with what every EC2 operation shares. */
export class Ec2Account {
  readonly home: Home;
  readonly life: Ec2Life;
  readonly checks: ChecksOf;
  readonly faults: Ec2Faults;
  readonly recordCall: (call: RecordedCall) => void;
  readonly addresses: Addresses;
  readonly reservations: Reservations;
  readonly #instances = new Map<string, Instance>();
  readonly #shown = new Map<string, Shown[]>();
  readonly #buckets = new Buckets();
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #random: Random;
  readonly #stateListeners: ((instance: Instance) => void)[] = [];

  constructor(parts: Ec2Parts) {
    const { timeline, history, random, deployment, faults, events } = parts;
    const pace = parts.times === undefined ? {} : { times: parts.times };
    this.home = deployment.home;
    this.recordCall = parts.recordCall;
    this.faults = faults;
    this.#timeline = timeline;
    this.#history = history;
    this.#random = random;
    const touch = (instance: Instance): void => this.touch(instance);
    this.checks = new ChecksOf({
      timeline,
      history,
      setups: readApplicationChecks(deployment),
      changed: touch,
      ...pace,
    });
    this.addresses = new Addresses(history);
    this.reservations = new Reservations({
      timeline,
      history,
      random,
      instances: () => this.all(),
      changed: touch,
    });
    this.life = new Ec2Life({
      timeline,
      history,
      random,
      faults,
      checks: this.checks,
      ...pace,
      events: {
        stateChanged: (instance) => {
          this.#stateChanged(instance);
          events.stateChanged(instance);
        },
        ready: events.ready,
      },
    });
  }

  /** Puts an instance into the account, as if it had been there for long. */
  add(spec: InstanceSpec): Instance {
    if (!ID.test(spec.id)) throw new Error(`Not an instance id: ${spec.id}`);
    if (this.#instances.has(spec.id)) throw new Error(`${spec.id} is there already`);
    const instance = makeInstance(spec, {
      home: this.home,
      now: this.#timeline.now(),
      checkPhase: this.#random.stream(`instance/${spec.id}`).whole(0, 59_999),
      checks: this.checks,
      index: this.#instances.size,
    });
    this.#instances.set(spec.id, instance);
    if (instance.hasElasticIp && instance.publicIp !== undefined) {
      const allocationId = `eipalloc-${spec.id.slice(2)}`;
      const { publicIp, id: instanceId } = instance;
      this.addresses.add({ allocationId, publicIp, tags: {}, instanceId });
    }
    this.touch(instance);
    this.#history.add(factOf(instance, spec));
    return instance;
  }

  /** Every instance, in the order in which they were added. */
  all(): readonly Instance[] {
    return [...this.#instances.values()];
  }

  /** One instance. Throws when a drill names one that does not exist. */
  get(id: string): Instance {
    const instance = this.#instances.get(id);
    if (instance === undefined) throw new Error(`No instance ${id} in the simulated account`);
    return instance;
  }

  /** Forgets an instance, as EC2 does an hour after its termination. */
  forget(id: string): void {
    this.#instances.delete(id);
    this.#shown.delete(id);
  }

  /** Writes or, with `undefined`, removes tags. */
  tag(id: string, tags: Readonly<Record<string, string | undefined>>, by: Principal): void {
    const instance = this.get(id);
    const kept = Object.entries({ ...instance.tags, ...tags });
    instance.tags = Object.fromEntries(
      kept.filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    this.#history.add({ kind: 'tags', instanceId: id, tags: instance.tags, by });
    this.touch(instance);
  }

  /** Gives a stopped instance another type, which counts from its next start on. */
  changeType(instance: Instance, type: string): void {
    instance.type = type;
    this.touch(instance);
  }

  /** Associates an Elastic IP, taking it from whoever has it. */
  associate(address: ElasticIp, instance: Instance): void {
    const former = this.#instances.get(address.instanceId ?? '');
    if (former !== undefined && former !== instance) {
      this.addresses.lose(former);
      this.touch(former);
    }
    this.addresses.associate(address, instance);
    this.touch(instance);
  }

  /** The present moment of the account. */
  now(): Instant {
    return this.#timeline.now();
  }

  /** Plans an act of somebody in the account, so many seconds from now. */
  later(delayS: number, act: () => void): void {
    this.#timeline.after(delayS * 1_000, act);
  }

  /** Calls the listener after each change of an instance's state. */
  onState(listener: (instance: Instance) => void): void {
    this.#stateListeners.push(listener);
  }

  /** The instances with these ids, or EC2's refusal of the whole call. */
  known(ids: readonly string[]): readonly Instance[] {
    const malformed = ids.find((id) => !ID.test(id));
    if (malformed !== undefined) throw ec2Error.malformed(malformed);
    const missing = ids.filter((id) => !this.#instances.has(id));
    if (missing.length > 0) throw ec2Error.notFound(missing);
    return ids.map((id) => this.get(id));
  }

  /** What a describe tells of the instance now: the present, or with a fault the past. */
  shapeOf(instance: Instance): InstanceShape {
    const shown = this.#shown.get(instance.id)!;
    const staleBy = this.faults.staleBy();
    const asOf = before(this.#timeline.now(), staleBy);
    const then = shown.findLast(({ from }) => from <= asOf) ?? shown[0]!;
    return then.shape;
  }

  /** Draws on a request bucket, or throws RequestLimitExceeded. */
  draw(caller: Caller, bucket: string, tokens = 1): void {
    caller.effect.draws.push({ bucket, tokens });
    if (!this.#buckets.take(bucket, tokens, this.#timeline.now())) {
      throw ec2Error.requestLimitExceeded();
    }
  }

  /** The instance's ARN. */
  arnOf(instance: Pick<Instance, 'id'>): string {
    return `arn:aws:ec2:${this.home.region}:${this.home.accountId}:instance/${instance.id}`;
  }

  /** Something that a describe shows has changed. */
  touch(instance: Instance): void {
    const from = this.#timeline.now();
    const shown = this.#shown.get(instance.id) ?? [];
    if (shown.length === 0) this.#shown.set(instance.id, shown);
    if (shown.at(-1)?.from === from) shown.pop();
    shown.push({ from, shape: instanceShape(instance, this.home.accountId) });
    // Enough for the staleness of a minute; nobody asks for older ones.
    if (shown.length > 12) shown.shift();
  }

  #stateChanged(instance: Instance): void {
    const { state } = instance;
    if (state === 'pending') this.reservations.occupy(instance);
    if (state === 'stopped' || state === 'terminated') this.reservations.release(instance);
    if (state === 'terminated') this.addresses.lose(instance);
    if (state === 'stopped' && this.faults.losesAddress(instance.id)) this.addresses.lose(instance);
    this.touch(instance);
    for (const listener of this.#stateListeners) listener(instance);
  }
}
