import type { PendingAlert } from './alert/alert';
import type { Evidence } from './evidence';
import type { Incident } from './incident';
import type { PublicAddress } from './observation';
import type { Finding } from './readiness';
import type { Instant } from './time';

/** The version of the stored form; a reader of another version keeps what it does not know. */
export const RECORD_SCHEMA = 1;

/** A timed exclusive right to change an instance's record; the store refuses a stale token. */
export interface Lease {
  readonly owner: string;
  /** Grows with each lease of this instance. */
  readonly token: number;
  readonly until: Instant;
}

/** Whether the instance was seen serving with its tag, and what a rescue would lack. */
export type Enrolment =
  | { readonly kind: 'unseen' }
  | {
      readonly kind: 'enrolled';
      readonly at: Instant;
      readonly checkedAt: Instant;
      readonly findings: readonly Finding[];
    };

/** What an instance is called and where it is, as last seen: for texts when EC2 is silent. */
export interface Label {
  readonly name: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly policy: string;
}

/** That EC2 had no capacity for a type in a zone, as the start of one instance found. */
export interface Shortage {
  readonly zone: string;
  readonly instanceType: string;
  readonly at: Instant;
}

/** When an outage that is over began and ended, as far as it is known. */
export interface PastOutage {
  readonly from: Instant;
  readonly to: Instant;
}

/** What AWS said of an incident that had ended, for its archive. */
export interface Amendment {
  readonly incidentId: string;
  readonly fact: Extract<Evidence, { kind: 'health' }>;
}

/** All that is remembered of one instance. */
export interface InstanceRecord {
  readonly schema: typeof RECORD_SCHEMA;
  readonly instanceId: string;
  /** Grows by one with each write; a write on an older version is refused. */
  readonly version: number;
  readonly lease?: Lease | undefined;
  readonly label: Label;
  readonly enrolment: Enrolment;
  /** As last seen while it ran and nothing was open; absent where it had none. */
  readonly address?: PublicAddress | undefined;
  /** Newest last; bounded in number and age. */
  readonly evidence: readonly Evidence[];
  /** Starts and reboots that EC2 accepted within the last day, oldest first. */
  readonly starts: readonly Instant[];
  readonly incident?: Incident | undefined;
  /** The move that AWS's announced work asks for. */
  readonly plan?: Plan | undefined;
  /** Its own type, while it runs on another one for want of capacity. */
  readonly ownType?: string | undefined;
  /** The incident that ended last. */
  readonly lastIncidentId?: string | undefined;
  /** When that outage was: AWS may confirm it later. */
  readonly lastOutage?: PastOutage | undefined;
  /** What is to be added to the archive of incidents that are over. */
  readonly amendments?: readonly Amendment[] | undefined;
  /** What its last incident found of capacity: that is no less true once it has ended. */
  readonly shortages?: readonly Shortage[] | undefined;
  /** Reservations of incidents that ended which EC2 did not take back yet. */
  readonly unreleased?: readonly string[] | undefined;
  /** Notices that need nobody, for the next digest; absent where there are none. */
  readonly notes?: readonly Note[] | undefined;
  /** Alerts that SNS has not taken yet. */
  readonly outbox: readonly PendingAlert[];
  /** Since when EC2 has not shown it with the opt-in tag. */
  readonly unseenSince?: Instant | undefined;
  /** Keys of what was told once and for all, newest last; bounded. */
  readonly told: readonly string[];
}

/** A notice that needs nobody: people read it with others, once a day at most. */
export interface Note {
  readonly at: Instant;
  readonly text: string;
}

/** A move that is planned since AWS announced work on the host. */
export interface Plan {
  /** EC2's id of the announced event (`InstanceEventId`). */
  readonly eventId: string;
  readonly condition: 'stop-scheduled' | 'reboot-scheduled';
  /** When AWS will act by itself. */
  readonly deadline: Instant;
  /** When the watchdog means to act; absent where no maintenance window comes before. */
  readonly at?: Instant | undefined;
  /** When people were told of it. */
  readonly announcedAt: Instant;
}

/** A zone in which most of the fleet was unhealthy while it ran. */
export interface ZoneStorm {
  readonly zone: string;
  /** When that was last seen. */
  readonly seenAt: Instant;
}

/** A storm: many incidents at once, told in one thread. */
export interface Storm {
  readonly id: string;
  readonly openedAt: Instant;
  /** No message before this moment. */
  readonly nextTellAt: Instant;
  readonly messages: number;
}

/** What is remembered of the whole fleet. */
export interface FleetRecord {
  readonly schema: typeof RECORD_SCHEMA;
  readonly version: number;
  /** The only tick that counts; an older one is dropped. */
  readonly tickGeneration: number;
  readonly nextTickAt?: Instant | undefined;
  /** The last sweep that read everything. */
  readonly lastSweepAt?: Instant | undefined;
  readonly storm?: Storm | undefined;
  /** Zones in which nothing is taken down; kept until their cooldown is over. */
  readonly zoneStorms?: readonly ZoneStorm[] | undefined;
  /** When notices that need nobody were last sent together. */
  readonly lastDigestAt?: Instant | undefined;
}

/** The record of an instance that was never looked at. */
export function newRecord(instanceId: string): InstanceRecord {
  return {
    schema: RECORD_SCHEMA,
    instanceId,
    version: 0,
    label: { name: instanceId, instanceType: 'unknown type', zone: 'unknown zone', policy: '' },
    enrolment: { kind: 'unseen' },
    evidence: [],
    starts: [],
    outbox: [],
    told: [],
  };
}

/** The fleet's record before anything was stored. */
export const NEW_FLEET: FleetRecord = { schema: RECORD_SCHEMA, version: 0, tickGeneration: 0 };
