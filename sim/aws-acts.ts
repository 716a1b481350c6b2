import type { Alarms } from './account/cloudwatch-alarms';
import type { Ec2Account } from './account/ec2';
import { AWS } from './account/ec2-life';
import { USUAL_CURE, type Cure } from './account/ec2-cures';
import { completeEvents, isOpenEvent } from './account/ec2-events';
import type { Instance, PlannedEvent } from './account/ec2-instance';
import type { EventBus } from './account/eventbridge';
import { healthEvent, type HealthEvent } from './account/health';
import type { CheckName, History } from './history';

/** How a host fails. */
export interface HostFailure {
  /** StateReason.Code; `Server.ScheduledStop` when absent, as EC2 reports a failed host. */
  readonly code?: string;
  /** Seconds in `stopping`; drawn when absent. */
  readonly stoppingS?: number;
  /** Seconds for which the workload still serves; 0 when absent: the host is gone. */
  readonly servesOnS?: number;
}

/** What AWS itself does to the account. */
export interface AwsActs {
  /** AWS stops the instance. Answers false when it does not run. */
  hostFailure(instanceId: string, failure?: HostFailure): boolean;
  /** It goes down, and EC2 never says why: no StateReason, and no call that anybody made. */
  goesDown(instanceId: string): void;
  /**
   * A status check begins or ceases to fail, while users are served all the same; the next
   * evaluation finds out. What usually cures it does so, and of the application nothing.
   */
  impair(instanceId: string, check: CheckName, on: boolean): void;
  /** The host, the guest or a volume breaks, and users are served no more unless it says so. */
  breaks(
    instanceId: string,
    check: 'system' | 'instance' | 'attachedEbs',
    how?: { readonly curedBy?: Cure; readonly stillServes?: boolean },
  ): void;
  /** The application dies and EC2 is fine; a restart of the service helps, or what is named. */
  appDies(instanceId: string, curedBy?: Cure): void;
  /**
   * AWS's simplified automatic recovery moves it to another host, or tries in vain; Health tells
   * of it. Answers false when the instance does not run. Throws when it is switched off.
   */
  autoRecovery(instanceId: string, outcome: 'success' | 'failure'): boolean;
  /**
   * Plans a scheduled event, or takes all of them back with `undefined`. AWS carries it out at
   * its time, if asked to and nobody completed it before.
   */
  schedule(
    instanceId: string,
    event: PlannedEvent | undefined,
    options?: { readonly carriedOut?: boolean },
  ): void;
  /** A zone loses power: some instances stop, others run on broken hosts. */
  zonePowerLoss(
    zone: string,
    hit: { readonly stop: readonly string[]; readonly impair: readonly string[] },
  ): void;
  /** An event of AWS Health. Answers its id. */
  health(event: HealthEvent): string;
  /** A CloudWatch alarm on the instance changes its state. */
  alarm(instanceId: string, name: string, state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA'): void;
  /** Any event on the default bus, an unknown or malformed one too. Answers its id. */
  event: EventBus['put'];
  /** EC2 forgets an instance that was terminated an hour ago. */
  forget(instanceId: string): void;
}

/** AWS's acts; each takes effect at the moment of the call. */
export function createAwsActs(parts: {
  readonly ec2: Ec2Account;
  readonly bus: EventBus;
  readonly alarms: Alarms;
  readonly history: History;
  readonly now: () => number;
}): AwsActs {
  const { ec2, bus, alarms, history, now } = parts;
  const { accountId, region } = ec2.home;
  return {
    hostFailure(instanceId, failure = {}) {
      const instance = ec2.get(instanceId);
      if (instance.state !== 'running') return false;
      const { code = 'Server.ScheduledStop', stoppingS, servesOnS = 0 } = failure;
      const text = `AWS host failure under ${instanceId}: ${code}`;
      history.add({ kind: 'note', text });
      ec2.life.stop(instance, { by: AWS, code, stoppingS, servesOnS });
      return true;
    },
    goesDown(instanceId) {
      history.add({ kind: 'note', text: `${instanceId} goes down, and nothing says why` });
      ec2.life.stop(ec2.get(instanceId), { by: AWS, code: undefined });
    },
    impair(instanceId, check, on) {
      const instance = ec2.get(instanceId);
      const curedBy = check === 'application' ? 'nothing' : USUAL_CURE[check];
      if (on) ec2.life.workloads.ail(instance, check, { curedBy, stillServes: true });
      else ec2.life.workloads.heal(instance, check);
      ec2.checks.lookAgain(instance, check);
    },
    breaks: (instanceId, check, how = {}) => breaks(ec2, instanceId, { check, ...how }),
    appDies(instanceId, curedBy = USUAL_CURE.application) {
      history.add({ kind: 'note', text: `The application of ${instanceId} dies` });
      // The check of the application finds out when nobody is served for its threshold.
      const ailment = { curedBy, stillServes: false };
      ec2.life.workloads.ail(ec2.get(instanceId), 'application', ailment);
    },
    autoRecovery(instanceId, outcome) {
      const instance = ec2.get(instanceId);
      if (instance.autoRecovery === 'disabled') {
        throw new Error(`Automatic recovery of ${instanceId} is disabled`);
      }
      if (instance.state !== 'running') return false;
      history.add({ kind: 'note', text: `AWS's own recovery of ${instanceId}: ${outcome}` });
      if (outcome === 'success') ec2.life.recover(instance);
      ec2.later(outcome === 'success' ? RECOVERY_TOLD_AFTER_S : 0, () => {
        const event = recoveryEvent(instanceId, outcome);
        bus.put(healthEvent(event, { accountId, region, now: now() }));
      });
      return true;
    },
    schedule: schedules(parts),
    zonePowerLoss(zone, { stop, impair }) {
      history.add({ kind: 'note', text: `Zone ${zone} loses power` });
      for (const instanceId of impair) breaks(ec2, instanceId, { check: 'system' });
      for (const instance of stop.map((id) => ec2.get(id))) {
        if (instance.state !== 'running') continue;
        ec2.life.stop(instance, { by: AWS, code: 'Server.ScheduledStop', servesOnS: 0 });
      }
    },
    health(event) {
      const eventId = bus.put(healthEvent(event, { accountId, region, now: now() }));
      if (event.category === 'scheduledChange') tellScheduled(history, event, eventId);
      return eventId;
    },
    alarm: (instanceId, name, state) => alarms.announce(instanceId, name, state),
    event: (event) => bus.put(event),
    forget: (instanceId) => ec2.forget(instanceId),
  };
}

/** Health tells of a recovery when the instance is up again. */
const RECOVERY_TOLD_AFTER_S = 120;

const recoveryEvent = (instanceId: string, outcome: 'success' | 'failure'): HealthEvent => ({
  eventTypeCode: `AWS_EC2_SIMPLIFIED_AUTO_RECOVERY_${outcome.toUpperCase()}`,
  category: 'accountNotification',
  instanceIds: [instanceId],
  entityStatus: outcome === 'success' ? 'RESOLVED' : 'IMPAIRED',
});

/** A broken volume may still let the users in, from what is in memory. */
function breaks(
  ec2: Ec2Account,
  instanceId: string,
  {
    check,
    curedBy = USUAL_CURE[check],
    stillServes = check === 'attachedEbs',
  }: { readonly check: CheckName; readonly curedBy?: Cure; readonly stillServes?: boolean },
): void {
  const instance = ec2.get(instanceId);
  ec2.life.workloads.ail(instance, check, { curedBy, stillServes });
  ec2.checks.lookAgain(instance, check);
}

/** Announces work on an instance's host, and does it at its time where that is asked for. */
function schedules(parts: {
  readonly ec2: Ec2Account;
  readonly history: History;
  readonly now: () => number;
}): AwsActs['schedule'] {
  const { ec2, history, now } = parts;
  return (instanceId, event, { carriedOut = false } = {}) => {
    const instance = ec2.get(instanceId);
    const tell = ({ id: eventId, code }: PlannedEvent, phase: 'announced' | 'withdrawn'): void =>
      history.add({ kind: 'scheduled', instanceId, eventId, code, phase });
    for (const open of instance.events.filter(isOpenEvent)) tell(open, 'withdrawn');
    instance.events = event === undefined ? [] : [event];
    if (event === undefined) return;
    tell(event, 'announced');
    if (!carriedOut) return;
    ec2.later((event.notBefore - now()) / 1_000, () => carryOut(parts, instance, event));
  };
}

/** What Health says of scheduled work. */
function tellScheduled(history: History, event: HealthEvent, eventId: string): void {
  const { instanceIds, eventTypeCode: code, statusCode } = event;
  const phase = statusCode === 'closed' ? 'completed' : 'announced';
  for (const instanceId of instanceIds) {
    history.add({ kind: 'scheduled', instanceId, eventId, code, phase });
  }
}

/** AWS does what it announced, unless somebody was faster. */
function carryOut(
  { ec2, history }: { readonly ec2: Ec2Account; readonly history: History },
  instance: Instance,
  { id, code }: PlannedEvent,
): void {
  const due = instance.events.some((event) => event.id === id && isOpenEvent(event));
  if (!due || instance.state !== 'running') return;
  switch (code) {
    case 'instance-stop':
    case 'instance-retirement':
      // "If it has an instance store root volume, it is terminated."
      if (instance.rootDevice === 'instance-store') {
        ec2.life.terminate(instance, AWS, 'Server.ScheduledStop');
      } else ec2.life.stop(instance, { by: AWS, code: 'Server.ScheduledStop' });
      break;
    case 'instance-reboot':
    case 'system-reboot':
      ec2.life.reboot(instance, AWS);
      break;
    default:
      // Maintenance of network or power: a moment without them, which no check sees.
      break;
  }
  completeEvents(instance, (event) => event.id === id, history);
}
