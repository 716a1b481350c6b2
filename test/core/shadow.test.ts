import {
  USER_STOP,
  aTakedown,
  anIncident,
  at,
  readyEvent,
  stopCall,
  stoppedView,
} from './builders';
import { Story } from './story';
import { booted, healthy, ill, isDown, pending, stopping } from './story-views';

const shadow = (): Story => new Story({ mode: 'observe' });

describe('a policy that only observes', () => {
  it('shadow mode does nothing and says what it would do', () => {
    const story = shadow();
    story.look(1, stoppedView());
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['needs-person observe-mode']);
    expect(story.record.incident?.wouldHave).toEqual([
      { remediation: 'start', reason: 'stopped-by-aws', at: at(1) },
    ]);
  });

  it('says so while it still stops, since nobody waits for that', () => {
    const story = shadow();
    story.look(1, stopping());
    expect(story.told).toEqual(['needs-person observe-mode']);
  });

  it('judges a takedown like any other policy before it says that it would', () => {
    const story = shadow();
    story.look(120, ill('instance'), { facts: { slotsFree: 0 } });
    story.look(500, ill('instance'), { facts: { slotsFree: 0 } });
    expect(story.record.incident?.wouldHave).toBeUndefined();
    story.look(600, ill('instance'));
    expect(story.acts).toEqual([]);
    expect(story.record.incident?.wouldHave).toMatchObject([
      { remediation: 'reboot', reason: 'instance-impaired' },
    ]);
  });

  it('does NOT call anybody for what it would have left alone', () => {
    const story = shadow();
    story.look(1, stoppedView(USER_STOP), { fresh: [stopCall()] });
    expect(story.told).toEqual(['opened']);
    expect(story.record.incident?.wouldHave).toBeUndefined();
  });

  it('keeps each wish once, and anew once it has served in between', () => {
    const story = shadow();
    for (const seconds of [1, 31, 61, 91]) story.look(seconds, stoppedView());
    expect(story.record.incident?.wouldHave).toHaveLength(1);
    story.look(100, pending(99));
    story.look(120, booted(99), { fresh: [readyEvent(at(119))] });
    story.look(150, stoppedView(undefined, { launchTime: at(99) }));
    expect(story.record.incident?.wouldHave?.map((wish) => wish.at)).toEqual([at(1), at(150)]);
  });

  it('verifies what a person started instead', () => {
    const story = shadow();
    story.look(1, stoppedView());
    story.look(100, booted(99));
    story.look(500, healthy(99));
    story.look(560, healthy(99));
    expect(story.told).toEqual(['needs-person observe-mode', 'serving']);
  });

  it('all the same brings back what the watchdog itself had stopped (S28)', () => {
    const attempts = [aTakedown('stop-start', at(1))];
    const incident = anIncident({ condition: 'impaired', attempts });
    const story = new Story({ mode: 'observe' }, { incident, starts: [at(1)] });
    story.look(60, isDown(1));
    expect(story.starts).toEqual([at(60)]);
  });

  it('acts once its mode is `act`: the twin', () => {
    const story = new Story();
    story.look(1, stoppedView());
    expect(story.starts).toEqual([at(1)]);
    expect(story.told).toEqual(['opened']);
    expect(story.record.incident?.wouldHave).toBeUndefined();
  });
});
