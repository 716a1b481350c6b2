import type { InstanceState } from '../../lambda/core/observation';
import { after, instant, seconds, type Instant } from '../../lambda/core/time';
import type { History, Principal } from '../history';
import type { Random, Stream } from '../random';
import type { Timeline } from '../time';
import type { Ec2Faults } from '../faults/ec2';
import type { ChecksOf } from './ec2-checks';
import { isHung } from './ec2-cures';
import { completeEvents, migratesOnReboot } from './ec2-events';
import type { Instance } from './ec2-instance';
import { stateReason } from './ec2-reasons';
import { EC2_TIMES, type Ec2Times } from './ec2-times';
import { hasInstanceStore } from './ec2-types';
import { Workloads } from './ec2-workload';

/** How a stop goes. */
export interface StopPlan {
  readonly by: Principal;
  /** StateReason.Code; undefined where EC2 gives no reason. */
  readonly code: string | undefined;
  /** Whole seconds in `stopping`; drawn (seconds to minutes) when absent. */
  readonly stoppingS?: number | undefined;
  /** How long the workload goes on serving into `stopping`; 0 when the host is gone. */
  readonly servesOnS?: number | undefined;
  /** Force and SkipOsShutdown of StopInstances. */
  readonly force?: Force | undefined;
}

/** How a stop is forced: after an attempt at a graceful shutdown, or without one. */
export type Force = 'after-graceful' | 'skip-os-shutdown';

/** How a start goes. */
export interface StartPlan {
  readonly by: Principal;
  /** EC2 accepts the start, and the launch fails: the role lacks a grant for the volume's key. */
  readonly launchFails: boolean;
}

const STOPPING_MEDIAN_S = 25;
/** "A few minutes" until EC2 stops or resets a guest that does not shut down by itself. */
const HUNG_S = { least: 150, most: 240 };
/** The shutdown of a guest that reboots. */
const GOING_DOWN_S = { least: 2, most: 10 };
/** AWS's own recovery finds another host. */
const RECOVERING_S = { least: 20, most: 60 };
/** From a forced stop to `stopped`. */
const FORCED_S: Readonly<Record<Force, { readonly least: number; readonly most: number }>> = {
  'after-graceful': { least: 20, most: 60 },
  'skip-os-shutdown': { least: 5, most: 20 },
};

