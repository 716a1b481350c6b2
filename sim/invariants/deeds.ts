import type { Instant } from '../../lambda/core/time';
import { unreachable } from '../../lambda/core/unreachable';
import { lastRead, stopAt, type Request, type Story } from './story';

/** What the watchdog asked EC2 or Systems Manager to do to one server. */
export interface Deed {
  readonly what:
    'start' | 'stop' | 'reboot' | 'restart-service' | 'change-type' | 'associate-address';
  readonly instanceId: string;
  readonly request: Request;
  /** When it was sent. */
  readonly askedAt: Instant;
  /** When it changed something about the server; undefined when it did not. */
  readonly doneAt: Instant | undefined;
  /** Of a stop that took effect. */
  readonly force: boolean;
  readonly skipOsShutdown: boolean;
  /** Of a change of type. */
  readonly instanceType: string | undefined;
  /** Of a command. */
  readonly document: string | undefined;
}

/** A deed that takes down what may still serve. */
export type TakedownDeed = Deed & { readonly what: 'stop' | 'reboot' | 'restart-service' };

const OPERATIONS: Readonly<Record<string, Deed['what']>> = {
  StartInstances: 'start',
  StopInstances: 'stop',
  RebootInstances: 'reboot',
  SendCommand: 'restart-service',
  ModifyInstanceAttribute: 'change-type',
  AssociateAddress: 'associate-address',
};

const known = new WeakMap<Story, readonly Deed[]>();

/** Everything that was meant to be done to servers (no dry run), in the order of the calls. */
export function deedsOf(story: Story): readonly Deed[] {
  const deeds =
    known.get(story) ?? story.requests.filter((it) => !isHook(story, it)).flatMap(deedsIn);
  known.set(story, deeds);
  return deeds;
}

/** The document of a hook does work in the server: it takes nothing down. */
function isHook({ policies }: Story, { call, effect }: Request): boolean {
  if (call.operation !== 'SendCommand') return false;
  const all = [...policies.values()];
  const documents = all.flatMap(({ hooks }) =>
    hooks.flatMap((hook) => (hook.kind === 'ssm' ? hook.document : [])),
  );
  const document = call.command?.document ?? effect?.document;
  if (document !== undefined) return documents.includes(document);
  // Nobody says which: a restart only where a policy has one.
  return documents.length > 0 && all.every(({ restartDocument }) => restartDocument === undefined);
}

function deedsIn(request: Request): readonly Deed[] {
  const { call, effect } = request;
  const what = OPERATIONS[call.operation];
  if (what === undefined || call.dryRun) return [];
  const changed = effect?.changed ?? [];
  return instancesOf(what, request).map((instanceId): Deed => {
    const stop = effect?.stopped.find((one) => one.instanceId === instanceId);
    return {
      what,
      instanceId,
      request,
      askedAt: call.at,
      doneAt: isDone(what, instanceId, request) ? effect?.at : undefined,
      force: stop?.force ?? false,
      skipOsShutdown: stop?.skipOsShutdown ?? false,
      instanceType: changed.find((one) => one.instanceId === instanceId)?.instanceType,
      document: effect?.document,
    };
  });
}

/** What acts on a single instance names it in another field than the calls on many. */
function instancesOf(what: Deed['what'], { call, effect }: Request): readonly string[] {
  switch (what) {
    case 'change-type':
      return effect?.changed.map(({ instanceId }) => instanceId) ?? [];
    case 'associate-address':
      return effect?.associated === undefined ? [] : [effect.associated.instanceId];
    default:
      return call.instanceIds;
  }
}

function isDone(what: Deed['what'], instanceId: string, { effect }: Request): boolean {
  if (effect === undefined) return false;
  switch (what) {
    case 'start':
      return effect.started.includes(instanceId);
    case 'stop':
      return effect.stopped.some((stop) => stop.instanceId === instanceId);
    case 'reboot':
      return effect.rebooted.includes(instanceId);
    case 'restart-service':
      return effect.code === 'ok';
    case 'change-type':
    case 'associate-address':
      return true;
    default:
      return unreachable(what);
  }
}

/** The instances that a request concerns, also where it names its one in a field of its own. */
export function concernedBy({ call, effect }: Request): readonly string[] {
  const changed = effect?.changed.map(({ instanceId }) => instanceId) ?? [];
  return [...new Set([...call.instanceIds, ...changed])];
}

/** Every takedown, a forced stop of what was stopping already included. */
export function takedownDeeds(story: Story): readonly TakedownDeed[] {
  return deedsOf(story).filter((deed): deed is TakedownDeed => isTakedownDeed(deed));
}

function isTakedownDeed({ what }: Deed): boolean {
  return what === 'stop' || what === 'reboot' || what === 'restart-service';
}

/** The state in which the invocation read the instance last before it asked for this. */
export function stateRead(story: Story, deed: Deed): string | undefined {
  const { invocation } = deed.request.call;
  const { instanceId, askedAt: before } = deed;
  return lastRead(story, { invocation, instanceId, before })?.state;
}

/** The takedowns of what was read as running: all but the force of a stop that is under way. */
export function takenFromRunning(story: Story): readonly TakedownDeed[] {
  return takedownDeeds(story).filter((deed) => stateRead(story, deed) !== 'stopping');
}

/** Whether a start ended a stop that the watchdog itself had asked for. */
export function endsOwnStop(story: Story, { what, instanceId, askedAt }: Deed): boolean {
  return what === 'start' && stopAt(story, instanceId, askedAt)?.by.kind === 'watchdog';
}

/** When EC2 last answered this invocation, before a call of it, about the checks of instances. */
export function statusReadBefore(story: Story, { request }: Deed): Instant | undefined {
  const { invocation, at } = request.call;
  return story.requests.findLast(
    ({ call, answer }) =>
      call.operation === 'DescribeInstanceStatus' &&
      call.invocation === invocation &&
      answer?.code === 'ok' &&
      answer.at <= at,
  )?.effect?.at;
}
