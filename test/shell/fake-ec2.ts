import { UNREAD_CHECKS, type Checks, type InstanceView } from '../../lambda/core/observation';
import type { RescueFacts } from '../../lambda/core/readiness';
import { after, seconds, type Instant } from '../../lambda/core/time';
import type {
  ActOutcome,
  Ec2Port,
  LookAnswer,
  LookRequest,
  StartOutcome,
  StatusAnswer,
  StatusView,
  StopMode,
  TakedownReads,
} from '../../lambda/ports';
import type { Journal } from './journal';

const READY: RescueFacts = { kmsKeyArns: [], stopProtection: false, mayStart: true };

const CLEAR: TakedownReads = {
  stopProtection: false,
  hasInstanceStore: false,
  awsRecovers: false,
};

/** EC2 with instances that answer for themselves, and faults by switch. */
export class FakeEc2 implements Ec2Port {
  /** As EC2 knows them; the checks in a view are what DescribeInstanceStatus tells. */
  readonly views = new Map<string, InstanceView>();
  /** What a start of an instance answers instead of the truth. */
  readonly outcomes = new Map<string, StartOutcome>();
  readonly facts = new Map<string, RescueFacts>();
  /** What a stop or reboot of an instance answers instead of being accepted. */
  readonly stopOutcomes = new Map<string, ActOutcome>();
  readonly rebootOutcomes = new Map<string, ActOutcome>();
  /** What is read before a takedown; nothing speaks against it unless told otherwise. */
  readonly reads = new Map<string, TakedownReads>();
  readonly readsAsked: (readonly string[])[] = [];
  readonly stops: { readonly instanceId: string; readonly mode: StopMode }[] = [];
  readonly reboots: string[] = [];
  readonly looks: LookRequest[] = [];
  readonly starts: (readonly string[])[] = [];
  /** How many its own rate lets start. */
  startsAllowed = Number.POSITIVE_INFINITY;
  readonly tagged: { readonly instanceId: string; readonly tags: Record<string, string> }[] = [];
  readonly statusAsked: (readonly string[])[] = [];
  /** What DescribeInstances shows instead of the truth: it may lag behind. */
  readonly stale = new Map<string, InstanceView>();
  looksFail = false;
  /** Every answer about status checks fails. */
  statusesFail = false;
  /** Only the account-wide one, or only those by id. */
  troubledFails = false;
  statusOfFails = false;
  tagsFail = false;
  /** What somebody else does right after the next tag was written. */
  afterTag: (() => void) | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly now: () => Instant,
  ) {}

  /** Changes an instance, as AWS or a person does. */
  change(instanceId: string, over: Partial<InstanceView>): void {
    const view = this.views.get(instanceId);
    if (view === undefined) throw new Error(`No instance ${instanceId}`);
    this.views.set(instanceId, { ...view, ...over });
  }

  /** What was started stands `running` in its new boot. */
  boots(instanceId: string, checks: Checks): void {
    this.change(instanceId, { state: 'running', stateReason: undefined, checks });
  }

  look(request: LookRequest): Promise<LookAnswer> {
    this.looks.push(request);
    return this.journal.call('look', (): LookAnswer => {
      if (this.looksFail) return { kind: 'failed', error: 'RequestLimitExceeded' };
      const views = [...this.views.values()]
        .map((view) => this.stale.get(view.instanceId) ?? view)
        .filter((view) => isAsked(request, view));
      return { kind: 'seen', views: views.map((view) => ({ ...view, checks: UNREAD_CHECKS })) };
    });
  }

  statusOf(instanceIds: readonly string[]): Promise<StatusAnswer> {
    this.statusAsked.push(instanceIds);
    return this.#statuses('status', this.statusOfFails, ({ instanceId }) =>
      instanceIds.includes(instanceId),
    );
  }

  troubled(): Promise<StatusAnswer> {
    return this.#statuses(
      'troubled',
      this.troubledFails,
      ({ checks, scheduledEvents }) =>
        scheduledEvents.length > 0 ||
        Object.values(checks).some(({ status }) => status === 'impaired'),
    );
  }

  startsLeft(): number {
    return this.startsAllowed;
  }

  start(
    instanceIds: readonly string[],
    _calls: number,
  ): Promise<ReadonlyMap<string, StartOutcome>> {
    this.starts.push(instanceIds);
    return this.journal.call(
      'start',
      () => new Map(instanceIds.map((id) => [id, this.#startOne(id)] as const)),
    );
  }

  /** An accepted stop leaves it `stopping`; `stopsNow` makes it stopped. */
  stop(instanceId: string, mode: StopMode): Promise<ActOutcome> {
    this.stops.push({ instanceId, mode });
    return this.journal.call('stop', (): ActOutcome => {
      const told = this.stopOutcomes.get(instanceId);
      if (told !== undefined) return told;
      const state = this.views.get(instanceId)?.state;
      if (state !== 'running' && state !== 'stopping' && state !== 'stopped') {
        return { kind: 'wrong-state', code: 'IncorrectInstanceState' };
      }
      if (state === 'running') {
        // EC2 says of our own stop what it says of a person's.
        const code = 'Client.UserInitiatedShutdown';
        const stateReason = { code, message: `${code}: User initiated shutdown` };
        this.change(instanceId, { state: 'stopping', stateReason, transitionAt: this.now() });
      }
      return { kind: 'accepted' };
    });
  }

  /** What was asked to stop has stopped. */
  stopsNow(instanceId: string): void {
    this.change(instanceId, { state: 'stopped' });
  }

  /** An accepted reboot shows nowhere but in the checks, which a test sets. */
  reboot(instanceId: string): Promise<ActOutcome> {
    this.reboots.push(instanceId);
    return this.journal.call('reboot', (): ActOutcome => {
      const told = this.rebootOutcomes.get(instanceId);
      if (told !== undefined) return told;
      return this.views.get(instanceId)?.state === 'running'
        ? { kind: 'accepted' }
        : { kind: 'wrong-state', code: 'IncorrectInstanceState' };
    });
  }

  takedownReads(views: readonly InstanceView[]): Promise<ReadonlyMap<string, TakedownReads>> {
    this.readsAsked.push(views.map(({ instanceId }) => instanceId));
    return this.journal.call(
      'takedown reads',
      () =>
        new Map(
          views.map(({ instanceId }) => [instanceId, this.reads.get(instanceId) ?? CLEAR] as const),
        ),
    );
  }

  tag(instanceId: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    this.tagged.push({ instanceId, tags });
    return this.journal.call('tag', () => {
      const view = this.views.get(instanceId);
      if (this.tagsFail || view === undefined) return false;
      this.views.set(instanceId, { ...view, tags: { ...view.tags, ...tags } });
      const then = this.afterTag;
      this.afterTag = undefined;
      then?.();
      return true;
    });
  }

  rescueFacts(views: readonly InstanceView[]): Promise<ReadonlyMap<string, RescueFacts>> {
    return this.journal.call(
      'rescue facts',
      () =>
        new Map(
          views.map(({ instanceId }) => [instanceId, this.facts.get(instanceId) ?? READY] as const),
        ),
    );
  }

  #startOne(instanceId: string): StartOutcome {
    const view = this.views.get(instanceId);
    const told = this.outcomes.get(instanceId);
    if (told !== undefined) return told;
    if (view?.state === 'pending' || view?.state === 'running') {
      return { kind: 'accepted', wasStopped: false };
    }
    if (view?.state !== 'stopped') return { kind: 'wrong-state', code: 'IncorrectInstanceState' };
    // EC2's LaunchTime has whole seconds; here it lies a little after the call.
    this.change(instanceId, { state: 'pending', launchTime: after(this.now(), seconds(1)) });
    return { kind: 'accepted', wasStopped: true };
  }

  #statuses(
    name: string,
    fails: boolean,
    isMeant: (view: InstanceView) => boolean,
  ): Promise<StatusAnswer> {
    return this.journal.call(name, (): StatusAnswer => {
      if (this.statusesFail || fails) return { kind: 'failed', error: 'InternalError' };
      const running = [...this.views.values()].filter(({ state }) => state === 'running');
      return { kind: 'seen', statuses: running.filter(isMeant).map(statusOf) };
    });
  }
}

function statusOf({ instanceId, checks, scheduledEvents }: InstanceView): StatusView {
  return { instanceId, checks, scheduledEvents };
}

function isAsked(request: LookRequest, view: InstanceView): boolean {
  if (request.kind === 'everything') return true;
  return (
    request.instanceIds.includes(view.instanceId) ||
    view.volumeIds.some((id) => request.volumeIds.includes(id)) ||
    (request.down && view.state !== 'running')
  );
}
