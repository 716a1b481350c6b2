import type { Instant } from '../../lambda/core/time';
import type { CheckName, History } from '../history';
import type { Stream } from '../random';
import type { Timeline } from '../time';
import type { CheckState, Instance } from './ec2-instance';
import { EC2_TIMES, type Ec2Times } from './ec2-times';
import { isObject, UnsimulatedTemplateError, type Deployment, type Json } from './template';

/** An application status check of the template: whom it asks, and how patiently. */
export interface ApplicationCheckSetup {
  readonly tagKey: string;
  readonly tagValue: string;
  readonly graceS: number;
  readonly failureThreshold: number;
}

const ALL: readonly CheckName[] = ['system', 'instance', 'attachedEbs', 'application'];
const OWN_OF_EC2: readonly CheckName[] = ['system', 'instance', 'attachedEbs'];

function tagOf(association: Readonly<Record<string, Json | undefined>>): [string, string] {
  const key = association['TagKey'] ?? association['Key'];
  if (key !== undefined) {
    return [String(key), String(association['TagValue'] ?? association['Value'] ?? '')];
  }
  const tag = association['Tag'] ?? (association['Tags'] as readonly Json[] | undefined)?.[0];
  if (isObject(tag)) return [String(tag['Key']), String(tag['Value'])];
  throw new UnsimulatedTemplateError('A tag association of a status check without a tag');
}

/** The application status checks that the template configures, with the tags that they follow. */
export function readApplicationChecks(deployment: Deployment): readonly ApplicationCheckSetup[] {
  const checks = deployment.all('AWS::EC2::ApplicationStatusCheck');
  return deployment.all('AWS::EC2::ApplicationStatusCheckTagAssociation').map(({ properties }) => {
    const id = properties['ApplicationStatusCheckId'];
    const check = checks.find(({ logicalId }) => deployment.nameOf(logicalId) === id);
    if (check === undefined) throw new UnsimulatedTemplateError(`No status check ${String(id)}`);
    const [tagKey, tagValue] = tagOf(properties);
    const number = (name: string, otherwise: number): number =>
      Number(check.properties[name] ?? otherwise);
    return {
      tagKey,
      tagValue,
      graceS: number('InitializationGracePeriodSeconds', 300),
      successThreshold: number('SuccessThreshold', 2),
      failureThreshold: number('FailureThreshold', 2),
    };
  });
}

/**
 * The status checks of instances. Nothing runs each minute: a check is looked at again at the
 * next evaluations that can change its verdict, at the instance's own phase of the minute.
 */
export class ChecksOf {
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #setups: readonly ApplicationCheckSetup[];
  readonly #changed: (instance: Instance) => void;
  readonly #times: Ec2Times;
  readonly #periodMs: number;

  constructor(parts: {
    readonly timeline: Timeline;
    readonly history: History;
    readonly setups: readonly ApplicationCheckSetup[];
    readonly changed: (instance: Instance) => void;
    /** `EC2_TIMES` when absent. */
    readonly times?: Ec2Times;
  }) {
    this.#timeline = parts.timeline;
    this.#history = parts.history;
    this.#setups = parts.setups;
    this.#changed = parts.changed;
    this.#times = parts.times ?? EC2_TIMES;
    this.#periodMs = this.#times.evaluationS * 1_000;
  }

  /** The checks of an instance that has been in this state for long. */
  settled(instance: Pick<Instance, 'state' | 'tags'>, since: Instant): Instance['checks'] {
    const up: CheckState = {
      status: instance.state === 'running' ? 'ok' : 'not-applicable',
      since,
    };
    return { system: up, instance: up, attachedEbs: up, application: up };
  }

  /** The application check that follows one of the instance's tags. */
  setupFor(instance: Pick<Instance, 'tags'>): ApplicationCheckSetup | undefined {
    return this.#setups.find(({ tagKey, tagValue }) => instance.tags[tagKey] === tagValue);
  }

  /** A start was accepted: everything initializes, and is evaluated from then on. */
  booting(instance: Instance, stream: Stream): void {
    this.#set(instance, ALL, 'initializing');
    const { least, most } = this.#times.initializingS;
    const initializingS = stream.uniform(least, most);
    this.#evaluateAfter(instance, OWN_OF_EC2, { delayMs: initializingS * 1_000 });
    const setup = this.setupFor(instance);
    if (setup === undefined) return;
    // The grace only forgives failures: a success within it counts at once.
    const graceMs = setup.graceS * 1_000 + (setup.failureThreshold - 1) * this.#periodMs;
    this.#evaluateAfter(instance, ['application'], { delayMs: this.#periodMs / 2, graceMs });
  }

