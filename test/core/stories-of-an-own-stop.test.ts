import type { InstanceView } from '../../lambda/core/observation';
import { iso } from '../../lambda/core/time';
import { ID, USER_STOP, at, readyEvent, stopCall, stoppedView, tagged } from './builders';
import { Story } from './story';
import { booted, comesBack, goingDown, ill, isDown, pending } from './story-views';

describe('between our stop and our start (S28, F61)', () => {
  const stopping = (): Story => {
    const story = new Story();
    story.look(120, ill('system'));
    story.look(124, goingDown(120));
    return story;
  };

  it('a person stops it as well: the start is cancelled, and that is told (F40)', () => {
    const story = stopping();
    story.look(150, goingDown(120), { fresh: [stopCall(at(140))] });
    story.look(160, isDown(120));
    story.look(90_000, isDown(120));
    expect(story.starts).toEqual([]);
    expect(story.decisions.at(-1)).toBe('ignore stopped-by-person');
    expect(story.told).toEqual(['opened', 'changed']);
  });

  it('a person stops it right after our start: that is theirs, too', () => {
    const story = stopping();
    story.look(160, isDown(120));
    story.look(164, pending(162));
    story.look(300, isDown(280, { launchTime: at(162) }));
    story.look(9_000, isDown(280, { launchTime: at(162) }));
    expect(story.starts).toEqual([at(160)]);
    expect(story.decisions.at(-1)).toBe('ignore stopped-by-person');
  });

  it.each([
    ['a pause', { 'watchdog:pause-until': `${iso(at(9_000))} deploying` }],
    ['a hold', { 'watchdog:hold': 'forensics' }],
  ])('%s is set: it is started all the same', (_name, tags) => {
    const story = stopping();
    story.look(160, isDown(120, { tags: tagged(tags) }));
    expect(story.starts).toEqual([at(160)]);
    // The same tags keep it from being stopped in the first place.
    const other = new Story();
    for (const seconds of [120, 600]) {
      other.look(seconds, ill('system', 0, { tags: tagged(tags) }));
    }
    expect(other.acts).toEqual([]);
    expect(other.told.every((one) => one.startsWith('needs-person'))).toBe(true);
  });

  it('the policy is told to observe: it is started all the same', () => {
    const story = stopping();
    story.look(160, isDown(120), { policy: { ...story.policy, mode: 'observe' } });
    expect(story.starts).toEqual([at(160)]);
  });

  it('it was seen neither stopping nor stopped before: it is started', () => {
    const story = new Story();
    story.look(120, ill('system'));
    story.look(900, isDown(120));
    expect(story.starts).toEqual([at(900)]);
  });
});

describe('the Lambda dies (F46)', () => {
  it('between the intent and the stop: it is stopped a minute later', () => {
    const story = new Story();
    story.look(120, ill('system'), { diesAfterIntent: true });
    for (const seconds of [124, 149, 150, 179]) story.look(seconds, ill('system'));
    expect(story.acts).toEqual([]);
    story.look(180, ill('system'));
    expect(story.acts).toEqual(['stop-start 180']);
    comesBack(story, 180);
    expect(story.told).toEqual(['opened', 'serving']);
  });

  it('between the stop and its record: it is started, and not stopped again', () => {
    const story = new Story();
    const tags = tagged({ 'watchdog:own-stop': `${iso(at(120))} ${ID} pod-23-20240801-1212-def0` });
    story.look(120, ill('system'), { diesAfterIntent: true });
    comesBack(story, 120, { tags });
    expect(story.acts).toEqual([]);
    expect(story.starts).toEqual([at(160)]);
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.record.incident).toBeUndefined();
  });

  // Why this test? Within the minute after an intent a person's stop was taken for our own (S7).
  it('before its word was on the instance: a stop after that is NOT ours', () => {
    const story = new Story();
    story.look(120, ill('system'), { diesAfterIntent: true });
    story.look(144, goingDown(140));
    for (const seconds of [160, 300, 3_600]) story.look(seconds, isDown(140));
    expect(story.starts).toEqual([]);
    expect(story.decisions.at(-1)).toBe('ignore stopped-by-person');
  });

  it('and the first look at its stop does not show the word: the next one starts it', () => {
    const story = new Story();
    const tags = tagged({ 'watchdog:own-stop': `${iso(at(120))} ${ID} pod-23-20240801-1212-def0` });
    story.look(120, ill('system'), { diesAfterIntent: true });
    story.look(124, goingDown(120));
    story.look(160, isDown(120, { tags }));
    expect(story.starts).toEqual([at(160)]);
  });

  it('and the record with it: the tag on the instance tells whose stop it was', () => {
    const story = new Story();
    const tags = tagged({ 'watchdog:own-stop': `${iso(at(120))} ${ID} pod-23-20240801-1212-def0` });
    story.look(160, isDown(120, { tags }));
    expect(story.starts).toEqual([at(160)]);
    expect(story.decisions).toEqual(['remediate finish-own-stop']);
    // Without the tag it is a stop through the API like any other.
    const untold = new Story();
    untold.look(160, isDown(120));
    expect(untold.decisions).toEqual(['ignore stopped-by-person']);
  });

  it('between the intent and the start: it is started half a minute later', () => {
    const story = new Story();
    story.look(120, ill('system'));
    story.look(160, isDown(120), { diesAfterIntent: true });
    story.look(189, isDown(120));
    expect(story.starts).toEqual([]);
    story.look(190, isDown(120));
    expect(story.starts).toEqual([at(190)]);
  });
});

// Why this test? The incident kept the cause of the first stop, a person's: what the watchdog
// itself had stopped after that stayed down for ever.
describe('an incident that began with a stop, and went on with a failing guest', () => {
  const again = (launch: number, since: number): InstanceView =>
    ill('instance', since, { launchTime: at(launch) });

  it.each([
    ['a person', USER_STOP, {}],
    ['AWS', 'Server.ScheduledStop', {}],
    ['AWS, and paused by now', 'Server.ScheduledStop', { 'watchdog:hold': 'forensics' }],
  ])('stopped by %s: our own stop later on is finished all the same', (_name, code, tags) => {
    const story = new Story();
    story.look(1, stoppedView(code));
    story.look(60, booted(40), { fresh: [readyEvent(at(59))] });
    const begun = story.starts.length;
    for (const seconds of [360, 420, 480, 840, 900]) story.look(seconds, again(40, 300));
    expect(story.acts).toEqual(['reboot 420', 'stop-start 900']);
    story.look(904, goingDown(900, { launchTime: at(40) }));
    story.look(940, isDown(900, { launchTime: at(40), tags: tagged(tags) }));
    expect(story.starts.slice(begun)).toEqual([at(940)]);
  });
});
