import type { Fact } from './history';
import type { Invariant, Violation } from './invariants/invariant';
import { L1 } from './invariants/l1-started-in-time';
import { L2 } from './invariants/l2-every-incident-ends';
import { L3 } from './invariants/l3-told-in-time';
import { S1 } from './invariants/s1-starts-only-what-is-stopped';
import { S12 } from './invariants/s12-no-empty-selector';
import { S13 } from './invariants/s13-unknown-never-acts';
import { S15 } from './invariants/s15-duplicates-add-nothing';
import { S16 } from './invariants/s16-half-of-the-buckets';
import { S17 } from './invariants/s17-bounded';
import { S18 } from './invariants/s18-intent-and-outcome';
import { S19 } from './invariants/s19-said-only-when-proved';
import { S2 } from './invariants/s2-one-writer';
import { S21 } from './invariants/s21-own-acts-open-nothing';
import { S24 } from './invariants/s24-closed-means-hands-off';
import { S25 } from './invariants/s25-pause-is-honoured';
import { S27 } from './invariants/s27-no-start-loop';
import { S4 } from './invariants/s4-nothing-is-destroyed';
import { S7 } from './invariants/s7-no-undoing';
import { S8 } from './invariants/s8-budget';
import { SIM } from './invariants/sim-nothing-unsimulated';
import { storyOf } from './invariants/story';

/** Every invariant that a run is held against. */
export const INVARIANTS: readonly Invariant[] = [
  SIM,
  S1,
  S2,
  S4,
  S7,
  S8,
  S12,
  S13,
  S15,
  S16,
  S17,
  S18,
  S19,
  S21,
  S24,
  S25,
  S27,
  L1,
  L2,
  L3,
];

/** Every breach in a history, in the order of time. */
export function checkInvariants(facts: readonly Fact[]): readonly Violation[] {
  const story = storyOf(facts);
  return INVARIANTS.flatMap((invariant) => invariant.check(story)).sort((a, b) => a.at - b.at);
}
