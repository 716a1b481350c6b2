import type { Attempt } from '../incident';
import { dayAndTime, sourceOf } from '../planned-work';
import { POLICY_DEFAULTS, type Policy } from '../policy';
import type { InstanceRecord } from '../record';
import type { Instant } from '../time';
import { shortClock } from './format';
import { undrainedText } from './hook-alerts';

/** What a step can name as `{word}`; undefined where the record does not hold it. */
export type Values = Readonly<Record<string, string | undefined>>;

/** What stands in a command comes from outside, and a person will paste it into a shell. */
const FIT_FOR_A_SHELL = /^[\w.:-]{1,64}$/;

const fit = (value: string | undefined): string | undefined =>
  value !== undefined && FIT_FOR_A_SHELL.test(value) ? value : undefined;

/** What the record holds of an instance, for the steps of a page. */
export function valuesOf(record: InstanceRecord, policies: ReadonlyMap<string, Policy>): Values {
  const { instanceId, label, incident, ownType, plan } = record;
  const policy = policies.get(label.policy) ?? POLICY_DEFAULTS;
  const own = ownType ?? label.instanceType;
  const types = [own, ...policy.alternateTypes.filter((type) => type !== own)]
    .map(fit)
    .filter((type) => type !== undefined);
  const attempts = incident?.attempts ?? [];
  const volumes = (incident?.asFound?.volumeIds ?? []).map(fit).filter((id) => id !== undefined);
  return {
    id: fit(instanceId) ?? 'ID',
    type: fit(own),
    zone: fit(label.zone),
    types: types.map((type) => `${type} (${refusalText(type, attempts, label)})`).join(', '),
    volumes: volumes.length === 0 ? 'all of them' : volumes.join(' '),
    policy: fit(label.policy),
    drain: incident === undefined ? undefined : undrainedText(incident),
    awsAt:
      plan === undefined || sourceOf(plan) === 'own-type' ? undefined : dayAndTime(plan.deadline),
    elasticIp: fit(incident?.asFound?.elasticIp),
  };
}

function refusalText(
  type: string,
  attempts: readonly Attempt[],
  { instanceType }: InstanceRecord['label'],
): string {
  const last = (isRefusal: (kind: Attempt['outcome']['kind']) => boolean): Instant | undefined =>
    attempts.findLast(
      ({ remediation, outcome, detail }) =>
        remediation === 'start' && (detail ?? instanceType) === type && isRefusal(outcome.kind),
    )?.at;
  const short = last((kind) => kind === 'no-capacity');
  if (short !== undefined) return `no capacity at ${shortClock(short)}`;
  const refused = last((kind) => kind === 'refused');
  return refused === undefined ? 'not tried' : `refused at ${shortClock(refused)}`;
}

const PLACEHOLDER = /\{(\w+)\}/g;

/**
 * Steps with what the record holds in place of each `{word}`. A step that names what the record
 * does not hold is left out: half a command does harm.
 */
export function filled(steps: readonly string[], values: Values): readonly string[] {
  return steps
    .filter((step) =>
      [...step.matchAll(PLACEHOLDER)].every(([, word = '']) => values[word] !== undefined),
    )
    .map((step) => step.replace(PLACEHOLDER, (_, word: string) => values[word] ?? ''));
}
