import { nameOf, type InstanceView } from '../lambda/core/observation';
import { oneLine } from '../lambda/core/one-line';
import { instanceIdOf } from '../lambda/core/signals/resource-id';
import { OPT_IN_TAG } from '../lambda/core/tags';
import type { Account } from './account';
import { AccountError } from './account-error';

/** A name in a message is cut here. */
const NAME_LIMIT = 60;

/** A name or an id that somebody typed, or that stands on a tag, for a message. */
export const shown = (text: string): string => oneLine(text, NAME_LIMIT);

/** `pod-23 (i-0abc)`, or the id alone where it has no name. */
export function instanceText(view: InstanceView): string {
  const name = shown(nameOf(view));
  return name === view.instanceId ? name : `${name} (${view.instanceId})`;
}

/**
 * The managed instance that is meant by an id or, where only one bears it, by a name.
 *
 * @throws AccountError when there is none, or more than one
 */
export function instanceMeant(
  text: string,
  views: readonly InstanceView[],
  { region }: Pick<Account, 'region'>,
): InstanceView {
  const wanted = text.trim();
  const found = views.filter((view) => view.instanceId === wanted || nameOf(view) === wanted);
  const [one, ...others] = found;
  if (one === undefined) throw notManaged(wanted, region);
  if (others.length === 0) return one;
  const ids = found.map(({ instanceId }) => instanceId).join(', ');
  throw new AccountError(
    `${found.length} managed instances are called ${shown(wanted)}: ${ids}.\n` +
      '  Give the id of the one that is meant.',
  );
}

function notManaged(wanted: string, region: string): AccountError {
  const isId = instanceIdOf(wanted) !== undefined;
  return new AccountError(
    `No managed instance in ${region} ${isId ? 'has the id' : 'is called'} ${shown(wanted)}.\n` +
      `  Managed is what carries the tag "${OPT_IN_TAG}"; watchdog status lists it. Check the ` +
      `${isId ? 'id' : 'name'} and --region.`,
  );
}
