import type { InstanceSpec } from '../account/ec2-instance';
import type { Expectation } from '../drill-result';
import { factsOf, type Fact } from '../history';
import type { MessageFact } from '../message-facts';
import type { World } from '../world';
import { actsLine, actsOf } from './acts';
import { demand, type DrillSpec, type Played } from './drill';
import { decisionFacts, isRepeat, type Figures } from './figures';
import { LADDER_POLICIES, under } from './policies';
import { chatServer, POD_23 } from './servers';

/** The fleet is enrolled by the first sweep that sees its checks ok. */
export const ZERO_S = 300;

/** A drill of one server that runs, and of what is done about it. */
export interface LadderDrill {
  readonly name: string;
  readonly twin: string;
  readonly title: string;
  readonly description: string;
  readonly policy?: keyof typeof LADDER_POLICIES;
  readonly server?: Partial<InstanceSpec>;
  /** What happens; second 0 is ZERO_S. */
  readonly story: (world: World) => void;
  /** How long it may take, in minutes; an hour when absent. */
  readonly minutes?: number;
  readonly startAt?: string;
  /** A trail exists, so that API calls reach the event bus. */
  readonly trail?: boolean;
  /** It ends when its incident does; else it is played to its limit. */
  readonly endsWell?: boolean;
  readonly expect: (played: Played) => readonly Expectation[];
}

/** Makes a drill of a single server, pod-23, under one of the drills' policies. */
export function ladderDrill(drill: LadderDrill): DrillSpec {
  const { name, title, description, policy = 'livechat', server = {}, endsWell = true } = drill;
  return {
    name,
    twin: drill.twin,
    title,
    description,
    startAt: drill.startAt ?? '2024-08-01T12:05:00Z',
    zeroS: ZERO_S,
    limitS: ZERO_S + (drill.minutes ?? 60) * 60,
    policies: LADDER_POLICIES,
    trail: drill.trail ?? false,
    play(world) {
      const { tags, ...spec } = server;
      world.ec2.addInstance(
        chatServer(POD_23, { name: 'pod-23', ...spec, tags: { ...under(policy), ...tags } }),
      );
      drill.story(world);
    },
    ...(endsWell && { isOver: isResolved }),
    expect: drill.expect,
  };
}

/** Whether the last incident was resolved. */
export function isResolved(facts: readonly Fact[]): boolean {
  return decisionFacts(facts).some(({ fields }) => fields['decision'] === 'resolve');
}

const kindsOf = ({ alerts }: Figures): string => alerts.map(({ kind }) => kind).join(', ');

/** Exactly these acts, in this order, on all servers together. */
export function acted(acts: string, { facts }: Played): Expectation {
  const got = actsLine(facts);
  return demand(
    `acts: ${acts === '' ? 'none' : acts} (got: ${got === '' ? 'none' : got})`,
    got === acts,
  );
}

/** Exactly these messages, in this order. */
export function told(kinds: string, { figures }: Played): Expectation {
  const got = kindsOf(figures);
  return demand(`messages: ${kinds === '' ? 'none' : kinds} (got: ${got})`, got === kinds);
}

/** A decision with this reason was made. */
export function decided(decision: string, reason: string, { figures }: Played): Expectation {
  const held = figures.decisions.some(
    (entry) => entry.decision === decision && entry.reason === reason,
  );
  return demand(`decides: ${decision} (${reason})`, held);
}

/** The last incident ended like this. */
export function resolvedAs(reason: string, { facts }: Played): Expectation {
  const held = decisionFacts(facts).some(
    ({ fields }) => fields['decision'] === 'resolve' && fields['reason'] === reason,
  );
  return demand(`ends as ${reason}`, held);
}

/** The messages of one kind, or all. */
export function messagesOf(event: string | undefined, { facts }: Played): readonly MessageFact[] {
  return factsOf(facts, 'message').filter(
    ({ attributes }) => event === undefined || attributes['event'] === event,
  );
}

/** Some message holds this text, of the kind if one is named. */
export function says(event: string | undefined, text: string, played: Played): Expectation {
  const what = event === undefined ? 'a message' : `a message of the kind ${event}`;
  const held = messagesOf(event, played).some(({ email }) => email.includes(text));
  return demand(`${what} says "${text}"`, held);
}

/** Some page holds this text. */
export function pageSays(text: string, played: Played): Expectation {
  return says('needs-person', text, played);
}

/** When each act on the servers was, in seconds from second 0 of the story. */
export function actTimes(played: Played): readonly number[] {
  return actsOf(played.facts).map(({ at }) => elapsedS(played, at));
}

/** When a thing happened, in seconds from second 0 of the story. */
export function elapsedS({ facts }: Played, at: number): number {
  return (at - (facts[0]?.at ?? 0)) / 1_000 - ZERO_S;
}

/** Everything that was done came so many seconds after the story began, or later. */
export function notBefore(afterS: number, played: Played): Expectation {
  const [first = Number.POSITIVE_INFINITY] = actTimes(played);
  return demand(`nothing within ${Math.round(afterS / 60)} min`, first >= afterS);
}

/** So many calls for a person; a page that is sent once more, since nobody reacted, is the same. */
export function pagedTimes(count: number, { figures }: Played): Expectation {
  const pages = figures.alerts.filter(({ kind }) => kind === 'needs-person');
  const got = pages.filter((page) => !isRepeat(page)).length;
  return demand(`${count} pages (got ${got})`, got === count);
}

/** What a refusal must show: nothing is done, and a person is told why. */
export function refused(reason: string, played: Played): readonly Expectation[] {
  return [acted('', played), decided('escalate', reason, played), pageSays(reason, played)];
}
