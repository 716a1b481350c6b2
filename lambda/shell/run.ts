import type { Check, InstanceView } from '../core/observation';
import type { Pause } from '../core/pause';
import type { Place } from '../core/places';
import type { FleetRecord, InstanceRecord } from '../core/record';
import type { Folded } from '../core/signals/fold';
import type { Step } from '../core/step';
import type { Instant } from '../core/time';
import type { Ports, StatusAnswer } from '../ports';
import type { Settings } from '../settings';

/** One invocation: who it is, and until when it may work. */
export interface Invocation {
  /** Owner of the leases that this invocation takes. */
  readonly requestId: string;
  /** The function is killed then. */
  readonly deadline: Instant;
}

/** What every part of the shell works with during one pass over one question. */
export interface Run {
  readonly ports: Ports;
  readonly settings: Settings;
  readonly invocation: Invocation;
  readonly folded: Folded;
  /** Every record that is known, as it was read or last written by this pass. */
  readonly records: Map<string, InstanceRecord>;
  /** The fleet's record, likewise. */
  fleet: FleetRecord;
  /** How often a takedown was claimed, as it was read or last claimed by this pass. */
  takedownVersion: number;
  /** How EC2 answered starts before this pass, by zone and type. */
  readonly places: ReadonlyMap<string, Place>;
  /** Policies that a person paused or holds as a whole. */
  readonly policyPauses: ReadonlyMap<string, Pause>;
  /** EC2's account-wide answer about what is impaired; asked at most once a pass. */
  troubled: Promise<StatusAnswer> | undefined;
  /** The last account-wide status read that succeeded; kept between invocations. */
  readonly lastTroubled: { at?: Instant; answer?: StatusAnswer };
  /** What CloudWatch said in this pass of applications, by instance. */
  readonly applications: Map<string, Check>;
  /** Instances that another invocation was changing at the same time. */
  readonly conflicts: Set<string>;
  /** Ids of instances, and of their volumes, whose record the table did not take. */
  readonly unwritten: Set<string>;
  /** Starts that EC2 accepted and that no record holds yet; kept from pass to pass. */
  readonly unrecorded: Map<string, InstanceRecord>;
  /** When each instance that was looked at wants to be looked at again. */
  readonly nextLooks: Map<string, Instant>;
}

/** One instance in a pass: what was seen, what was known, what came of it. */
export interface Work {
  readonly view: InstanceView | undefined;
  readonly before: InstanceRecord;
  readonly step: Step;
}

/** Whether two records would be stored alike; what a step left as it was is the same object. */
export function sameRecord(one: InstanceRecord, other: InstanceRecord): boolean {
  return isAlike(one, other);
}

/** Part by part, as far as they are not the same object: most of a record was carried over. */
function isAlike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isAlike(one[key], other[key]));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** How much earlier than the function's end the last piece of work may begin. */
export const SAFETY_MARGIN_MS = 2_000;

/** Whether there is time left to begin something that takes up to `lengthMs`. */
export function hasTime({ ports, invocation }: Run, lengthMs: number): boolean {
  return ports.clock.now() + lengthMs + SAFETY_MARGIN_MS < invocation.deadline;
}
