import type { Instant } from '../../lambda/core/time';
import type { ServiceName } from '../history';
import {
  OUTAGE_ERRORS,
  REQUEST_LIMIT_EXCEEDED,
  THROTTLE_ERRORS,
  type ApiFaultPlan,
  type ApiFaults,
  type DeathPlan,
} from './api';
import type { CapacityOut, Ec2Faults, Span, StuckStop } from './ec2';
import type { EventFaults, EventPredicate } from './events';
import type { LambdaFaults } from './lambda';
import type { SsmFaults } from './ssm';

/** For how long and how often a fault strikes. */
export type Often = Partial<Span> & { readonly probability?: number };

/** Everything that can be made to go wrong; seconds count from the start of the run. */
export interface Faults {
  /** Events are lost. */
  dropEvents(which: EventPredicate, often?: Often): void;
  /** Events arrive so many times, spread over some seconds. */
  duplicateEvents(
    times: number,
    options?: Often & { readonly which?: EventPredicate; readonly withinS?: number },
  ): void;
  /** Events arrive late by a drawn time, which also reorders them. */
  delayEvents(
    which: EventPredicate,
    options: Often & { readonly leastS: number; readonly mostS: number },
  ): void;
  /** A service answers with its own kind of server error. */
  serviceDown(service: ServiceName, span: Span): void;
  /** Calls are not answered in time, with or without their effect. */
  timeouts(
    service: ServiceName,
    options: Span & {
      readonly operation?: string;
      readonly effect: 'none' | 'full';
      readonly probability?: number;
    },
  ): void;
  /** EC2 answers RequestLimitExceeded. */
  throttleEc2(options: Span & { readonly operation?: string; readonly probability?: number }): void;
  /** A service answers some or all calls with its throttling error. */
  throttle(
    service: ServiceName,
    options: Span & { readonly operation?: string; readonly probability?: number },
  ): void;
  /** DynamoDB refuses writes, since somebody's transaction holds an item of them. */
  conflicts(options: Span & { readonly operation?: string; readonly probability?: number }): void;
  /** Any other fault of calls. */
  api(plan: ApiFaultPlan): void;
  /** EC2 has no capacity there. */
  capacityOut(out: CapacityOut): void;
  /** The quota of vCPUs is used up. */
  quotaUsed(span: Span): void;
  /** Describe tells of so many seconds ago. */
  staleReads(span: Span, staleS: number): void;
  /** The next so many launches of an instance fail after EC2 accepted them. */
  failLaunches(instanceId: string, times: number): void;
  /** The next stop of an instance takes very long. */
  stuckStopping(plan: StuckStop): void;
  /** Whoever comes to a new host of the zone finds its system check failing. */
  zoneImpaired(zone: string, span?: Partial<Span>): void;
  /** A type is not on offer, in one zone or in all. */
  notOffered(which: { readonly type: string; readonly zone?: string } & Partial<Span>): void;
  /** The Elastic IP of an instance loses its association with the next stop. */
  loseAddress(instanceId: string): void;
  /** The instance's agent does not answer Systems Manager. */
  agentOffline(instanceId: string, span: Span): void;
  /** The Lambda dies at one of its calls. */
  killInvocation(plan: DeathPlan): void;
  /** Lambda takes no invocation. */
  throttleLambda(span: Span): void;
  /** The function's clock is wrong by so many seconds. */
  skewClock(span: Span, skewS: number): void;
  /** The schedule's messages are lost. */
  skipSweeps(span: Span): void;
}

const FOREVER_S = 10 * 365 * 86_400;

const spanOf = ({ fromS = 0, toS = FOREVER_S }: Often): Span => ({ fromS, toS });
const probabilityOf = ({ probability }: Often): { readonly probability?: number } =>
  probability === undefined ? {} : { probability };

/** The faults of a run, in the words of a drill. */
export function createFaults(parts: {
  readonly start: Instant;
  readonly events: EventFaults;
  readonly api: ApiFaults;
  readonly ec2: Ec2Faults;
  readonly lambda: LambdaFaults;
  readonly ssm: SsmFaults;
}): Faults {
  const { start, events, api, ec2, lambda, ssm } = parts;
  return {
    dropEvents: (which, often = {}) =>
      events.plan({ kind: 'drop' }, { which, span: spanOf(often), start, ...probabilityOf(often) }),
    duplicateEvents(times, options = {}) {
      const { which = () => true, withinS = 10 } = options;
      const fault = { kind: 'duplicate', times, withinS } as const;
      events.plan(fault, { which, span: spanOf(options), start, ...probabilityOf(options) });
    },
    delayEvents(which, options) {
      const fault = { kind: 'delay', leastS: options.leastS, mostS: options.mostS } as const;
      events.plan(fault, { which, span: spanOf(options), start, ...probabilityOf(options) });
    },
    serviceDown: (service, span) =>
      api.plan(
        { service, ...span, fault: { kind: 'error', error: OUTAGE_ERRORS[service] } },
        start,
      ),
    timeouts: (service, { effect, ...rest }) =>
      api.plan({ service, ...rest, fault: { kind: 'timeout', effect } }, start),
    throttleEc2: (options) =>
      api.plan(
        { service: 'ec2', ...options, fault: { kind: 'error', error: REQUEST_LIMIT_EXCEEDED } },
        start,
      ),
    throttle: (service, options) =>
      api.plan(
        { service, ...options, fault: { kind: 'error', error: THROTTLE_ERRORS[service] } },
        start,
      ),
    conflicts: (options) =>
      api.plan(
        {
          service: 'dynamodb',
          operation: 'TransactWriteItems',
          ...options,
          fault: { kind: 'conflict' },
        },
        start,
      ),
    api: (plan) => api.plan(plan, start),
    capacityOut: (out) => ec2.capacityOut(out, start),
    quotaUsed: (span) => ec2.quotaUsed(span, start),
    staleReads: (span, staleS) => ec2.staleReads(span, staleS, start),
    failLaunches: (instanceId, times) => ec2.failLaunches(instanceId, times),
    stuckStopping: (plan) => ec2.stuckStopping(plan),
    zoneImpaired: (zone, often = {}) => ec2.zoneImpaired({ zone, ...spanOf(often) }, start),
    notOffered: (which) => ec2.notOffered({ ...which, ...spanOf(which) }, start),
    loseAddress: (instanceId) => ec2.loseAddress(instanceId),
    agentOffline: (instanceId, span) => ssm.agentOffline(instanceId, span, start),
    killInvocation: (plan) => api.planDeath(plan),
    throttleLambda: (span) => lambda.plan('throttled', span, { start }),
    skewClock: (span, skewS) => lambda.plan('skewed', span, { start, skewS }),
    skipSweeps: (span) => lambda.plan('sweeps-skipped', span, { start }),
  };
}