  /**
   * It reboots. EC2 says `initializing` of the guest, or finds it unreachable for a minute or two;
   * the host and the volumes are looked at as ever. The application has no grace: it does not
   * begin again with a state that stays `running`.
   */
  rebooting(instance: Instance, stream: Stream): void {
    this.#evaluateAfter(instance, ['system', 'attachedEbs'], { delayMs: 0 });
    const setup = this.setupFor(instance);
    if (setup !== undefined) {
      const delayMs = (setup.failureThreshold - 1) * this.#periodMs;
      this.#evaluateAfter(instance, ['application'], { delayMs });
    }
    const { least, most } = this.#times.initializingAgainS;
    const initializingS = stream.uniform(least, most);
    if (stream.chance(0.7)) {
      this.#set(instance, ['instance'], 'initializing');
      this.#evaluateAfter(instance, ['instance'], { delayMs: initializingS * 1_000 });
    } else {
      this.#evaluateAfter(instance, ['instance'], { delayMs: 0 });
    }
  }

  /** It does not run any more. */
  gone(instance: Instance): void {
    this.#set(instance, ALL, 'not-applicable');
  }

  /** The host, the guest or the volume became faulty or sound: the next evaluation finds out. */
  lookAgain(instance: Instance, check: CheckName): void {
    this.#evaluateAfter(instance, [check], { delayMs: 0 });
  }

  /** The workload serves or ceased to: the application check finds out. */
  workloadChanged(instance: Instance): void {
    const setup = this.setupFor(instance);
    if (setup === undefined || instance.state !== 'running') return;
    if (instance.checks.application.status === 'initializing') return;
    const times = instance.serving ? 1 : setup.failureThreshold;
    this.#evaluateAfter(instance, ['application'], { delayMs: (times - 1) * this.#periodMs });
  }

  #evaluateAfter(
    instance: Instance,
    checks: readonly CheckName[],
    { delayMs, graceMs = 0 }: { readonly delayMs: number; readonly graceMs?: number },
  ): void {
    const { life } = instance;
    const now = this.#timeline.now();
    const phase = { phase: instance.checkPhase, periodMs: this.#periodMs };
    this.#timeline.at(nextEvaluation(now + delayMs, phase), () => {
      if (instance.life !== life) return;
      if (instance.state !== 'running') return;
      for (const check of checks) this.#evaluate(instance, check, now + graceMs);
    });
  }

  #evaluate(instance: Instance, check: CheckName, graceUntil: number): void {
    const now = this.#timeline.now();
    const fails = isFailing(instance, check);
    if (fails && now < graceUntil) {
      this.#evaluateAfter(instance, [check], { delayMs: 1, graceMs: graceUntil - now });
      return;
    }
    this.#set(instance, [check], fails ? 'impaired' : 'ok');
    const passes = check === 'application' || (check === 'instance' && isRebooting(instance));
    if (fails && passes) this.#evaluateAfter(instance, [check], { delayMs: 1 });
  }

  #set(instance: Instance, names: readonly CheckName[], status: CheckState['status']): void {
    const since = this.#timeline.now();
    const configured = this.setupFor(instance) !== undefined;
    for (const check of names) {
      if (instance.checks[check].status === status) continue;
      instance.checks = { ...instance.checks, [check]: { status, since } };
      if (check === 'application' && !configured) continue;
      this.#history.add({ kind: 'check', instanceId: instance.id, check, status });
    }
    this.#changed(instance);
  }
}

const isRebooting = ({ guest }: Instance): boolean => guest === 'rebooting';

/** What an evaluation at this moment finds. */
function isFailing(instance: Instance, check: CheckName): boolean {
  if (instance.ailments.has(check)) return true;
  if (check === 'application') return !instance.serving;
  return check === 'instance' && isRebooting(instance);
}

/** The first evaluation at or after a moment. */
function nextEvaluation(
  from: number,
  { phase, periodMs }: { readonly phase: number; readonly periodMs: number },
): number {
  const into = (((from - phase) % periodMs) + periodMs) % periodMs;
  return into === 0 ? from : from + periodMs - into;
}
