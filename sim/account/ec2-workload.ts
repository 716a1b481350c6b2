import type { CheckName, History } from '../history';
import type { Timeline } from '../time';
import type { ChecksOf } from './ec2-checks';
import { cures, isHung, type Ailment, type Renewal } from './ec2-cures';
import type { Instance } from './ec2-instance';

/** The guests, what runs in them, and what ails them: whether users are served. */
export class Workloads {
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #checks: ChecksOf;
  readonly #ready: (instance: Instance) => void;

  constructor(parts: {
    readonly timeline: Timeline;
    readonly history: History;
    readonly checks: ChecksOf;
    readonly ready: (instance: Instance) => void;
  }) {
    this.#timeline = parts.timeline;
    this.#history = parts.history;
    this.#checks = parts.checks;
    this.#ready = parts.ready;
  }

  /** The guest is on its way up: reachable after so many seconds, its application some later. */
  boot(instance: Instance, guest: 'booting' | 'rebooting', reachableS: number): void {
    instance.guest = guest;
    this.#stopApplication(instance);
    this.#later(instance, reachableS, () => {
      instance.guest = 'up';
    });
    this.#startApplication(instance, reachableS + instance.workload.appStartS);
  }

  /** The guest is gone. */
  goDown(instance: Instance): void {
    instance.guest = 'down';
    this.#stopApplication(instance);
  }

  /**
   * The service is restarted inside the guest: it ceases to serve at once and serves again when
   * its application is up. Answers false, and nothing happens, when nobody in there can hear.
   */
  restart(instance: Instance): boolean {
    const { state, guest, ailments } = instance;
    if (state !== 'running' || guest !== 'up' || isHung(ailments)) return false;
    this.#stopApplication(instance);
    this.renew(instance, 'application');
    this.#startApplication(instance, instance.workload.appStartS);
    return true;
  }

  /** Something goes wrong, or changes its kind. */
  ail(instance: Instance, check: CheckName, ailment: Ailment): void {
    instance.ailments.set(check, ailment);
    this.#settle(instance);
  }

  /** It is well again without anybody's act. */
  heal(instance: Instance, check: CheckName): void {
    instance.ailments.delete(check);
    this.#settle(instance);
  }

  /** Part of the server was made anew, which cures what that cures. */
  renew(instance: Instance, renewal: Renewal): void {
    for (const [check, ailment] of instance.ailments) {
      if (!cures(renewal, ailment)) continue;
      instance.ailments.delete(check);
      this.#checks.lookAgain(instance, check);
    }
    this.#settle(instance);
  }

  #startApplication(instance: Instance, afterS: number): void {
    if (instance.workload.neverServes === true) return;
    const run = instance.appRun;
    const { outside, sendsReadyEvent } = instance.workload;
    const serves = (serving: boolean): void => {
      if (instance.appRun !== run) return;
      instance.appUp = serving;
      this.#settle(instance);
    };
    const ready = (): void => {
      if (instance.appRun === run && instance.serving && sendsReadyEvent) this.#ready(instance);
    };
    this.#later(instance, afterS, () => {
      if (instance.appRun !== run) return;
      if (outside !== undefined) {
        outside.start({ serves, ready });
        return;
      }
      serves(true);
      ready();
    });
  }

  #stopApplication(instance: Instance): void {
    instance.appRun += 1;
    instance.appUp = false;
    instance.workload.outside?.end();
    this.#settle(instance);
  }

  /** Ground truth for everybody. */
  #settle(instance: Instance): void {
    const ailments = [...instance.ailments.values()];
    const serving = instance.appUp && ailments.every(({ stillServes }) => stillServes);
    if (instance.serving === serving) return;
    instance.serving = serving;
    const { id: instanceId, launchTime } = instance;
    this.#history.add({ kind: 'serving', instanceId, serving, launchTime });
    this.#checks.workloadChanged(instance);
  }

  #later(instance: Instance, delayS: number, act: () => void): void {
    const { life } = instance;
    this.#timeline.after(delayS * 1_000, () => {
      if (instance.life === life) act();
    });
  }
}
