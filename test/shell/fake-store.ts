import type { Pause } from '../../lambda/core/pause';
import type { Amendment, FleetRecord, InstanceRecord } from '../../lambda/core/record';
import { NEW_FLEET } from '../../lambda/core/record';
import type { StoreAnswer, StorePort, WriteOutcome } from '../../lambda/ports';
import type { Journal } from './journal';

/** The incident table in memory: conditions on versions hold as in DynamoDB; faults by switch. */
export class FakeStore implements StorePort {
  readonly records = new Map<string, InstanceRecord>();
  readonly archived: InstanceRecord[] = [];
  readonly amended: Amendment[] = [];
  /** Every write of an instance's record that took effect. */
  readonly written: InstanceRecord[] = [];
  quarantined: readonly string[] = [];
  fleet: FleetRecord = NEW_FLEET;
  /** How many takedowns were claimed. */
  takedownVersion = 0;
  readonly policyPauses = new Map<string, Pause>();
  /** So many of the next claims meet another invocation that took the slot. */
  slotsTaken = 0;
  /** What another invocation does right before the next claim. */
  beforeClaim: (() => void) | undefined;
  /** Nothing answers, neither reads nor writes. */
  isDown = false;
  /** Reads answer, writes do not. */
  writesDown = false;
  archiveDown = false;
  /** So many of the next writes of an instance meet somebody who was quicker. */
  readonly rivals = new Map<string, number>();
  /** So many of the next writes of an instance take effect, and their answer is lost. */
  readonly answersLost = new Map<string, number>();

  constructor(private readonly journal: Journal) {}

  readAll(): Promise<StoreAnswer> {
    return this.journal.call('read', (): StoreAnswer => {
      if (this.isDown) return { kind: 'down', error: 'TimeoutError' };
      const { fleet, quarantined, takedownVersion } = this;
      const policyPauses = new Map(this.policyPauses);
      const records = new Map(
        [...this.records].filter(([instanceId]) => !quarantined.includes(instanceId)),
      );
      return { kind: 'read', records, fleet, takedownVersion, policyPauses, quarantined };
    });
  }

  write(record: InstanceRecord): Promise<WriteOutcome> {
    return this.journal.call('write', () => this.#put(record));
  }

  claimTakedown(record: InstanceRecord, takedownVersion: number): Promise<WriteOutcome> {
    return this.journal.call('claim takedown', (): WriteOutcome => {
      if (this.isDown || this.writesDown) return 'down';
      const rival = this.beforeClaim;
      this.beforeClaim = undefined;
      rival?.();
      if (this.slotsTaken > 0) {
        this.slotsTaken -= 1;
        this.takedownVersion += 1;
      }
      if (this.takedownVersion !== takedownVersion) return 'conflict';
      const before = this.written.length;
      const outcome = this.#put(record);
      // Both or neither: the count goes with the record, also where the answer was lost.
      if (this.written.length > before) this.takedownVersion += 1;
      return outcome;
    });
  }

  writeFleet(fleet: FleetRecord): Promise<WriteOutcome> {
    return this.journal.call('write fleet', (): WriteOutcome => {
      if (this.isDown || this.writesDown) return 'down';
      if (this.fleet.version !== fleet.version - 1) return 'conflict';
      this.fleet = structuredClone(fleet);
      return 'written';
    });
  }

  archive(record: InstanceRecord): Promise<WriteOutcome> {
    return this.journal.call('archive', (): WriteOutcome => {
      if (this.isDown || this.archiveDown) return 'down';
      const { incident } = record;
      if (this.archived.some((kept) => kept.incident?.id === incident?.id)) return 'conflict';
      this.archived.push(structuredClone(record));
      return 'written';
    });
  }

  amend(amendment: Amendment): Promise<WriteOutcome> {
    return this.journal.call('amend', (): WriteOutcome => {
      if (this.isDown || this.archiveDown) return 'down';
      this.amended.push(amendment);
      return 'written';
    });
  }

  #put(record: InstanceRecord): WriteOutcome {
    if (this.isDown || this.writesDown) return 'down';
    const { instanceId, version } = record;
    this.#meetRival(instanceId);
    if ((this.records.get(instanceId)?.version ?? 0) !== version - 1) return 'conflict';
    const stored = structuredClone(record);
    this.records.set(instanceId, stored);
    this.written.push(stored);
    return take(this.answersLost, instanceId) ? 'down' : 'written';
  }

  #meetRival(instanceId: string): void {
    const stored = this.records.get(instanceId);
    if (stored === undefined || !take(this.rivals, instanceId)) return;
    this.records.set(instanceId, { ...stored, version: stored.version + 1 });
  }
}

/** Uses up one of what is left of a fault; false when there is nothing left. */
function take(left: Map<string, number>, key: string): boolean {
  const count = left.get(key) ?? 0;
  if (count > 0) left.set(key, count - 1);
  return count > 0;
}
