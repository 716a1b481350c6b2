/** Something of an instance is gone for good. */
export interface LostFact {
  readonly kind: 'lost';
  readonly instanceId: string;
  readonly what: 'instance-store-data' | 'public-address' | 'elastic-ip';
}

/** AWS announced work on an instance's host, by EC2's event or by Health, or is done with it. */
export interface ScheduledFact {
  readonly kind: 'scheduled';
  readonly instanceId: string;
  readonly eventId: string;
  readonly code: string;
  /** `completed`: carried out, or settled by a start or a reboot of somebody else. */
  readonly phase: 'announced' | 'completed' | 'withdrawn';
}

/** A capacity reservation came into being, changed or ended. */
export interface ReservationFact {
  readonly kind: 'reservation';
  readonly reservationId: string;
  readonly state: 'active' | 'cancelled' | 'expired';
  readonly matches: 'open' | 'targeted';
  readonly instanceType: string;
  readonly zone: string;
  readonly total: number;
  /** The instances that run in it. */
  readonly usedBy: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Something that the workload on a server did, or that befell it; for people. */
export interface WorkloadFact {
  readonly kind: 'workload';
  readonly instanceId: string;
  readonly text: string;
}
