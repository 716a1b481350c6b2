import { synthesizeTemplate } from '../../lib/synthesize';
import type { HandlerFactory } from '../account/lambda';
import { LADDER_POLICIES } from '../drills/policies';
import { judgeRound, type FuzzBreach } from './judge';
import { playRound, type Round, type RoundOptions } from './round';
import { shrink } from './shrink';

/** A round holds so many records: enough for each kind, few enough to be played again. */
const ROUND = 500;

/** A round in which something was wrong. */
export interface FuzzFailure {
  readonly seed: number;
  readonly breaches: readonly FuzzBreach[];
  /** The records that are needed for it, after the others were taken away. */
  readonly needed: readonly { readonly how: string; readonly record: unknown }[];
  readonly odd: readonly unknown[];
  /** The command that plays this very round again. */
  readonly replay: string;
}

/** What the fuzz came to. */
export interface Fuzzed {
  readonly events: number;
  readonly from: number;
  /** How many of the records were signals all the same; the others were refused and counted. */
  readonly signals: number;
  readonly refused: number;
  readonly invocations: number;
  /** How often each thing was done to an event. */
  readonly mutations: Readonly<Record<string, number>>;
  readonly failures: readonly FuzzFailure[];
}

/** How it is done. */
export interface FuzzOptions {
  readonly events: number;
  /** The first seed; each round of 500 records has its own. */
  readonly seed: number;
  readonly onRound?: (events: number, failure: FuzzFailure | undefined) => void;
  readonly handler?: HandlerFactory;
}

/** The servers of a round pick theirs by their tag. */
const POLICIES = { livechat: LADDER_POLICIES.livechat, asked: LADDER_POLICIES.asked };

/**
 * Gives mutated events and records to the real handler, in small worlds in each of which AWS stops
 * one server. The same seed gives the same rounds.
 */
export async function fuzz(options: FuzzOptions): Promise<Fuzzed> {
  const { events, seed: from, onRound, handler } = options;
  const template = synthesizeTemplate(POLICIES);
  const failures: FuzzFailure[] = [];
  const mutations = new Map<string, number>();
  let [refused, invocations] = [0, 0];
  for (let given = 0; given < events; given += ROUND) {
    const records = Math.min(ROUND, events - given);
    const seed = from + given / ROUND;
    const round = { seed, template, records, ...(handler && { handler }) };
    const played = await playRound(round);
    const breaches = judgeRound(played);
    const failure =
      breaches.length === 0 ? undefined : await failureOf(played, { breaches, round });
    if (failure !== undefined) failures.push(failure);
    count(played, mutations);
    refused += refusedIn(played);
    invocations += played.handled.length;
    onRound?.(given + records, failure);
  }
  const signals = events - refused;
  const sorted = Object.fromEntries([...mutations].sort(([, one], [, other]) => other - one));
  return { events, from, signals, refused, invocations, mutations: sorted, failures };
}

async function failureOf(
  played: Round,
  { breaches, round }: { readonly breaches: readonly FuzzBreach[]; readonly round: RoundOptions },
): Promise<FuzzFailure> {
  const { seed, records } = round;
  const shrunk = await shrink(played, round);
  return {
    seed,
    breaches,
    needed: shrunk.round.handled.flatMap(({ forged }) =>
      forged.map(({ how, record }) => ({ how, record })),
    ),
    odd: shrunk.round.handled.flatMap(({ odd }) => odd),
    replay: `npm run fuzz -- --events ${records} --seed ${seed}`,
  };
}

function count({ handled }: Round, mutations: Map<string, number>): void {
  for (const how of handled.flatMap(({ forged }) => forged).flatMap((one) => one.how.split(', '))) {
    mutations.set(how, (mutations.get(how) ?? 0) + 1);
  }
}

/** Of the records; a direct invocation that is no batch counts beside them. */
function refusedIn({ handled }: Round): number {
  const ids = new Set(handled.flatMap(({ forged }) => forged.map(({ id }) => id)));
  const anonymous = handled.flatMap(({ forged }) => forged).filter(({ id }) => id === undefined);
  const named = handled
    .flatMap(({ lines }) => lines)
    .filter(({ message }) => message === 'signal rejected' || message === 'signal ignored')
    .filter(({ fields }) => ids.has(String(fields['messageId'])));
  return named.length + anonymous.length;
}
