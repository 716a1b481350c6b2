import fc from 'fast-check';
import type { Checks, InstanceView } from '../../lambda/core/observation';
import { ownStopTagValue } from '../../lambda/core/own-stop';
import { between, seconds, type Instant } from '../../lambda/core/time';
import {
  AWS_STOP,
  BOOT,
  ID,
  REFUSED,
  T0,
  USER_STOP,
  aView,
  at,
  impaired,
  stopCall,
  stoppedView,
  tagged,
} from './builders';
import { Story, type Look } from './story';

/** What may happen to a server between two looks, and to the watchdog that looks. */
const EVENTS = [
  'nothing',
  'host fails',
  'guest fails',
  'gets well',
  'person stops it',
  'AWS stops it',
  'person holds it',
  'person lets it go',
  'Lambda dies before its call',
  'Lambda dies after its call',
  'EC2 refuses',
] as const;
type Event = (typeof EVENTS)[number];

/** One server as EC2 has it, and the watchdog that looks at it. */
class World {
  readonly story = new Story();
  state: 'running' | 'stopping' | 'stopped' | 'pending' = 'running';
  stoppedBy: 'nobody' | 'us' | 'person' | 'aws' = 'nobody';
  private launchTime: Instant = BOOT;
  private askedAt: Instant = T0;
  private held = false;
  /** What the watchdog wrote on it before it asked for a stop. */
  private word: string | undefined;
  private ill: { readonly name: keyof Checks; readonly since: Instant } | undefined;
  /** EC2's code for the stop: that of whoever was first. */
  private reason = USER_STOP;
  private clock = 0;

  /** Time passes, something happens, and the watchdog looks. */
  pass(by: number, event: Event): void {
    this.clock += by;
    if (this.state === 'stopping') this.state = 'stopped';
    else if (this.state === 'pending') this.state = 'running';
    const fresh = this.happens(event);
    const dies = event === 'Lambda dies before its call' || event === 'Lambda dies after its call';
    const look: Look = {
      ...fresh,
      ...(event === 'EC2 refuses' && { outcome: REFUSED }),
      diesAfterIntent: dies,
    };
    const { decision } = this.story.look(this.clock, this.view(), look);
    if (decision.kind !== 'remediate') return;
    this.judge(decision.remediation);
    if (event === 'EC2 refuses' || event === 'Lambda dies before its call') return;
    this.carryOut(decision.remediation);
  }

  private happens(event: Event): Look {
    const now = at(this.clock);
    const isUp = this.state === 'running';
    if (event === 'host fails' && isUp) this.ill = { name: 'system', since: now };
    if (event === 'guest fails' && isUp) this.ill = { name: 'instance', since: now };
    if (event === 'gets well') this.ill = undefined;
    if (event === 'person holds it') this.held = true;
    if (event === 'person lets it go') this.held = false;
    if (event === 'AWS stops it' && isUp) this.goDown('aws', now);
    if (event !== 'person stops it' || this.state === 'pending') return {};
    if (isUp) this.goDown('person', now);
    this.stoppedBy = 'person';
    return { fresh: [stopCall(now)] };
  }

  private goDown(by: World['stoppedBy'], when: Instant): void {
    this.state = 'stopping';
    this.stoppedBy = by;
    this.reason = by === 'aws' ? AWS_STOP : USER_STOP;
    this.askedAt = when;
    this.ill = undefined;
  }

  private view(): InstanceView {
    const tags = tagged({
      ...(this.held && { 'watchdog:hold': 'forensics' }),
      ...(this.word !== undefined && { 'watchdog:own-stop': this.word }),
    });
    const over = { state: this.state, launchTime: this.launchTime, tags };
    if (this.state === 'running' || this.state === 'pending') {
      const { ill } = this;
      return aView({ ...over, ...(ill && { checks: impaired(ill.since, ill.name) }) });
    }
    return stoppedView(this.reason, { ...over, transitionAt: this.askedAt });
  }

  private carryOut(remediation: string): void {
    const now = at(this.clock);
    if (remediation === 'stop-start') {
      this.word = ownStopTagValue(now, ID, 'pod-23-20240801-1212-def0');
      this.goDown('us', now);
    }
    if (remediation !== 'start') return;
    this.state = 'pending';
    this.stoppedBy = 'nobody';
    this.launchTime = at(this.clock + 2);
  }

  /** What the watchdog may do to a server in this state, whatever went before. */
  private judge(remediation: string): void {
    if (remediation === 'start') {
      expect([this.state, this.stoppedBy]).not.toContain('person');
      expect(this.state).toBe('stopped');
      return;
    }
    expect(this.state).toBe('running');
    expect(this.held).toBe(false);
    expect(between(this.ill?.since ?? at(this.clock), at(this.clock))).toBeGreaterThanOrEqual(
      seconds(120),
    );
  }
}

const anyWalk = fc.array(
  fc.record({
    by: fc.constantFrom(4, 30, 60, 130, 600),
    event: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Event>('nothing') },
      { weight: 2, arbitrary: fc.constantFrom<Event>('host fails', 'guest fails') },
      { weight: 3, arbitrary: fc.constantFrom<Event>(...EVENTS) },
    ),
  }),
  { minLength: 5, maxLength: 40 },
);

describe('whatever happens to a server and to the watchdog', () => {
  it('nothing healthy is taken down, nothing that a person stopped is started, and what the watchdog stopped comes back', () => {
    const seen = { acts: 0, starts: 0, stoppedByPerson: 0 };
    fc.assert(
      fc.property(anyWalk, (walk) => {
        const world = new World();
        for (const { by, event } of walk) world.pass(by, event);
        // The faults end, and nobody holds it any more.
        world.pass(30, 'person lets it go');
        world.pass(30, 'gets well');
        for (let look = 0; look < 60; look += 1) world.pass(60, 'nothing');
        seen.acts += world.story.acts.length;
        seen.starts += world.story.starts.length;
        if (world.stoppedBy === 'person') seen.stoppedByPerson += 1;
        const isToPeople = world.story.told.some((one) => one.startsWith('needs-person'));
        if (world.stoppedBy === 'us') expect(world.state).toBe('running');
        if (world.stoppedBy === 'person') expect(world.state).not.toBe('running');
        if (world.stoppedBy === 'aws') expect(isToPeople || world.state === 'running').toBe(true);
      }),
      { seed: 20_240_801, numRuns: 600 },
    );
    expect(seen.acts).toBeGreaterThan(100);
    expect(seen.starts).toBeGreaterThan(100);
    expect(seen.stoppedByPerson).toBeGreaterThan(20);
  });
});
