import type { InstanceState, StateReason } from '../../lambda/core/observation';
import { instant, type Instant } from '../../lambda/core/time';
import type { History, Principal } from '../history';
import type { Random, Stream } from '../random';
import type { Timeline } from '../time';
import type { ChecksOf } from './ec2-checks';
import type { Instance } from './ec2-instance';

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

/** How a stop goes. */
export interface StopPlan {
  readonly by: Principal;
  readonly code: string;
  /** Whole seconds in `stopping`; drawn (seconds to minutes) when absent. */
  readonly stoppingS?: number | undefined;
  /** How long the workload goes on serving into `stopping`; 0 when the host is gone. */
  readonly servesOnS?: number | undefined;
}

/** How a start goes. */
export interface StartPlan {
  readonly by: Principal;
  /** EC2 accepts the start, and the launch fails: the role lacks a grant for the volume's key. */
  readonly launchFails: boolean;
}

/** Published: start accepted to running takes 16.4 s at the median. */
const PENDING_S = 16.4;
/** Published: start to a reachable system takes about 21 s. */
const BOOT_S = 21;
const STOPPING_MEDIAN_S = 25;

/** `2024-08-01 12:10:07 GMT`, as StateTransitionReason writes it. */
const gmt = (at: Instant): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} GMT`;

/** What happens around an instance when its state changes. */
export interface LifeEvents {
  readonly stateChanged: (instance: Instance) => void;
  readonly ready: (instance: Instance) => void;
}

/** The life of instances: states, the time that each takes, boot, workload. */
export class Ec2Life {
  readonly checks: ChecksOf;
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #random: Random;
  readonly #events: LifeEvents;

  constructor(parts: {
    readonly timeline: Timeline;
    readonly history: History;
    readonly random: Random;
    readonly events: LifeEvents;
    readonly checks: ChecksOf;
  }) {
    this.#timeline = parts.timeline;
    this.#history = parts.history;
    this.#random = parts.random;
    this.#events = parts.events;
    this.checks = parts.checks;
  }

  /** Starts a stopped instance; the state is `pending` when this returns. */
  start(instance: Instance, plan: StartPlan): void {
    const stream = this.#stream(instance);
    const now = this.#timeline.now();
    instance.life += 1;
    // EC2 keeps LaunchTime to the second.
    instance.launchTime = instant(Math.floor(now / 1_000) * 1_000);
    instance.transitionReason = '';
    instance.events = [];
    this.#move(instance, 'pending', { by: plan.by });
    if (plan.launchFails) {
      this.#later(instance, stream.uniform(3, 20), () => {
        this.#move(instance, 'stopped', { by: AWS, code: 'Client.InternalError' });
        this.checks.gone(instance);
      });
      return;
    }
    const pending = PENDING_S * stream.lognormal(1, 0.12);
    const drawnBoot = BOOT_S * stream.lognormal(1, 0.08);
    const reachable = Math.max(instance.workload.bootS ?? drawnBoot, pending + 1);
    this.#later(instance, pending, () => {
      if (!instance.hasElasticIp && instance.publicIp !== undefined) {
        instance.publicIp = `203.0.113.${stream.whole(1, 254)}`;
      }
      this.#move(instance, 'running', { by: AWS });
    });
    this.checks.booting(instance, stream);
    if (instance.workload.neverServes === true) return;
    this.#later(instance, reachable + instance.workload.appStartS, () => {
      this.#serve(instance, true);
      if (instance.workload.sendsReadyEvent) this.#events.ready(instance);
    });
  }

  /** Stops a running instance; the state is `stopping` when this returns. */
  stop(instance: Instance, plan: StopPlan): void {
    const stream = this.#stream(instance);
    instance.life += 1;
    const dated = plan.by.kind !== 'aws' && plan.by.kind !== 'guest';
    instance.transitionReason = dated
      ? `User initiated (${gmt(this.#timeline.now())})`
      : 'User initiated';
    const drawn = Math.min(300, Math.max(4, stream.lognormal(STOPPING_MEDIAN_S, 0.7)));
    const stoppingS = plan.stoppingS ?? drawn;
    const servesOnS = Math.min(plan.servesOnS ?? stream.uniform(1, 6), stoppingS);
    if (servesOnS === 0) this.#serve(instance, false);
    else this.#later(instance, servesOnS, () => this.#serve(instance, false));
    this.#move(instance, 'stopping', { by: plan.by, code: plan.code });
    this.checks.gone(instance);
    this.#later(instance, stoppingS, () => {
      this.#move(instance, 'stopped', { by: plan.by, code: plan.code });
    });
  }

  /** Ends an instance for good. */
  terminate(instance: Instance, by: Principal, code: string): void {
    instance.life += 1;
    instance.transitionReason =
      by.kind === 'aws' ? 'Service initiated' : `User initiated (${gmt(this.#timeline.now())})`;
    this.#serve(instance, false);
    this.#move(instance, 'shutting-down', { by, code });
    this.checks.gone(instance);
    this.#later(instance, this.#stream(instance).uniform(5, 45), () => {
      this.#move(instance, 'terminated', { by, code });
    });
  }

  /** The workload begins or ceases to serve; ground truth for everybody. */
  serve(instance: Instance, serving: boolean): void {
    this.#serve(instance, serving);
  }

  #serve(instance: Instance, serving: boolean): void {
    if (instance.serving === serving) return;
    instance.serving = serving;
    const { id: instanceId, launchTime } = instance;
    this.#history.add({ kind: 'serving', instanceId, serving, launchTime });
    this.checks.workloadChanged(instance);
  }

  #move(
    instance: Instance,
    to: InstanceState,
    { by, code }: { readonly by: Principal; readonly code?: string },
  ): void {
    const from = instance.state;
    instance.state = to;
    instance.stateReason = code === undefined ? undefined : stateReason(code);
    const { id: instanceId, launchTime } = instance;
    this.#history.add({ kind: 'state', instanceId, from, to, by, launchTime, code });
    this.#events.stateChanged(instance);
  }

  #later(instance: Instance, delayS: number, act: () => void): void {
    const { life } = instance;
    this.#timeline.after(delayS * 1_000, () => {
      if (instance.life === life) act();
    });
  }

  #stream(instance: Instance): Stream {
    return this.#random.stream(`life/${instance.id}`);
  }
}

/** EC2 itself. */
export const AWS: Principal = { kind: 'aws', name: 'ec2.amazonaws.com' };
