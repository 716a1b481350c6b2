import type { Remediation } from './remediation';
import { minutes, seconds, type Duration } from './time';

/** A condition for which a policy has a ladder. */
export type LadderCondition =
  /** Runs, and EC2's check of the host fails. */
  | 'system-impaired'
  /** Runs, and EC2's check of the guest fails. */
  | 'instance-impaired'
  /** Runs, and cannot reach its volumes. */
  | 'ebs-impaired'
  /** EC2 is fine, the application is not. */
  | 'application-impaired'
  /** AWS announced that it will stop or retire it, or maintain its host. */
  | 'stop-scheduled'
  /** AWS announced a reboot. */
  | 'reboot-scheduled'
  /** It is stopped, and EC2 has no capacity for it. */
  | 'no-capacity'
  /** It has been `stopping` for too long. */
  | 'stuck-stopping';

/** What proves that a rung helped. */
export type RungCheck =
  /** The check that failed passes again; EC2 looks once a minute. */
  | 'cleared'
  /** The server serves, by the policy's own proof. */
  | 'serving';

/** What must hold before a rung is taken, beside the guards that hold for every one. */
export type Precondition =
  /** It is within the policy's maintenance window. */
  | 'maintenance-window'
  /** A capacity reservation holds a place for it. */
  | 'capacity-proof';

/** One rung: a remediation, and what it takes to climb on it and off it. */
export interface Rung {
  readonly remediation: Remediation;
  /** How long the condition must have lasted. */
  readonly toleration: Duration;
  /** From the act until the next rung, unless the check passes before. */
  readonly timeout: Duration;
  readonly check: RungCheck;
  readonly requires: readonly Precondition[];
  /** Only for `force-stop`: the guest is not even asked to shut down. */
  readonly skipOsShutdown: boolean;
}

/** The ladder of each condition, the gentlest rung first; an empty one only tells. */
export type Ladders = Readonly<Record<LadderCondition, readonly Rung[]>>;

/** A rung as it is written in JSON: its remediation alone, or with what is not the default. */
export type RungInput =
  | Remediation
  | {
      readonly remediation: Remediation;
      readonly tolerationSeconds?: number;
      readonly timeoutSeconds?: number;
      readonly check?: RungCheck;
      readonly requires?: readonly Precondition[];
      readonly skipOsShutdown?: boolean;
    };

/** Which remediations a ladder may hold, the gentlest first. */
export const ALLOWED_ON: Readonly<Record<LadderCondition, readonly Remediation[]>> = {
  'system-impaired': ['reboot', 'stop-start'],
  'instance-impaired': ['reboot', 'stop-start'],
  'ebs-impaired': ['reboot', 'stop-start'],
  'application-impaired': ['restart-service', 'reboot', 'stop-start'],
  'stop-scheduled': ['stop-start'],
  'reboot-scheduled': ['reboot', 'stop-start'],
  'no-capacity': ['reserve-capacity', 'change-type'],
  'stuck-stopping': ['force-stop'],
};

/** The longest that each remediation is given before its failure is believed. */
const TIMEOUTS: Readonly<Record<Remediation, Duration>> = {
  start: minutes(10),
  'restart-service': minutes(3),
  // EC2 reboots hard after a few minutes, and its checks take some more.
  reboot: minutes(8),
  'stop-start': minutes(15),
  'force-stop': minutes(10),
  'reserve-capacity': minutes(5),
  'change-type': minutes(5),
  'associate-address': minutes(5),
};

/** A rung from its JSON form. `toleration` is the policy's own where the rung names none. */
export function rungOf(input: RungInput, toleration: Duration): Rung {
  const given = typeof input === 'string' ? { remediation: input } : input;
  return {
    remediation: given.remediation,
    toleration:
      given.tolerationSeconds === undefined ? toleration : seconds(given.tolerationSeconds),
    timeout:
      given.timeoutSeconds === undefined
        ? TIMEOUTS[given.remediation]
        : seconds(given.timeoutSeconds),
    check: given.check ?? 'cleared',
    requires: given.requires ?? [],
    skipOsShutdown: given.skipOsShutdown ?? false,
  };
}

/** The ladders of a policy that names none; docs/configuration.md gives the reasons. */
export const DEFAULT_LADDERS: Readonly<Record<LadderCondition, readonly RungInput[]>> = {
  'system-impaired': ['stop-start'],
  'instance-impaired': ['reboot', 'stop-start'],
  'ebs-impaired': [],
  'application-impaired': ['restart-service', 'reboot', 'stop-start'],
  'stop-scheduled': ['stop-start'],
  'reboot-scheduled': ['reboot'],
  'no-capacity': [],
  'stuck-stopping': [],
};

/** Ladders from their JSON form; what it does not name has the default. */
export function laddersOf(
  input: Readonly<Partial<Record<LadderCondition, readonly RungInput[]>>>,
  toleration: Duration,
): Ladders {
  const rungs = (condition: LadderCondition): readonly Rung[] =>
    (input[condition] ?? DEFAULT_LADDERS[condition]).map((rung) => rungOf(rung, toleration));
  return {
    'system-impaired': rungs('system-impaired'),
    'instance-impaired': rungs('instance-impaired'),
    'ebs-impaired': rungs('ebs-impaired'),
    'application-impaired': rungs('application-impaired'),
    'stop-scheduled': rungs('stop-scheduled'),
    'reboot-scheduled': rungs('reboot-scheduled'),
    'no-capacity': rungs('no-capacity'),
    'stuck-stopping': rungs('stuck-stopping'),
  };
}
