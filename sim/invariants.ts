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
import { S3 } from './invariants/s3-only-its-own-address';
import { S4 } from './invariants/s4-nothing-is-destroyed';
import { S7 } from './invariants/s7-no-undoing';
import { S8 } from './invariants/s8-budget';
import { L6 } from './invariants/l6-after-a-zone-storm';
import { L7 } from './invariants/l7-no-capacity';
import { L9 } from './invariants/l9-hooks-in-time';
import { S10 } from './invariants/s10-zone-storm';
import { S11 } from './invariants/s11-suspect-the-check';
import { S20 } from './invariants/s20-startup-grace';
import { S26 } from './invariants/s26-types-as-listed';
import { S28 } from './invariants/s28-own-stop-comes-back';
import { S29 } from './invariants/s29-game-day-mark';
import { S30 } from './invariants/s30-one-work-one-key';
import { S5 } from './invariants/s5-tolerated-and-gentler-first';
import { S6 } from './invariants/s6-force-only-as-listed';
import { S9 } from './invariants/s9-few-at-once';
import { F55 } from './invariants/f55-nothing-unexpected';
import { SIM } from './invariants/sim-nothing-unsimulated';
import { storyOf } from './invariants/story';

/** Every invariant that a run is held against. */
export const INVARIANTS: readonly Invariant[] = [
  SIM,
  F55,
  S1,
  S2,
  S3,
  S4,
  S5,
  S6,
  S7,
  S8,
  S9,
  S10,
  S11,
  S12,
  S13,
  S15,
  S16,
  S17,
  S18,
  S19,
  S20,
  S21,
  S24,
  S25,
  S26,
  S27,
  S28,
  S29,
  S30,
  L1,
  L2,
  L3,
  L6,
  L7,
  L9,
];

/** Every breach in a history, in the order of time. */
export function checkInvariants(facts: readonly Fact[]): readonly Violation[] {
  const story = storyOf(facts);
  return INVARIANTS.flatMap((invariant) => invariant.check(story)).sort((a, b) => a.at - b.at);
}

/** How often a history put each invariant to the test, by its id. */
export function exercisedIn(facts: readonly Fact[]): Readonly<Record<string, number>> {
  const story = storyOf(facts);
  return Object.fromEntries(INVARIANTS.map(({ id, exercised }) => [id, exercised(story)]));
}
