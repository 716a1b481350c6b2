import { isRecord, oneOf, textLike, wholeNumber, SECONDS, type Field } from './policy-fields';
import { seconds, type Duration } from './time';

/** When a hook runs. */
export type HookMoment =
  /** It is known to be down. */
  | 'down'
  /** A planned stop or reboot is due, and waits for it. */
  | 'before-stop'
  /** The stop for which it was drained does not come: what `before-stop` did is undone. */
  | 'stop-called-off'
  /** It serves again. */
  | 'serving';

interface HookBase {
  readonly name: string;
  readonly on: HookMoment;
  /** The hook of the same moment that must have ended before: it gives the order, no more. */
  readonly after?: string | undefined;
  /** From when it is due until people are told that it did not end. */
  readonly deadline: Duration;
  /** How often it is sent again after it failed. */
  readonly retries: number;
}

/** Work that belongs to an outage, as the policy lists it (docs/hooks.md). */
export type Hook =
  /** A document of Systems Manager runs on the instance. */
  | (HookBase & { readonly kind: 'ssm'; readonly document: string })
  /** A program answers an event. */
  | (HookBase & { readonly kind: 'event' });

/** A hook as it is written in JSON. */
export interface HookInput {
  readonly name: string;
  readonly on: HookMoment;
  readonly kind: Hook['kind'];
  readonly document?: string;
  readonly after?: string;
  readonly deadlineSeconds?: number;
  readonly retries?: number;
}

/** A record keeps every run, and each look goes through them. */
const MOST_HOOKS = 8;
const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const DEFAULTS = { deadlineSeconds: 600, retries: 2 } as const;

/** A document of the user's own: never one that runs what it is given. */
export const DOCUMENT_NAME = /^(?!.*(?:^|\/)AWS-(?:Run|Apply|Install|Execute))[\w.:/-]{3,200}$/;

const FIELDS = {
  name: textLike(NAME, 'a name of lower-case letters, digits and "-", 32 at most'),
  on: oneOf('down', 'before-stop', 'stop-called-off', 'serving'),
  kind: oneOf('ssm', 'event'),
  document: textLike(
    DOCUMENT_NAME,
    'the name of a Systems Manager document of your own (never one that runs what it is given)',
  ),
  after: textLike(NAME, 'the name of another hook'),
  deadlineSeconds: wholeNumber(30, 7_200, SECONDS),
  retries: wholeNumber(0, 5),
} satisfies Readonly<Record<keyof HookInput, Field>>;
const CHECKS: ReadonlyMap<string, Field> = new Map(Object.entries(FIELDS));

/** The hooks of a policy: what is wrong with them first, in words that mend it. */
export const hooksField: Field = (value) => {
  if (!Array.isArray(value) || value.length > MOST_HOOKS) {
    return `a list of at most ${MOST_HOOKS} hooks (docs/hooks.md)`;
  }
  const wrong = value.map(wrongIn).find((found) => found !== undefined);
  if (wrong !== undefined) return wrong;
  return wrongAmong(value as readonly HookInput[]);
};

function wrongIn(hook: unknown, index: number): string | undefined {
  if (!isRecord(hook)) return 'a list of objects, for instance { "name", "on", "kind" }';
  const name = typeof hook['name'] === 'string' ? `"${hook['name']}"` : `number ${index + 1}`;
  const missing = (['name', 'on', 'kind'] as const).find((key) => hook[key] === undefined);
  if (missing !== undefined) return `a list in which hook ${name} has "${missing}"`;
  for (const [key, field] of Object.entries(hook)) {
    const check = CHECKS.get(key);
    if (check === undefined) {
      const known = [...CHECKS.keys()].join(', ');
      return `a list in which hook ${name} has no field "${key}" (known: ${known})`;
    }
    const allowed = field === undefined ? undefined : check(field);
    if (allowed !== undefined) return `a list in which "${key}" of hook ${name} is ${allowed}`;
  }
  return wrongForKind(name, hook);
}

function wrongForKind(name: string, hook: Readonly<Record<string, unknown>>): string | undefined {
  const hasDocument = hook['document'] !== undefined;
  if (hook['kind'] === 'ssm' && !hasDocument) {
    return `a list in which hook ${name} of kind "ssm" names its "document"`;
  }
  if (hook['kind'] === 'event' && hasDocument) {
    return `a list in which hook ${name} of kind "event" has no "document"`;
  }
  return hook['kind'] === 'ssm' && hook['on'] === 'down'
    ? `a list in which hook ${name} is of kind "event": on a server that is down nothing can run`
    : undefined;
}

function wrongAmong(hooks: readonly HookInput[]): string | undefined {
  const names = hooks.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `a list in which no two hooks are called "${twice}"`;
  const drains = hooks.some(({ on }) => on === 'before-stop');
  for (const { name, on, after } of hooks) {
    if (on === 'stop-called-off' && !drains) {
      return `a list in which hook "${name}" of "${on}" has one of "before-stop" to undo`;
    }
    if (after === undefined) continue;
    const other = hooks.find((hook) => hook.name === after);
    if (other?.on !== on) {
      const rule = `a list in which "after" of hook "${name}" names a hook of the moment "${on}"`;
      return `${rule}, which "${after}" is not`;
    }
    if (isInCycle(name, hooks)) {
      return `a list without a cycle: "${name}" would wait for itself`;
    }
  }
  return undefined;
}

function isInCycle(name: string, hooks: readonly HookInput[]): boolean {
  let next = hooks.find((hook) => hook.name === name)?.after;
  for (let steps = 0; next !== undefined && steps < hooks.length; steps += 1) {
    if (next === name) return true;
    next = hooks.find((hook) => hook.name === next)?.after;
  }
  return false;
}

/** The hooks of a policy that was found to be right. */
export function hooksOf(inputs: readonly HookInput[] | undefined): readonly Hook[] {
  return (inputs ?? []).map(({ name, on, kind, document = '', after, ...given }): Hook => {
    const base = {
      name,
      on,
      ...(after !== undefined && { after }),
      deadline: seconds(given.deadlineSeconds ?? DEFAULTS.deadlineSeconds),
      retries: given.retries ?? DEFAULTS.retries,
    };
    return kind === 'ssm' ? { ...base, kind, document } : { ...base, kind };
  });
}
