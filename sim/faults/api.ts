import { after, seconds, type Instant } from '../../lambda/core/time';
import { unreachable } from '../../lambda/core/unreachable';
import { serviceError, transactionConflict, type ErrorShape } from '../account/errors';
import type { History, ServiceName } from '../history';
import type { Random } from '../random';
import type { Timeline } from '../time';

/** What happens to a call instead of its ordinary answer. */
export type ApiFault =
  /** The service refuses; nothing has happened. */
  | { readonly kind: 'error'; readonly error: ErrorShape }
  /** No answer in time; `full` means that the service did carry it out. */
  | { readonly kind: 'timeout'; readonly effect: 'none' | 'full' }
  /** DynamoDB: somebody's transaction holds an item of this write; nothing has happened. */
  | { readonly kind: 'conflict' };

/** Which calls a fault strikes, when, and how often. */
export interface ApiFaultPlan {
  readonly service: ServiceName;
  /** All operations of the service when absent. */
  readonly operation?: string;
  /** Seconds from the start of the run. */
  readonly fromS: number;
  readonly toS: number;
  readonly fault: ApiFault;
  /** 1 when absent. */
  readonly probability?: number;
}

/** Which call an invocation dies at, and whether the request still reaches the service. */
export interface DeathPlan {
  /** Only a call of this operation counts; every call when absent. */
  readonly operation?: string;
  /** The how-manieth such call of the whole run, from 1. */
  readonly nth: number;
  readonly when: 'before-effect' | 'after-effect';
}

const UNAVAILABLE: ErrorShape = {
  code: 'ServiceUnavailable',
  message: 'The service is unavailable. Please try again shortly.',
  status: 503,
};

/** Errors as the services word them in an outage of theirs. */
export const OUTAGE_ERRORS: Readonly<Record<ServiceName, ErrorShape>> = {
  ec2: { ...UNAVAILABLE, code: 'Unavailable' },
  dynamodb: {
    code: 'InternalServerError',
    message: 'The request processing has failed because of an unknown error.',
    status: 500,
  },
  sns: { code: 'InternalErrorException', message: 'Internal error', status: 500 },
  sqs: UNAVAILABLE,
  cloudtrail: UNAVAILABLE,
  kms: {
    code: 'KMSInternalException',
    message: 'The request was rejected because an internal exception occurred.',
    status: 500,
  },
  ssm: { code: 'InternalServerError', message: 'Internal Server Error', status: 500 },
  cloudwatch: {
    code: 'InternalServiceFault',
    message: 'Request processing has failed due to some unknown error, exception, or failure.',
    status: 500,
  },
  events: { code: 'InternalException', message: 'Internal error', status: 500 },
};

/** EC2's answer when a request bucket is empty. */
export const REQUEST_LIMIT_EXCEEDED: ErrorShape = {
  code: 'RequestLimitExceeded',
  message: 'Request limit exceeded.',
  status: 503,
};

const RATE_EXCEEDED: ErrorShape = {
  code: 'ThrottlingException',
  message: 'Rate exceeded',
  status: 400,
};

/** Errors as the services word them when they are called too often. */
export const THROTTLE_ERRORS: Readonly<Record<ServiceName, ErrorShape>> = {
  ec2: REQUEST_LIMIT_EXCEEDED,
  dynamodb: RATE_EXCEEDED,
  sns: { ...RATE_EXCEEDED, code: 'Throttled', status: 429 },
  sqs: { ...RATE_EXCEEDED, code: 'RequestThrottled', status: 403 },
  cloudtrail: RATE_EXCEEDED,
  kms: RATE_EXCEEDED,
  ssm: RATE_EXCEEDED,
  cloudwatch: { ...RATE_EXCEEDED, code: 'Throttling' },
  events: RATE_EXCEEDED,
};

/** DynamoDB's answer when the transaction with this very token still goes on. */
export const TRANSACTION_IN_PROGRESS: ErrorShape = {
  code: 'TransactionInProgressException',
  message: 'The transaction with the given request token is already in progress.',
  status: 400,
};

/** What the service throws when the fault strikes; nothing for a fault that leaves no answer. */
export function refusalOf(
  fault: ApiFault | undefined,
  { service, input }: { readonly service: ServiceName; readonly input: unknown },
): Error | undefined {
  switch (fault?.kind) {
    case 'error':
      return serviceError(service, fault.error);
    case 'conflict':
      return transactionConflict(input);
    case 'timeout':
    case undefined:
      return undefined;
    default:
      return unreachable(fault);
  }
}

/** A fault in one word, for the timeline. */
function wordOf(fault: ApiFault): string {
  return fault.kind === 'error' ? fault.error.code : fault.kind;
}

interface ActivePlan extends ApiFaultPlan {
  readonly from: Instant;
  readonly to: Instant;
}

/** The faults of API calls and of the process that makes them. */
export class ApiFaults {
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #random: Random;
  readonly #plans: ActivePlan[] = [];
  readonly #deaths: { readonly plan: DeathPlan; seen: number }[] = [];

  constructor(timeline: Timeline, history: History, random: Random) {
    this.#timeline = timeline;
    this.#history = history;
    this.#random = random;
  }

  /** Puts a fault in; seconds count from `start`, the beginning of the run. */
  plan(plan: ApiFaultPlan, start: Instant): void {
    const from = after(start, seconds(plan.fromS));
    const to = after(start, seconds(plan.toS));
    this.#plans.push({ ...plan, from, to });
    const name = `api/${plan.service}`;
    const text = `${plan.service} ${plan.operation ?? 'every call'}: ${wordOf(plan.fault)}`;
    this.#timeline.at(from, () =>
      this.#history.add({ kind: 'fault', name, phase: 'begins', text }),
    );
    this.#timeline.at(to, () => this.#history.add({ kind: 'fault', name, phase: 'ends', text }));
  }

  /** Lets an invocation die at one of its calls. */
  planDeath(plan: DeathPlan): void {
    this.#deaths.push({ plan, seen: 0 });
  }

  /** The fault that strikes this call, if one does. */
  strike(service: ServiceName, operation: string): ApiFault | undefined {
    const now = this.#timeline.now();
    const plan = this.#plans.find(
      (candidate) =>
        candidate.service === service &&
        (candidate.operation === undefined || candidate.operation === operation) &&
        candidate.from <= now &&
        now < candidate.to &&
        this.#random.stream(`faults/${service}`).chance(candidate.probability ?? 1),
    );
    return plan?.fault;
  }

  /** Whether the invocation dies at this call. */
  death(call: {
    readonly service: ServiceName;
    readonly operation: string;
    readonly invocation: number;
  }): DeathPlan['when'] | undefined {
    for (const death of this.#deaths) {
      const { operation, nth, when } = death.plan;
      if (operation !== undefined && operation !== call.operation) continue;
      death.seen += 1;
      if (death.seen !== nth) continue;
      const text = `Lambda dies at ${call.operation} (${when}), invocation ${call.invocation}`;
      this.#history.add({ kind: 'fault', name: 'lambda/death', phase: 'strikes', text });
      return when;
    }
    return undefined;
  }
}