/** `2024-08-01 12:10:07 GMT`, as StateTransitionReason writes it. */
const gmt = (at: Instant): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} GMT`;

/** What happens around an instance when its state changes. */
export interface LifeEvents {
  readonly stateChanged: (instance: Instance) => void;
  readonly ready: (instance: Instance) => void;
}

/** What the life of instances depends on. */
export interface LifeParts {
  readonly timeline: Timeline;
  readonly history: History;
  readonly random: Random;
  readonly faults: Ec2Faults;
  readonly events: LifeEvents;
  readonly checks: ChecksOf;
  /** `EC2_TIMES` when absent. */
  readonly times?: Ec2Times;
}

/** The life of instances: states, and the time that each takes. */
export class Ec2Life {
  readonly checks: ChecksOf;
  readonly workloads: Workloads;
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #random: Random;
  readonly #faults: Ec2Faults;
  readonly #events: LifeEvents;
  readonly #times: Ec2Times;

  constructor(parts: LifeParts) {
    this.#timeline = parts.timeline;
    this.#history = parts.history;
    this.#random = parts.random;
    this.#faults = parts.faults;
    this.#events = parts.events;
    this.#times = parts.times ?? EC2_TIMES;
    this.checks = parts.checks;
    this.workloads = new Workloads({ ...parts, ready: parts.events.ready });
  }

  /** Starts a stopped instance; the state is `pending` when this returns. */
  start(instance: Instance, plan: StartPlan): void {
    const stream = this.#stream(instance);
    const now = this.#timeline.now();
    instance.life += 1;
    // EC2 keeps LaunchTime to the second.
    instance.launchTime = instant(Math.floor(now / 1_000) * 1_000);
    instance.transitionReason = '';
    completeEvents(instance, () => true, this.#history);
    this.#move(instance, 'pending', { by: plan.by });
    if (plan.launchFails) {
      this.#later(instance, stream.uniform(3, 20), () => {
        this.#move(instance, 'stopped', { by: AWS, code: 'Client.InternalError' });
        this.checks.gone(instance);
      });
      return;
    }
    const pending = this.#times.pendingS * stream.lognormal(1, 0.12);
    const drawnBoot = this.#times.bootS * stream.lognormal(1, 0.08);
    const reachable = Math.max(instance.workload.bootS ?? drawnBoot, pending + 1);
    this.#later(instance, pending, () => {
      if (!instance.hasElasticIp && instance.publicIp !== undefined) {
        instance.publicIp = `203.0.113.${stream.whole(1, 254)}`;
      }
      this.#move(instance, 'running', { by: AWS });
    });
    // A Dedicated Host is kept, whatever ails it.
    if (instance.hostId === undefined) this.#land(instance);
    else this.workloads.renew(instance, 'guest');
    this.checks.booting(instance, stream);
    this.workloads.boot(instance, 'booting', reachable);
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
    const stuck = this.#faults.stuckStop(instance.id);
    const hungS = isHung(instance.ailments) ? this.#draw('stop', instance, HUNG_S) : undefined;
    const stoppingS = plan.stoppingS ?? stuck?.forS ?? hungS ?? drawn;
    const servesOnS = Math.min(plan.servesOnS ?? stream.uniform(1, 6), stoppingS);
    if (servesOnS === 0) this.workloads.goDown(instance);
    else this.#later(instance, servesOnS, () => this.workloads.goDown(instance));
    this.#move(instance, 'stopping', { by: plan.by, code: plan.code });
    this.checks.gone(instance);
    const { by, code } = plan;
    const endsAt = after(this.#timeline.now(), seconds(stoppingS));
    instance.stopping = { by, code, endsAt, endsBy: stuck?.endsBy ?? 'force' };
    this.#later(instance, stoppingS, () => this.#stopped(instance));
    if (plan.force !== undefined) this.force(instance, plan.force);
  }

  /** Forces a stop that is under way: it ends in tens of seconds, unless the fault forbids it. */
  force(instance: Instance, force: Force): void {
    const { stopping } = instance;
    if (instance.state !== 'stopping' || stopping === undefined) return;
    if (stopping.endsBy === 'nothing') return;
    if (stopping.endsBy === 'skip-os-shutdown' && force !== 'skip-os-shutdown') return;
    const forcedS = this.#draw('force', instance, FORCED_S[force]);
    const endsAt = Math.min(stopping.endsAt, after(this.#timeline.now(), seconds(forcedS)));
    instance.life += 1;
    instance.stopping = { ...stopping, endsAt: instant(endsAt) };
    this.workloads.goDown(instance);
    this.#later(instance, (endsAt - this.#timeline.now()) / 1_000, () => this.#stopped(instance));
  }

  /**
   * Reboots a running instance: the state stays, and no event tells of it. A hung guest is reset
   * after a few minutes. Where a reboot of the host is due, it comes up on another one.
   */
  reboot(instance: Instance, by: Principal): void {
    const migrates = migratesOnReboot(instance);
    const hung = isHung(instance.ailments);
    const downS = this.#draw('reboot', instance, hung ? HUNG_S : GOING_DOWN_S);
    this.#rebootFrom(instance, { by, migrates, downS });
    completeEvents(
      instance,
      ({ code }) => code === 'instance-reboot' || (migrates && code === 'system-reboot'),
      this.#history,
    );
    this.checks.rebooting(instance, this.#random.stream(`reboot/${instance.id}`));
  }

  /** AWS moves it off a broken host by itself; it looks like a reboot that nobody planned. */
  recover(instance: Instance): void {
    const downS = this.#draw('recovery', instance, RECOVERING_S);
    this.#rebootFrom(instance, { by: AWS, migrates: true, downS });
    this.checks.rebooting(instance, this.#random.stream(`reboot/${instance.id}`));
  }

  /**
   * Restarts the service inside the guest, as a command of SSM does. Answers false, and nothing
   * happens, when the guest does not answer.
   */
  restartWorkload(instance: Instance): boolean {
    return this.workloads.restart(instance);
  }

  /** Ends an instance for good. */
  terminate(instance: Instance, by: Principal, code: string): void {
    instance.life += 1;
    instance.transitionReason =
      by.kind === 'aws' ? 'Service initiated' : `User initiated (${gmt(this.#timeline.now())})`;
    this.workloads.goDown(instance);
    this.#move(instance, 'shutting-down', { by, code });
    this.checks.gone(instance);
    this.#later(instance, this.#stream(instance).uniform(5, 45), () => {
      this.#move(instance, 'terminated', { by, code });
    });
  }

  #rebootFrom(
    instance: Instance,
    {
      by,
      migrates,
      downS,
    }: { readonly by: Principal; readonly migrates: boolean; readonly downS: number },
  ): void {
    const { id: instanceId, workload } = instance;
    instance.life += 1;
    this.#history.add({ kind: 'reboot', instanceId, by, migrates });
    const bootS =
      workload.bootS ??
      this.#times.bootS * this.#random.stream(`reboot/${instanceId}`).lognormal(1, 0.08);
    this.workloads.boot(instance, 'rebooting', downS + bootS);
    this.#later(instance, downS, () => {
      if (migrates) this.#land(instance);
      else this.workloads.renew(instance, 'guest');
    });
  }

  /** It comes to another host, in the same zone: a zone in trouble has no sound ones. */
  #land(instance: Instance): void {
    if (!this.#faults.isZoneImpaired(instance.zone)) {
      this.workloads.renew(instance, 'host');
      return;
    }
    this.workloads.renew(instance, 'guest');
    if (instance.ailments.has('system')) return;
    this.workloads.ail(instance, 'system', { curedBy: 'stop-start', stillServes: false });
    this.checks.lookAgain(instance, 'system');
  }

  #stopped(instance: Instance): void {
    const { stopping, id: instanceId } = instance;
    if (stopping === undefined) throw new Error(`${instanceId} is not stopping`);
    instance.stopping = undefined;
    if (hasInstanceStore(instance.type)) {
      this.#history.add({ kind: 'lost', instanceId, what: 'instance-store-data' });
    }
    if (instance.publicIp !== undefined && !instance.hasElasticIp) {
      this.#history.add({ kind: 'lost', instanceId, what: 'public-address' });
    }
    this.#move(instance, 'stopped', stopping);
  }

  #move(
    instance: Instance,
    to: InstanceState,
    { by, code }: { readonly by: Principal; readonly code?: string | undefined },
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

  /** Draws from a stream of its own, so that what was drawn before these acts existed stays. */
  #draw(
    what: string,
    { id }: Instance,
    { least, most }: { readonly least: number; readonly most: number },
  ): number {
    return this.#random.stream(`${what}/${id}`).uniform(least, most);
  }

  #stream(instance: Instance): Stream {
    return this.#random.stream(`life/${instance.id}`);
  }
}

/** EC2 itself. */
export const AWS: Principal = { kind: 'aws', name: 'ec2.amazonaws.com' };
