import type { AttemptOutcome } from '../../lambda/core/incident';
import { NO_CAPACITY, REFUSED, UNAVAILABLE, at, impaired, readyEvent } from '../core/builders';
import { Story } from '../core/story';
import { booted, comesBack, goingDown, ill, isDown, pending } from '../core/story-views';
import { idOf } from '../shell/fake-ports';
import { LAST_ACTION, oneIll, runningPod, stopsAfter, sweepAfter } from '../shell/ill-pods';

const POD = idOf(23);

describe('fence-agents: "Rebooted" reported after the power-on failed', () => {
  /** Its host failed, it was stopped by us, and the start that must follow is answered. */
  const stoppedByUs = (outcome?: AttemptOutcome): Story => {
    const story = new Story();
    story.look(120, ill('system'));
    story.look(124, goingDown(120));
    for (const seconds of [160, 200, 400]) {
      story.look(seconds, isDown(120), outcome === undefined ? {} : { outcome });
    }
    return story;
  };

  it.each([
    ['has no capacity', NO_CAPACITY, 'needs-person no-capacity'],
    ['refuses it', REFUSED, 'needs-person start-refused'],
    ['does not answer', UNAVAILABLE, 'needs-person ec2-unavailable'],
  ])('EC2 %s: nothing is called done, and a person is called', (_what, outcome, page) => {
    const story = stoppedByUs(outcome);
    expect(story.told).toEqual(['opened', page]);
    expect(story.record.incident?.resolved).toBeUndefined();
  });

  it('a start that EC2 accepted, and that fell back to stopped, is not called done either', () => {
    const story = new Story();
    story.look(120, ill('system'));
    story.look(160, isDown(120));
    story.look(164, pending(162));
    for (const seconds of [190, 260, 400]) {
      const view = isDown(120, {
        launchTime: at(162),
        transitionAt: at(180),
        stateReason: { code: 'Client.InternalError', message: 'Client error on launch' },
      });
      story.look(seconds, view);
    }
    expect(story.told.some((line) => line.startsWith('serving'))).toBe(false);
    expect(story.told.at(-1)).toMatch(/^needs-person /);
  });

  it('nor one that runs and has not said that it serves', () => {
    const story = stoppedByUs();
    story.look(500, booted(410));
    expect(story.told).toEqual(['opened']);
  });

  it('twin: it is said once it serves, by its own word in this boot', () => {
    const story = new Story();
    story.look(120, ill('system'));
    comesBack(story, 120);
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.decisions.at(-1)).toBe('resolve recovered');
  });

  it('a ready event from before the stop proves nothing', () => {
    const story = new Story();
    story.look(120, ill('system'));
    story.look(160, isDown(120));
    story.look(180, booted(162), { fresh: [readyEvent(at(100))] });
    expect(story.told).toEqual(['opened']);
  });

  it('a reboot that EC2 refused is not on the instance as its last action; one that it took is', async () => {
    const over = { checks: impaired(at(-600), 'instance') };
    const refused = oneIll(runningPod(23, over));
    refused.ec2.rebootOutcomes.set(POD, { kind: 'refused', code: 'X', message: 'no' });
    await sweepAfter(refused, 0);
    expect(refused.ec2.reboots).toEqual([POD]);
    expect(refused.ec2.views.get(POD)?.tags[LAST_ACTION]).toBeUndefined();
    const taken = oneIll(runningPod(23, over));
    await sweepAfter(taken, 0);
    expect(taken.ec2.views.get(POD)?.tags[LAST_ACTION]).toMatch(/^reboot /);
  });

  it('a start that EC2 refused is not on the instance as its last action', async () => {
    const world = oneIll();
    await sweepAfter(world, 0);
    world.ec2.outcomes.set(POD, { kind: 'no-capacity', code: 'InsufficientInstanceCapacity' });
    await stopsAfter(world, 30);
    await sweepAfter(world, 4);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.ec2.views.get(POD)?.tags[LAST_ACTION]).toMatch(/^stop-start /);
    expect(world.told).toEqual([`opened ${POD}`, `needs-person ${POD}`]);
  });
});
