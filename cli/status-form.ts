import type { HookState } from '../lambda/core/hook-run';
import type { Attempt, Condition, Incident } from '../lambda/core/incident';
import type { InstanceState } from '../lambda/core/observation';
import type { Reason } from '../lambda/core/reasons';
import type { UnreadableRecord } from './witness';

/**
 * What `watchdog status --json` prints, documented in docs/cli.md. Times are ISO 8601 in UTC, null
 * is what is not known. `version` grows when a field changes its meaning or goes; new fields may
 * come at any time.
 */
export interface Status {
  readonly version: 1;
  readonly at: string;
  readonly region: string;
  /** The incident table. */
  readonly table: string;
  readonly watchdog: {
    readonly lastSweepAt: string | null;
    readonly lastSweepAgeS: number | null;
    /** No sweep within three minutes: the watchdog itself may be down. */
    readonly isStale: boolean;
  };
  readonly policies: readonly PolicyStatus[];
  /** Every instance with the opt-in tag, by name. */
  readonly instances: readonly InstanceStatus[];
  /** What is open; what needs a person comes first. */
  readonly incidents: readonly IncidentStatus[];
  /** Every pause and hold that is in force. */
  readonly pauses: readonly PauseStatus[];
  readonly plans: readonly PlanStatus[];
  readonly storm: StormStatus | null;
  /** Messages that SNS has not taken yet: nobody was told. */
  readonly undelivered: readonly {
    readonly instanceId: string;
    readonly name: string;
    readonly messages: number;
    readonly since: string;
  }[];
  /** Zones in which nothing is taken down. */
  readonly zoneStorms: readonly { readonly zone: string; readonly seenAt: string }[];
  /** Records that this version cannot read: their instances are left alone by the watchdog. */
  readonly unreadable: readonly UnreadableRecord[];
  /** What could not be told, and why. */
  readonly warnings: readonly string[];
}

/** One policy, and how the instances under it stand. */
export interface PolicyStatus {
  readonly name: string;
  /** Null where the deployed settings could not be read. */
  readonly mode: 'act' | 'observe' | 'no-such-policy' | null;
  readonly instances: number;
  readonly running: number;
  /** Seen serving with their tag. */
  readonly enrolled: number;
  /** Enrolled, and nothing that a rescue needs is missing. */
  readonly ready: number;
  readonly pause: PauseStatus | null;
}

/** One managed instance. */
export interface InstanceStatus {
  readonly instanceId: string;
  readonly name: string;
  readonly policy: string;
  readonly state: InstanceState;
  readonly zone: string;
  readonly instanceType: string;
  readonly readiness: 'ready' | 'not-ready' | 'not-enrolled' | 'unreadable';
  readonly checkedAt: string | null;
  /** What a rescue lacks (`blocks`), or what a person should know. */
  readonly gaps: readonly {
    readonly kind: string;
    readonly blocks: boolean;
    readonly text: string;
  }[];
  /** Its own tags; that of its whole policy stands with the policy. */
  readonly pause: PauseStatus | null;
  readonly incidentId: string | null;
}

/** Whether a person must do something; `on-purpose`: somebody stopped it through the API. */
export type AttentionKind = 'needs-person' | 'handled' | 'on-purpose';

/** One open incident. */
export interface IncidentStatus {
  readonly id: string;
  readonly instanceId: string;
  readonly name: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly policy: string;
  /** Null where EC2 no longer shows it with the opt-in tag. */
  readonly ec2State: InstanceState | null;
  readonly condition: Condition;
  readonly attention: AttentionKind;
  readonly openedAt: string;
  /** First known bad. */
  readonly since: string;
  readonly cause: {
    readonly kind: string;
    readonly confidence: string;
    readonly text: string;
    readonly evidence: readonly string[];
  };
  readonly progress: Incident['progress']['kind'];
  readonly decision: {
    readonly kind: string;
    readonly reason: Reason;
    readonly text: string;
    readonly at: string;
  } | null;
  /** What comes by itself; null where nothing does: a person is needed. */
  readonly expect: string | null;
  /** Every remediation that was requested, and AWS's answer. */
  readonly attempts: readonly {
    readonly remediation: Attempt['remediation'];
    readonly at: string;
    readonly outcome: Attempt['outcome']['kind'];
    readonly code: string | null;
    readonly message: string | null;
  }[];
  /** What a person was told of. */
  readonly escalations: readonly {
    readonly reason: Reason;
    readonly text: string;
    readonly at: string;
  }[];
  /** In shadow mode: what would have been done. */
  readonly wouldHave: readonly {
    readonly remediation: Attempt['remediation'];
    readonly reason: Reason;
    readonly at: string;
  }[];
  /** The work after its outages: of each hook the last run. */
  readonly hooks: readonly HookStatus[];
  /** `at` is null as long as the watchdog has not seen the tag. */
  readonly acknowledged: { readonly by: string; readonly at: string | null } | null;
}

/** How far a hook's work is. */
export interface HookStatus {
  readonly name: string;
  readonly state: HookState['kind'];
  /** Neither done nor given up. */
  readonly isOpen: boolean;
  /** How often it was sent. */
  readonly tries: number;
  /** People are told then that it did not end. */
  readonly deadline: string;
}

/** A person's stop switch that is on. */
export interface PauseStatus {
  readonly scope: 'instance' | 'policy';
  /** The instance id, or the policy's name. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'paused' | 'held';
  /** Null: without an end. */
  readonly until: string | null;
  /** Why and by whom, as they wrote it. */
  readonly note: string;
}

/** A move that AWS's announced work asks for. */
export interface PlanStatus {
  readonly instanceId: string;
  readonly name: string;
  readonly condition: string;
  /** Null: no maintenance window comes before the deadline. */
  readonly at: string | null;
  readonly deadline: string;
  /** What a person wrote on its tag `watchdog:move`. */
  readonly wish: 'now' | 'veto' | null;
}

/** Many incidents at once, told in one thread. */
export interface StormStatus {
  readonly id: string;
  readonly openedAt: string;
  readonly nextTellAt: string;
  readonly incidents: number;
  readonly serving: number;
  readonly needPerson: number;
}
