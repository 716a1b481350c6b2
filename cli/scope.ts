import { OPT_IN_TAG } from '../lambda/core/tags';
import type { InstanceView } from '../lambda/core/observation';
import type { Account } from './account';
import { AccountError } from './account-error';
import { shown } from './targets';
import { UsageError } from './usage-error';

/** One instance, or all of a policy. */
export type Scope =
  | { readonly kind: 'instance'; readonly target: string }
  | { readonly kind: 'policy'; readonly policy: string };

/**
 * What a command line means by its argument and `--policy`.
 *
 * @throws UsageError when it names both, or neither
 */
export function oneScope(target: string | undefined, policy: string | undefined): Scope {
  if (target !== undefined && policy === undefined) return { kind: 'instance', target };
  if (target === undefined && policy !== undefined) return { kind: 'policy', policy };
  throw new UsageError({
    what: 'What is meant',
    actual: target === undefined ? 'not said' : 'said twice',
    allowed: 'either an INSTANCE or --policy NAME',
    fix: 'watchdog status lists the instances and policies.',
  });
}

/** A policy that exists, and how many instances are under it. */
export interface PolicyMeant {
  readonly policy: string;
  readonly members: number;
}

/**
 * The policy of this name, by the instances where they were read already. A typing error would
 * pause nothing, and nobody would notice.
 *
 * @throws AccountError when the watchdog was not deployed with it, and no instance names it
 */
export async function policyMeant(
  text: string,
  account: Account,
  seen?: readonly InstanceView[],
): Promise<PolicyMeant> {
  const policy = text.trim();
  const [views, { policies }] = await Promise.all([seen ?? account.views(), account.deployed()]);
  const policyOf = ({ tags }: InstanceView): string => tags[OPT_IN_TAG]?.trim() ?? '';
  const members = views.filter((view) => policyOf(view) === policy).length;
  if (members > 0 || policies?.has(policy) === true) return { policy, members };
  const known = [...new Set([...(policies?.keys() ?? []), ...views.map(policyOf)])].sort();
  throw new AccountError(
    `There is no policy ${shown(policy)} in ${account.region}.\n` +
      `  Known: ${known.length === 0 ? 'none' : known.map(shown).join(', ')}.`,
  );
}
