import { parseSignal } from '../../lambda/core/signals/parse';
import { isIrreplaceable } from '../../lambda/shell/intake';
import { actsOf } from '../drills/acts';
import { factsOf, storedBy, type Fact, type FactOf } from '../history';
import { checkInvariants } from '../invariants';
import type { Forged } from './batch';
import { failuresIn, type Handled, type Round } from './round';

/** What was wrong in a round. */
export interface FuzzBreach {
  readonly rule: 'no crash' | 'no action' | 'nothing lost' | 'nothing grows' | 'invariant';
  readonly text: string;
}

const REFUSALS = ['signal rejected', 'signal ignored'];
/** Log lines that the function writes when it did not cope. */
const CRASHES = ['invocation-failed', 'instance failed', 'signal failed'];
/** A reason quotes what it refuses, cut. */
const LONGEST_REASON = 1_000;

/** Everything that was wrong, the worst first. */
export function judgeRound(round: Round): readonly FuzzBreach[] {
  return [
    ...round.handled.flatMap(crashes),
    ...endings(round.world.history.facts),
    ...actions(round),
    ...round.handled.flatMap((handled) => losses(round, handled)),
    ...rescue(round),
    ...growth(round),
    ...checkInvariants(round.world.history.facts).map(({ invariant, text }) =>
      breach('invariant', `${invariant}: ${text}`),
    ),
  ];
}

const breach = (rule: FuzzBreach['rule'], text: string): FuzzBreach => ({ rule, text });

const isAnswer = (response: unknown): boolean =>
  Array.isArray((response as { readonly batchItemFailures?: unknown } | null)?.batchItemFailures);

function crashes({ error, response, odd, oddResponses, lines }: Handled): readonly FuzzBreach[] {
  const oddOnes = oddResponses.flatMap((answer, index) => {
    const what = JSON.stringify(odd[index]);
    if (!isAnswer(answer))
      return [breach('no crash', `${what} was answered with ${String(answer)}`)];
    const failed = failuresIn(answer);
    return failed.length === 0
      ? []
      : [breach('no crash', `${what}: ${failed.join()} to come again`)];
  });
  const said = lines
    .filter(({ message }) => CRASHES.includes(message))
    .map(({ message, fields }) => breach('no crash', `${message}: ${String(fields['error'])}`));
  if (error !== undefined) return [breach('no crash', error), ...oddOnes, ...said];
  return isAnswer(response)
    ? [...oddOnes, ...said]
    : [breach('no crash', `answered ${JSON.stringify(response)}`), ...oddOnes, ...said];
}

/** Invocations that did not return. */
const endings = (facts: readonly Fact[]): readonly FuzzBreach[] =>
  factsOf(facts, 'ended')
    .filter(({ outcome }) => outcome !== 'returned')
    .map(({ outcome, error }) => breach('no crash', `an invocation ${outcome}: ${error ?? ''}`));

/** Calls that change nothing of a server. */
const HARMLESS = /^(Describe|Get|List|Lookup)/;
/** It marks instances of its own fleet with what it knows of them. */
const TAGGING = 'CreateTags';

/** Only the server that AWS stopped may be started, once; nothing else may be touched. */
function actions({ world, subjects }: Round): readonly FuzzBreach[] {
  const { facts } = world.history;
  const acts = actsOf(facts);
  const wrong = acts.filter(({ what, instanceId }) => {
    return what !== 'start' || instanceId !== subjects.good;
  });
  const ours = new Set([...subjects.baits, subjects.good]);
  const calls = factsOf(facts, 'call').filter(
    ({ service, operation, dryRun, instanceIds }) =>
      (service === 'ec2' || service === 'ssm' || service === 'events') &&
      !HARMLESS.test(operation) &&
      !dryRun &&
      !(operation === TAGGING && instanceIds.every((id) => ours.has(id))) &&
      !(operation === 'StartInstances' && instanceIds.join() === subjects.good),
  );
  const often = acts.length - wrong.length > 1 ? [breach('no action', 'started twice')] : [];
  return [
    ...wrong.map(({ what, instanceId }) => breach('no action', `${what} of ${instanceId}`)),
    ...calls.map(({ operation, instanceIds }) =>
      breach('no action', `${operation} of ${instanceIds.join() || 'something'}`),
    ),
    ...often,
  ];
}

/** A body as the function sees it. */
function parsedBody(body: unknown): unknown {
  try {
    return JSON.parse(String(body)) as unknown;
  } catch {
    return body;
  }
}

