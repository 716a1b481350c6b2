import type { Hook } from './hook';
import { commandOf, isEnded, type HookNews, type HookRun, type HookWord } from './hook-run';
import type { Incident } from './incident';
import type { Policy } from './policy';
import { after, earliest, latest, seconds, type Instant } from './time';

/** Between a failure and the next try: doubled each time, up to a minute. */
const BACKOFF = { first: seconds(5), most: seconds(60) };

/** What news is taken up with. */
export interface NewsLook {
  readonly policy: Policy;
  /** Its runs: what is known to be of one of them is not of another. */
  readonly incident: Pick<Incident, 'hooks'>;
  readonly news: readonly HookNews[];
  readonly now: Instant;
}

/** A run with what signals told of it. Doubled, late and reordered news changes nothing more. */
export function hookAfter(run: HookRun, { policy, incident, news, now }: NewsLook): HookRun {
  const hook = policy.hooks.find(({ name }) => name === run.name);
  return news
    .filter((item) => speaksOf(item, run, { hook, runs: incident.hooks ?? [] }))
    .reduce(
      (known, item) =>
        item.kind === 'asked' ? asked(known, item) : taken(known, item, { hook, now }),
      run,
    );
}

function asked(run: HookRun, { at, isAnswered }: HookNews & { readonly kind: 'asked' }): HookRun {
  return { ...run, asked: { at, ...(isAnswered && { isAnswered }) } };
}

interface Known {
  readonly hook: Hook | undefined;
  readonly runs: readonly HookRun[];
}

function speaksOf(item: HookNews, run: HookRun, { hook, runs }: Known): boolean {
  const { key, state } = run;
  if (item.kind === 'callback') return item.key === key;
  if (commandOf(run) === item.commandId) return state.kind !== 'superseded';
  if (item.kind === 'asked' || state.kind !== 'intended' || hook?.kind !== 'ssm') return false;
  // It was sent, and the Lambda died before the command's id was written.
  const isUnheard = item.at >= state.at && isSameDocument(hook.document, item.document);
  return isUnheard && !runs.some((other) => commandOf(other) === item.commandId);
}

/** A shared document is named by its ARN in one place and by its name in the other. */
const isSameDocument = (one: string, other: string): boolean =>
  one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`);

interface Taking {
  readonly hook: Hook | undefined;
  readonly now: Instant;
}

function taken(run: HookRun, item: HookWord, taking: Taking): HookRun {
  switch (item.status) {
    case 'done':
      return done(run, item, taking.now);
    case 'failed':
      return failed(run, item, taking);
    case 'started':
      return started(run, item, taking.now);
  }
}

/** That it is done holds however late it comes, but for work whose moment was over. */
function done(run: HookRun, item: HookWord, now: Instant): HookRun {
  const { state } = run;
  if (state.kind === 'superseded') return run;
  const number = item.kind === 'callback' ? item.chatsRecovered : undefined;
  if (state.kind === 'done') {
    // The document may say how many it recovered after Systems Manager said that it ended.
    return number === undefined || state.chatsRecovered !== undefined
      ? run
      : { ...run, state: { ...state, chatsRecovered: number } };
  }
  const at = within(run, item.at, now);
  return {
    ...run,
    startedAt: run.startedAt ?? at,
    state: { kind: 'done', at, ...(number !== undefined && { chatsRecovered: number }) },
  };
}

/** The sender's clock may be off: it neither ended before it was due nor later than now. */
const within = ({ dueAt, startedAt }: HookRun, at: Instant, now: Instant): Instant =>
  latest(startedAt ?? dueAt, earliest(at, now));

function started(run: HookRun, item: HookWord, now: Instant): HookRun {
  const { state } = run;
  if (state.kind !== 'sent' && state.kind !== 'intended') return run;
  if (isOfAnotherTry(run, item)) return run;
  const id =
    item.kind === 'command' ? item.commandId : state.kind === 'sent' ? state.id : undefined;
  const at = within(run, item.at, now);
  return {
    ...run,
    startedAt: run.startedAt ?? at,
    state: { kind: 'running', at, ...(id !== undefined && { id }) },
  };
}

function failed(run: HookRun, item: HookWord, { hook, now }: Taking): HookRun {
  const { state, tries } = run;
  // What waits for its next try has failed already: this is the same news once more.
  if (isEnded(run) || state.kind === 'waiting' || isOfAnotherTry(run, item)) return run;
  if (tries > (hook?.retries ?? 0)) {
    return { ...run, state: { kind: 'failed', at: now, why: item.why ?? 'it says no more' } };
  }
  const wait = Math.min(BACKOFF.most, BACKOFF.first * 2 ** Math.max(0, tries - 1));
  return { ...run, state: { kind: 'waiting', at: after(now, seconds(wait / 1_000)) } };
}

const isOfAnotherTry = ({ tries }: HookRun, item: HookWord): boolean =>
  item.kind === 'callback' && item.attempt !== undefined && item.attempt !== tries;
