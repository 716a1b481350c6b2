import { HOOK_DETAIL_TYPE } from '../../lambda/core/hook-event';
import type { Hook } from '../../lambda/core/hook';
import type { Instant } from '../../lambda/core/time';
import type { SentCommand } from '../command-facts';
import { factsOf } from '../history';
import type { ProgramEventFact } from '../message-facts';
import { policyAt, type Dated, type Request, type Story } from './story';

/** A hook's work as somebody was asked for it. */
export interface HookSend {
  readonly at: Instant;
  readonly instanceId: string;
  readonly incidentId: string;
  readonly key: string;
  readonly name: string;
  readonly outage: number;
  /** The window as it was given: last known good, first known bad, good again (or nothing). */
  readonly window: readonly [from: string, firstKnownBad: string, to: string];
  /** AWS took it; the Lambda may have died before it knew. */
  readonly isTaken: boolean;
  /** The hook of the policy; undefined where it has none of that name. */
  readonly hook: Hook | undefined;
}

const known = new WeakMap<Story, readonly HookSend[]>();

/** Each time that a hook's work was asked for, in the order of time. */
export function hookSendsOf(story: Story): readonly HookSend[] {
  const sends = known.get(story) ?? [...eventsIn(story), ...commandsIn(story)].sort(byTime);
  known.set(story, sends);
  return sends;
}

const byTime = (one: HookSend, other: HookSend): number => one.at - other.at;

type Texts = Readonly<Record<string, unknown>>;
const textIn = (fields: unknown, name: string): string =>
  typeof fields === 'object' && fields !== null && name in fields
    ? String((fields as Texts)[name])
    : '';

function eventsIn(story: Story): readonly HookSend[] {
  return factsOf(story.facts, 'program-event')
    .filter(({ detailType }) => detailType === HOOK_DETAIL_TYPE)
    .map(({ at, detail }: Dated<ProgramEventFact>): HookSend => {
      const instanceId = textIn(detail['instance'], 'id');
      const outage = detail['outage'];
      const name = textIn(detail, 'hook');
      return {
        at,
        instanceId,
        incidentId: textIn(detail, 'incidentId'),
        key: textIn(detail, 'key'),
        name,
        outage: Number(textIn(outage, 'number')),
        window: [
          textIn(outage, 'lastKnownGood'),
          textIn(outage, 'firstKnownBad'),
          textIn(outage, 'goodAgain'),
        ],
        isTaken: true,
        hook: hookOf(story, { instanceId, name, at }),
      };
    });
}

function commandsIn(story: Story): readonly HookSend[] {
  return story.requests.flatMap(({ call, effect }: Request): readonly HookSend[] => {
    const { command, at } = call;
    const [instanceId = ''] = call.instanceIds;
    if (command?.parameters['Key'] === undefined) return [];
    return [
      {
        at,
        instanceId,
        ...saidBy(story, command, { at, instanceId }),
        isTaken: effect?.code === 'ok',
      },
    ];
  });
}

function saidBy(
  story: Story,
  { parameters: given }: SentCommand,
  { at, instanceId }: { readonly at: Instant; readonly instanceId: string },
): Omit<HookSend, 'at' | 'instanceId' | 'isTaken'> {
  const { Key: key = '', IncidentId: incidentId = '', OutageNumber: outage } = given;
  // `<incident id>/<hook>/<outage number>`
  const name = key.split('/').at(-2) ?? '';
  const { LastKnownGood: from = '', FirstKnownBad: bad = '', GoodAgain: to = '' } = given;
  const hook = hookOf(story, { instanceId, name, at });
  return { incidentId, key, name, outage: Number(outage), window: [from, bad, to], hook };
}

function hookOf(
  story: Story,
  of: { readonly instanceId: string; readonly name: string; readonly at: Instant },
): Hook | undefined {
  const life = story.lives.get(of.instanceId);
  const policy = life && policyAt(story, life, of.at);
  return policy?.hooks.find(({ name }) => name === of.name);
}

/** The moments that belong to an outage: around a planned stop the number is that of the drain. */
const OF_OUTAGES: ReadonlySet<string | undefined> = new Set(['down', 'serving']);

/** Whether a hook's work belongs to an outage. */
export const isOfOutage = ({ hook }: HookSend): boolean => OF_OUTAGES.has(hook?.on);

/** Whether something happened to the server itself meanwhile: another outage may begin with it. */
export function happenedTo(
  story: Story,
  instanceId: string,
  [from, to]: readonly [from: Instant, to: Instant],
): boolean {
  return story.facts.some((fact) => {
    if (fact.at < from || fact.at > to) return false;
    if (fact.kind === 'check') return fact.instanceId === instanceId && fact.status === 'impaired';
    if (fact.kind === 'serving') return fact.instanceId === instanceId && !fact.serving;
    return (
      (fact.kind === 'state' || fact.kind === 'reboot' || fact.kind === 'tags') &&
      fact.instanceId === instanceId &&
      !(fact.kind === 'tags' && fact.by.kind === 'watchdog')
    );
  });
}
