import type { Instance as InstanceShape } from '@aws-sdk/client-ec2';
import type { Home } from '../../lambda/core/signals/signal';
import {
  after,
  before,
  hours,
  instant,
  parseInstant,
  seconds,
  type Instant,
} from '../../lambda/core/time';
import type { Ec2Faults } from '../faults/ec2';
import type { History, InstanceFact, Principal } from '../history';
import type { Random } from '../random';
import type { Timeline } from '../time';
import { Buckets } from './buckets';
import { readApplicationChecks, ChecksOf } from './ec2-checks';
import { instanceShape } from './ec2-describe';
import { ec2Error } from './ec2-errors';
import type { Instance, InstanceSpec, Workload } from './ec2-instance';
import { Ec2Life, stateReason, type LifeEvents } from './ec2-life';
import { awsEbsKeyArn } from './kms';
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
}

const SERVES_AT_ONCE: Workload = { appStartS: 0, sendsReadyEvent: false };
const TWO_WEEKS = hours(14 * 24);
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
  readonly #instances = new Map<string, Instance>();
  readonly #shown = new Map<string, Shown[]>();
  readonly #buckets = new Buckets();
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #random: Random;

  constructor(parts: Ec2Parts) {
    const { timeline, history, random, deployment, faults, events } = parts;
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
    });
    this.life = new Ec2Life({
      timeline,
      history,
      random,
      checks: this.checks,
      events: {
        stateChanged: (instance) => {
          touch(instance);
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
    const instance = this.#make(spec);
    this.#instances.set(spec.id, instance);
    this.touch(instance);
    this.#history.add(this.#factOf(instance, spec));
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
    shown.push({ from, shape: instanceShape(instance) });
    // Enough for the staleness of a minute; nobody asks for older ones.
    if (shown.length > 12) shown.shift();
  }

  #make(spec: InstanceSpec): Instance {
    const now = this.#timeline.now();
    const stream = this.#random.stream(`instance/${spec.id}`);
    const launchTime =
      spec.launchedAt === undefined ? before(now, TWO_WEEKS) : parse(spec.launchedAt);
    const state = spec.state ?? 'running';
    const tags: Record<string, string> = { ...spec.tags };
    if (spec.name !== undefined) tags['Name'] = spec.name;
    if (spec.asg !== undefined) tags['aws:autoscaling:groupName'] = spec.asg;
    const since = after(launchTime, seconds(300));
    return {
      id: spec.id,
      zone: spec.zone ?? `${this.home.region}a`,
      type: spec.type ?? 'm6i.large',
      workload: spec.workload ?? SERVES_AT_ONCE,
      kmsKeyArn:
        spec.kmsKeyArn ?? (spec.defaultEncryption === true ? awsEbsKeyArn(this.home) : undefined),
      lifecycle: spec.lifecycle,
      operator: spec.operator,
      rootDevice: spec.rootDevice ?? 'ebs',
      stopProtection: spec.stopProtection ?? false,
      hasElasticIp: spec.hasElasticIp ?? false,
      volumeId: `vol-${spec.id.slice(2)}`,
      checkPhase: stream.whole(0, 59_999),
      publicIp: spec.publicIp,
      tags,
      state,
      stateReason:
        state === 'running' ? undefined : (spec.stateReason ?? stateReason('Server.ScheduledStop')),
      transitionReason: state === 'running' ? '' : transitionText(spec),
      launchTime: instant(Math.floor(launchTime / 1_000) * 1_000),
      life: 0,
      serving: state === 'running' && spec.workload?.neverServes !== true,
      checks: this.checks.settled({ state, tags }, since),
      impaired: new Set(),
      events: [],
    };
  }

  #factOf(instance: Instance, spec: InstanceSpec): InstanceFact {
    const { id, zone, type, state, launchTime, tags, workload } = instance;
    return {
      kind: 'instance',
      instanceId: id,
      name: spec.name ?? id,
      zone,
      instanceType: type,
      state,
      launchTime,
      tags,
      managedBy: managedBy(spec),
      sendsReadyEvent: workload.sendsReadyEvent,
    };
  }
}

function managedBy(spec: InstanceSpec): InstanceFact['managedBy'] {
  if (spec.lifecycle === 'spot') return 'spot';
  if (spec.asg !== undefined) return 'auto-scaling';
  return spec.operator === undefined ? 'nobody' : 'service';
}

function parse(text: string): Instant {
  const at = parseInstant(text);
  if (at === undefined) throw new Error(`Not a time: ${text}`);
  return at;
}

/** AWS's own stops carry no date; a stop through the API does. */
function transitionText({ stateReason: reason, stoppedAt }: InstanceSpec): string {
  const dated = reason?.code.startsWith('Client.UserInitiated') === true;
  if (!dated || stoppedAt === undefined) return 'User initiated';
  return `User initiated (${stoppedAt.slice(0, 19).replace('T', ' ')} GMT)`;
}
