/** The opt-in tag: its value names the policy. The watchdog never writes it. */
export const OPT_IN_TAG = 'watchdog';

/** The tags that operators write. */
export const OPERATOR_TAGS = {
  /** A time until which nothing is done, and behind a space the reason. */
  pauseUntil: 'watchdog:pause-until',
  /** Nothing is done as long as it stands; its value is the reason. */
  hold: 'watchdog:hold',
  /** A time until which a stop by the named role counts as a drill: `<ISO time> <role ARN>`. */
  gameDay: 'watchdog:game-day',
  /** On a planned move: `now` brings it forward, `veto` leaves it to AWS and to people. */
  move: 'watchdog:move',
  /** Somebody has an incident's page in hand: `<incident id>`, and behind a space who. */
  acknowledged: 'watchdog:ack',
} as const;

/** The tags by which experiments of Fault Injection Service are aimed (docs/gameday.md). */
export const GAME_DAY_TAGS = {
  /** `yes` on an instance or a volume: its owners agree to game days. They write it by hand. */
  consent: 'watchdog:game-day-consent',
  /** The experiment that is aimed at it now, by name: `watchdog gameday` writes and removes it. */
  target: 'watchdog:game-day-target',
  /** On the template of an experiment: the experiment's name. */
  experiment: 'watchdog:game-day-experiment',
  /** On a started experiment: the instance at which it is aimed. */
  instance: 'watchdog:game-day-instance',
} as const;

/** The tags that the watchdog writes, and the only ones that its role may write. */
export const OWN_TAGS = {
  /** What the last readiness check found: `yes` or `no`, the instance id, the time, the gaps. */
  ready: 'watchdog:ready',
  /** A start made while the store was down: `<ISO time> <incident id>`. */
  lastStart: 'watchdog:last-start',
  /** A stop of our own, which a start must follow: `<ISO time> <instance id> <incident id>`. */
  ownStop: 'watchdog:own-stop',
  /** For people in the console: `<remediation> <ISO time> <reason> <incident id>`. */
  lastAction: 'watchdog:last-action',
} as const;

/**
 * On a capacity reservation that the watchdog made: the id of the instance whose place it holds.
 * It tells a person what it is for, and limits the role to its own reservations.
 */
export const RESERVATION_TAG = 'watchdog:reservation';
