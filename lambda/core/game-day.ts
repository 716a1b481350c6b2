import type { Actor } from './signals/signal';
import { OPERATOR_TAGS } from './tags';
import { parseInstant, type Instant } from './time';

/** The mark of a game day: until when a stop by which role counts as a drill. */
export interface GameDay {
  readonly until: Instant;
  readonly roleArn: string;
}

/** An unambiguous time: without a zone it would be read in the reader's own. */
const ISO_WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;
const ROLE_ARN = /^arn:([a-z-]+):iam::(\d{12}):role\/(?:[^\s/]+\/)*([^\s/]+)$/;
const SESSION_ARN = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^\s/]+)\/[^\s/]+$/;

/**
 * Reads the tag `watchdog:game-day`, `<ISO time with zone> <role ARN>`. Undefined when it is
 * absent or malformed: a mark that cannot be read is none, since it makes the watchdog undo a stop.
 */
export function readGameDay(tags: Readonly<Record<string, string>>): GameDay | undefined {
  const [when = '', roleArn = '', ...rest] = (tags[OPERATOR_TAGS.gameDay] ?? '')
    .trim()
    .split(/\s+/);
  if (rest.length > 0 || !ISO_WITH_ZONE.test(when) || !ROLE_ARN.test(roleArn)) return undefined;
  const until = parseInstant(when);
  return until === undefined ? undefined : { until, roleArn };
}

/**
 * Whether a call was the game day's: before the mark expired and by a session of its role, in
 * the same account. CloudTrail writes `arn:…:sts::<account>:assumed-role/<role>/<session>` for a
 * session, without the role's path.
 */
export function isGameDayCall(
  gameDay: GameDay,
  call: { readonly at: Instant; readonly actor: Actor },
): boolean {
  const role = ROLE_ARN.exec(gameDay.roleArn);
  const session = SESSION_ARN.exec(call.actor.principal);
  return (
    role !== null &&
    session !== null &&
    call.at < gameDay.until &&
    role.slice(1).join(' ') === session.slice(1).join(' ')
  );
}