/** Each record is a signal, or refused with a reason; and who comes again is one that may. */
function losses({ subjects }: Round, handled: Handled): readonly FuzzBreach[] {
  const { forged, own, lines, response } = handled;
  const refusals = new Map<unknown, number>();
  for (const { message, fields } of lines) {
    if (!REFUSALS.includes(message)) continue;
    const id = fields['messageId'];
    refusals.set(id, (refusals.get(id) ?? 0) + 1);
  }
  const given = new Map<string, { readonly one: Forged; readonly times: number }>();
  for (const one of forged) {
    if (one.id !== undefined) {
      given.set(one.id, { one, times: (given.get(one.id)?.times ?? 0) + 1 });
    }
  }
  const isNamed = (id: unknown): boolean => given.has(String(id)) || own.includes(String(id));
  const again = new Set(failuresIn(response));
  const ofForged = [...given].flatMap(([id, { one, times }]) => {
    const { body } = one.record as { readonly body: unknown };
    const outcome = parseSignal(parsedBody(body), subjects.home);
    const isSignal = outcome.outcome === 'signal';
    const refused = refusals.get(id) ?? 0;
    const found: FuzzBreach[] = [];
    if (one.isRefused && isSignal) {
      found.push(breach('no action', `${one.how}: taken for a signal: ${show(body)}`));
    }
    if (refused !== (isSignal ? 0 : times)) {
      found.push(
        breach('nothing lost', `${one.how}: refused ${refused} of ${times}: ${show(body)}`),
      );
    }
    if (again.has(id) && !(isSignal && isIrreplaceable(outcome.signal))) {
      found.push(breach('no crash', `${one.how}: it is to come again: ${show(body)}`));
    }
    return found;
  });
  const lost = own
    .filter((id) => refusals.has(id))
    .map((id) => breach('nothing lost', `a message of the account's own was refused: ${id}`));
  // Those without an id are told apart by nothing: their number must be right.
  const anonymous = forged.filter(({ id }) => id === undefined).length + oddRefusals(handled);
  const counted = [...refusals].reduce((sum, [id, count]) => (isNamed(id) ? sum : sum + count), 0);
  const uncounted =
    anonymous === counted
      ? []
      : [breach('nothing lost', `${anonymous} records without an id, ${counted} refused`)];
  return [...ofForged, ...lost, ...uncounted, ...untidy(handled)];
}

/** How many refusals the odd invocations must have brought: each record of theirs, or the whole. */
const oddRefusals = ({ odd }: Handled): number =>
  odd.reduce<number>((sum, event) => {
    const records = (event as { readonly Records?: unknown } | null)?.Records;
    return sum + (Array.isArray(records) ? records.length : 1);
  }, 0);

const LONGEST_SHOWN = 400;

function show(body: unknown): string {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? 'undefined');
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F\u2028\u2029\u202A-\u202E]/;

/** What goes into the log of what was refused must not forge lines there, or fill it. */
function untidy({ lines }: Handled): readonly FuzzBreach[] {
  return lines
    .filter(({ message }) => REFUSALS.includes(message))
    .flatMap(({ fields }) => {
      const reason = fields['reason'];
      if (typeof reason !== 'string' || reason === '') return ['a refusal without a reason'];
      if (reason.length > LONGEST_REASON) return [`a reason of ${reason.length} characters`];
      return CONTROL.test(reason) || reason.includes('\n') ? [`untidy: ${show(reason)}`] : [];
    })
    .map((text) => breach('nothing grows', text));
}

/** The server that AWS stopped was started, told of, and serves. */
function rescue({ world, subjects }: Round): readonly FuzzBreach[] {
  const { facts } = world.history;
  const { good } = subjects;
  const isStarted = actsOf(facts).some(
    ({ what, instanceId }) => what === 'start' && instanceId === good,
  );
  const serves = factsOf(facts, 'serving').findLast(({ instanceId }) => instanceId === good);
  const isTold = factsOf(facts, 'message').some(
    ({ attributes }) => attributes['event'] === 'opened',
  );
  return [
    ...(isStarted ? [] : [breach('nothing lost', 'the stopped server was not started')]),
    ...(serves?.serving === true ? [] : [breach('nothing lost', 'it does not serve at the end')]),
    ...(isTold ? [] : [breach('nothing lost', 'nobody was told')]),
  ];
}

/** Write units of 1 kB: what an item may come to, however much was said of its server. */
const MOST_UNITS = 64;
const OWN_ITEMS = ['fleet', 'takedowns'];

/** Nothing that events say makes records of others, large ones, or keys that everything has. */
function growth({ world, subjects }: Round): readonly FuzzBreach[] {
  const ours = [...subjects.baits, subjects.good].map((id) => `instance#${id}`);
  const effects = factsOf(world.history.facts, 'effect');
  const strange = effects
    .flatMap(storedBy)
    .filter(({ pk, sk }) => pk === 'fleet' && ![...OWN_ITEMS, ...ours].includes(sk))
    .map(({ sk }) => breach('nothing grows', `stored ${sk}`));
  const polluted = Object.keys(Object.prototype);
  return [
    ...strange,
    ...effects.filter(isLarge).map(({ units }) => breach('nothing grows', `${units} kB written`)),
    ...polluted.map((key) => breach('nothing grows', `Object.prototype.${key}`)),
  ];
}

const isLarge = ({ operation, units = 0 }: FactOf<'effect'>): boolean =>
  operation === 'PutItem' && units > MOST_UNITS;
