import type { Check, InstanceView } from '../../lambda/core/observation';
import type { Policy } from '../../lambda/core/policy';
import type { HookNews, HookRun } from '../../lambda/core/hook-run';
import type { HookOutcome } from '../../lambda/core/hooks';
import type {
  ActOutcome,
  AddressPort,
  ApplicationPort,
  CapacityPort,
  HookPort,
  ReservationOutcome,
  ReservationRequest,
  ServicePort,
} from '../../lambda/ports';
import type { Journal } from './journal';

const ACCEPTED: ActOutcome = { kind: 'accepted' };

/** Hooks that are taken unless the test says otherwise. */
export class FakeHooks implements HookPort {
  readonly sent: HookRun[] = [];
  /** What a hook answers, by its name. */
  readonly outcomes = new Map<string, HookOutcome>();

  constructor(private readonly journal: Journal) {}

  send: HookPort['send'] = (hook, { run }) => {
    this.sent.push(run);
    return this.journal.call('hook', () => this.outcomes.get(hook.name) ?? ACCEPTED);
  };

  /** What Systems Manager answers about a command, by its id; nothing of those that it lost. */
  readonly answers = new Map<string, readonly HookNews[]>();

  ask: HookPort['ask'] = (_, commandId) =>
    this.journal.call(`ask hook ${commandId}`, () => this.answers.get(commandId) ?? []);
}

/** Capacity as the test says: every reservation is granted, and every listed type fits. */
export class FakeCapacity implements CapacityPort {
  readonly requests: ReservationRequest[] = [];
  readonly opened: string[] = [];
  readonly released: string[] = [];
  readonly changed: { readonly instanceId: string; readonly instanceType: string }[] = [];
  /** What a reservation for an instance answers instead of being granted. */
  readonly reserveOutcomes = new Map<string, ReservationOutcome>();
  openOutcome: ActOutcome = ACCEPTED;
  releaseOutcome: ActOutcome = ACCEPTED;
  /** What the next releases answer instead, one after the other. */
  readonly nextReleases: ActOutcome[] = [];
  /** What a change to a type answers instead of being accepted. */
  readonly changeOutcomes = new Map<string, ActOutcome>();
  /** Types that do not fit, or that the zone does not offer. */
  readonly unfit = new Set<string>();
  typesUnread = false;

  constructor(
    private readonly journal: Journal,
    /** Gives an instance another type, as EC2 does when it takes a change. */
    private readonly retype: (instanceId: string, instanceType: string) => void,
  ) {}

  reserve(request: ReservationRequest): Promise<ReservationOutcome> {
    this.requests.push(request);
    return this.journal.call(
      'reserve',
      () =>
        this.reserveOutcomes.get(request.instanceId) ?? {
          kind: 'accepted',
          reservationId: reservationOf(request.token, this.requests),
        },
    );
  }

  release(reservationId: string): Promise<ActOutcome> {
    this.released.push(reservationId);
    return this.journal.call('release', () => this.nextReleases.shift() ?? this.releaseOutcome);
  }

  changeType(instanceId: string, instanceType: string): Promise<ActOutcome> {
    this.changed.push({ instanceId, instanceType });
    return this.journal.call('change type', () => {
      const outcome = this.changeOutcomes.get(instanceType) ?? ACCEPTED;
      if (outcome.kind === 'accepted') this.retype(instanceId, instanceType);
      return outcome;
    });
  }

  fitting(view: InstanceView, types: readonly string[]): Promise<readonly string[] | undefined> {
    return this.journal.call('fitting', () =>
      this.typesUnread
        ? undefined
        : types.filter((type) => type !== view.instanceType && !this.unfit.has(type)),
    );
  }
}

/** The same token is the same reservation, as EC2 has it. */
function reservationOf(token: string, requests: readonly ReservationRequest[]): string {
  const tokens = [...new Set(requests.map((request) => request.token))];
  return `cr-${(tokens.indexOf(token) + 1).toString(16).padStart(17, '0')}`;
}

/** Elastic IPs: every association is made unless told otherwise. */
export class FakeAddresses implements AddressPort {
  readonly associated: { readonly instanceId: string; readonly publicIp: string }[] = [];
  outcome: ActOutcome = ACCEPTED;

  constructor(private readonly journal: Journal) {}

  associate(instanceId: string, publicIp: string): Promise<ActOutcome> {
    this.associated.push({ instanceId, publicIp });
    return this.journal.call('associate address', () => this.outcome);
  }
}

/** Systems Manager: every command is sent unless told otherwise. */
export class FakeService implements ServicePort {
  readonly commands: { readonly instanceId: string; readonly document: string }[] = [];
  readonly outcomes = new Map<string, ActOutcome>();

  constructor(private readonly journal: Journal) {}

  restart(instanceId: string, document: string): Promise<ActOutcome> {
    this.commands.push({ instanceId, document });
    return this.journal.call('restart service', () => this.outcomes.get(instanceId) ?? ACCEPTED);
  }
}

/** CloudWatch: what it says of each instance; of one that is missing here it does not answer. */
export class FakeApplication implements ApplicationPort {
  readonly checks = new Map<string, Check>();
  readonly asked: (readonly string[])[] = [];

  constructor(private readonly journal: Journal) {}

  read(
    instances: readonly { readonly instanceId: string; readonly policy: Policy }[],
  ): Promise<ReadonlyMap<string, Check>> {
    const ids = instances.map(({ instanceId }) => instanceId);
    this.asked.push(ids);
    return this.journal.call(
      'application',
      () => new Map([...this.checks].filter(([id]) => ids.includes(id))),
    );
  }
}
