import { laddersOf } from '../../lambda/core/ladder';
import type { InstanceView } from '../../lambda/core/observation';
import { openDrain } from '../../lambda/core/open-drain';
import type { Policy } from '../../lambda/core/policy';
import type { Plan } from '../../lambda/core/record';
import { seconds } from '../../lambda/core/time';
import { BOOT, NO_CAPACITY, USER_STOP, at, stoppedView } from './builders';
import { DRAIN, FLUSH, HOLD, Move, PLAN, RESUME, VETO, WINDOW, drained } from './drained-server';
import type { Look } from './story';

describe('a stop that is refused after its server was drained', () => {
  it.each<[string, Partial<InstanceView>, Look, string]>([
    ['a person holds it', { tags: HOLD }, {}, 'escalate held'],
    ['somebody vetoed it', { tags: VETO }, {}, 'ignore move-vetoed'],
    ['stop protection', {}, { facts: { stopProtection: true } }, 'escalate stop-protected'],
    ['no capacity', {}, { facts: { noCapacityAt: at(60) } }, 'escalate no-way-back'],
  ])('by %s is not made, and is undone and told at once', (_, view, look, decision) => {
    const move = drained();
    const done = { ...look, news: [move.news('done', 'drain')] };
    expect(move.runs(90, view, done)).toBe(decision);
    expect(move.acts).toEqual([]);
    expect(move.hooks).toEqual(['drain/1 0', 'resume/1 90']);
    expect(move.texts).toContain('The hook resume brings it back');
    expect(move.run('drain')?.state.kind).toBe('done');
    // Nor at the next look: it takes chats again.
    move.runs(120);
    expect(move.acts).toEqual([]);
    expect(move.hooks).toHaveLength(2);
  });

  it('while it is still drained leaves that to nobody: its word counts no more', () => {
    const move = drained();
    move.runs(60, { tags: HOLD });
    expect(move.run('drain')?.state.kind).toBe('superseded');
    move.says(70, 'done');
    expect(move.run('drain')?.state.kind).toBe('superseded');
  });

  it('is undone by every hook of that moment, in their order, before it ends', () => {
    const open = { ...RESUME, name: 'open', after: 'resume' };
    const move = drained([DRAIN, RESUME, open]);
    const none = { scheduledEvents: [] };
    move.runs(60, none);
    expect(move.runs(70, none, { news: [move.news('done', 'resume')] })).toBe('defer resuming');
    expect(move.hooks).toEqual(['drain/1 0', 'resume/1 60', 'open/1 70']);
    expect(move.runs(80, none, { news: [move.news('done', 'open')] })).toBe('resolve cleared');
  });

  it('since its window closed meanwhile, likewise', () => {
    const move = new Move([DRAIN, RESUME], { maintenanceWindow: { ...WINDOW, to: 735 } });
    move.runs(0);
    expect(move.runs(299)).toBe('defer outside-window');
    expect(move.hooks).toEqual(['drain/1 0', 'resume/1 299']);
  });

  it('since AWS called its work off: it ends once it serves again, not before', () => {
    const move = drained();
    const none = { scheduledEvents: [] };
    expect(move.runs(60, none)).toBe('defer resuming');
    expect(move.hooks).toEqual(['drain/1 0', 'resume/1 60']);
    expect(move.runs(70, none, { news: [move.news('done', 'resume')] })).toBe('resolve cleared');
  });

  it('of a policy that only observes by now, likewise', () => {
    const move = drained();
    const policy: Policy = { ...move.policy, mode: 'observe' };
    move.runs(60, {}, { policy, news: [move.news('done', 'drain')] });
    expect(move.acts).toEqual([]);
    expect(move.hooks).toEqual(['drain/1 0', 'resume/1 60']);
  });

  it('is told once more where what undoes it fails', () => {
    const move = drained();
    move.runs(60, { tags: HOLD });
    move.runs(70, { tags: HOLD }, { news: [move.news('failed', 'resume')] });
    expect(move.texts).toContain('The hook resume failed (tries: 1): it says no more.');
    expect(move.texts).toContain('It may be taking no chats');
  });

  it('since its opt-in tag was taken off, is told with that', () => {
    const move = drained();
    for (const time of [60, 120]) move.look(time, undefined);
    expect(move.alerts.at(-1)?.text).toContain('It was drained for a stop that does not come');
    expect(move.hooks).toEqual(['drain/1 0']);
  });

  it('is told as a person’s to undo where no hook does it', () => {
    const move = drained([DRAIN]);
    move.runs(60, { tags: HOLD });
    expect(move.texts).toContain('see to it yourself that it takes chats again');
  });

  it('is prepared anew a while after nothing objects any more, under another key', () => {
    const move = drained();
    move.runs(60, { tags: HOLD });
    expect(move.runs(90, { tags: HOLD })).toBe('escalate held');
    expect(move.runs(120)).toBe('defer cooldown');
    expect(move.runs(60 + 900)).toBe('defer draining');
    expect(move.hooks.at(-1)).toBe('drain/2 960');
    // What was said of the first drain says nothing of the second.
    expect(move.says(970, 'done', 'drain/1')).toBe('defer draining');
    expect(move.says(980, 'done', 'drain/2')).toBe('remediate stop-scheduled');
  });

  it('may wait a little: for what passes by itself nothing is undone', () => {
    const move = drained();
    const busy: Look = { facts: { slotsFree: 0 } };
    move.runs(90, {}, { ...busy, news: [move.news('done', 'drain', 90)] });
    expect(move.runs(90 + 800, {}, busy)).toBe('defer takedown-budget');
    expect(move.runs(90 + 804)).toBe('remediate stop-scheduled');
    expect(move.hooks).toEqual(['drain/1 0']);
  });

  it('and what comes after what has ended is not begun meanwhile', () => {
    const move = drained([DRAIN, FLUSH]);
    const busy: Look = { facts: { slotsFree: 0 } };
    move.runs(90, {}, { ...busy, news: [move.news('done', 'drain', 90)] });
    expect(move.run('flush')).toBeUndefined();
    expect(move.runs(94)).toBe('defer draining');
    expect(move.hooks).toEqual(['drain/1 0', 'flush/1 94']);
  });

  it('also after a drain so long that any other would be told that it waits for its turn', () => {
    const move = drained([{ ...DRAIN, deadline: seconds(3_600) }, RESUME]);
    const busy: Look = { facts: { slotsFree: 0 } };
    const done = { ...busy, news: [move.news('done', 'drain', 1_500)] };
    expect(move.runs(1_500, {}, done)).toBe('defer takedown-budget');
    expect(move.runs(1_504)).toBe('remediate stop-scheduled');
  });

  it('but NOT for long: it serves nobody meanwhile', () => {
    const move = drained();
    const busy: Look = { facts: { slotsFree: 0 } };
    move.runs(90, {}, { ...busy, news: [move.news('done', 'drain', 90)] });
    move.runs(90 + 901, {}, busy);
    expect(move.hooks).toEqual(['drain/1 0', 'resume/1 991']);
    expect(move.texts).toContain('called off (takedown-budget)');
  });
});

describe('an incident', () => {
  it('has no drain any more once somebody else stopped its server', () => {
    const move = drained();
    move.look(60, stoppedView(USER_STOP, { launchTime: BOOT, transitionAt: at(55) }));
    const { incident } = move.record;
    expect(incident && openDrain(incident)).toBeUndefined();
    expect(move.run('drain')?.state.kind).toBe('superseded');
    expect(move.hooks).toEqual(['drain/1 0']);
  });
});

describe('the way back to its own type', () => {
  const OWN_TYPE: Plan = { ...PLAN, eventId: 'own-type' };
  const STAND_IN = { instanceType: 'm6a.large', scheduledEvents: [] };
  const ladders = laddersOf({ 'no-capacity': ['change-type', 'reserve-capacity'] }, seconds(60));
  const PLACE: Look = { outcome: { kind: 'accepted', at: at(0), id: 'cr-1' } };

  /** A place of its own type is held, and it is drained. */
  const returning = (): Move => {
    const move = new Move([{ ...DRAIN, deadline: seconds(3_600) }, RESUME], {
      ladders,
      alternateTypes: ['m6a.large'],
    });
    move.record = { ...move.record, plan: OWN_TYPE, ownType: 'm6i.large' };
    expect(move.runs(0, STAND_IN, PLACE)).toBe('remediate prove-capacity');
    expect(move.hooks).toEqual([]);
    expect(move.runs(4, STAND_IN)).toBe('defer draining');
    return move;
  };

  it('is drained only once a place is held, which is held anew while that lasts', () => {
    const move = returning();
    expect(move.runs(1_200, STAND_IN, PLACE)).toBe('remediate prove-capacity');
    const news = [move.news('done', 'drain')];
    expect(move.runs(1_204, STAND_IN, { news })).toBe('remediate stop-scheduled');
    expect(move.hooks).toEqual(['drain/1 4']);
    expect(move.acts).toEqual(['reserve-capacity 0', 'reserve-capacity 1200', 'stop-start 1204']);
  });

  it('is given up where EC2 has no place any more, and NOT before it serves again', () => {
    const move = returning();
    move.runs(1_200, STAND_IN, { outcome: NO_CAPACITY });
    expect(move.runs(1_204, STAND_IN)).toBe('defer resuming');
    expect(move.hooks).toEqual(['drain/1 4', 'resume/1 1204']);
    move.runs(1_210, STAND_IN, { news: [move.news('done', 'resume')] });
    expect(move.runs(1_204 + 900, STAND_IN)).toBe('resolve own-type-short');
    expect(move.acts).toEqual(['reserve-capacity 0', 'reserve-capacity 1200']);
  });
});
