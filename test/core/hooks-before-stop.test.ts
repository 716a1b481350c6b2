import type { InstanceView } from '../../lambda/core/observation';
import type { Policy } from '../../lambda/core/policy';
import {
  INITIALIZING,
  USER_STOP,
  aView,
  at,
  impaired,
  readyEvent,
  stoppedView,
  tagged,
} from './builders';
import {
  DRAIN,
  FLUSH,
  HOLD,
  Move,
  NOW,
  OFFLINE,
  PLAN,
  PRESENCE,
  RESUME,
  VETO,
  drained,
} from './drained-server';
import { anEvent } from './planned-server';
import type { Look } from './story';

describe('a planned stop with hooks before it', () => {
  it('is made once they are done, in their order', () => {
    const move = new Move([DRAIN, FLUSH]);
    expect(move.runs(0)).toBe('defer draining');
    expect(move.runs(20)).toBe('defer draining');
    expect(move.says(40, 'done')).toBe('defer draining');
    expect(move.acts).toEqual([]);
    expect(move.says(60, 'done', 'flush')).toBe('remediate stop-scheduled');
    expect(move.hooks).toEqual(['drain/1 0', 'flush/1 40']);
    expect(move.acts).toEqual(['stop-start 60']);
  });

  it('is NOT held up by a policy that has none', () => {
    const move = new Move([OFFLINE, PRESENCE]);
    expect(move.runs(0)).toBe('remediate stop-scheduled');
    expect(move.hooks).toEqual([]);
  });

  it('nor drained by a policy that only observes', () => {
    const move = new Move([DRAIN], { mode: 'observe' });
    expect(move.runs(0)).toBe('escalate observe-mode');
    expect(move.hooks).toEqual([]);
  });

  it('goes the same way as a reboot, which is known to be down by the act alone', () => {
    const move = new Move([DRAIN, OFFLINE]);
    move.record = { ...move.record, plan: { ...PLAN, condition: 'reboot-scheduled' } };
    const event = { scheduledEvents: [anEvent({ code: 'system-reboot' })] };
    expect(move.runs(0, event)).toBe('defer draining');
    move.runs(40, event, { news: [move.news('done', 'drain')] });
    expect(move.acts).toEqual(['reboot 40']);
    move.runs(44, event);
    expect(move.hooks).toEqual(['drain/1 0', 'offline/1 44']);
  });

  it('is not called off once it was made, though nothing proves that it serves again', () => {
    const move = new Move([DRAIN, RESUME]);
    move.record = { ...move.record, plan: { ...PLAN, condition: 'reboot-scheduled' } };
    const rebooting = { scheduledEvents: [anEvent({ code: 'system-reboot' })] };
    move.runs(0, rebooting);
    move.runs(40, rebooting, { news: [move.news('done', 'drain')] });
    const silent = { ...rebooting, checks: INITIALIZING };
    expect(move.runs(40 + 1_800, silent)).toBe('escalate not-serving');
    expect(move.hooks).toEqual(['drain/1 0']);
    expect(move.texts).not.toContain('called off');
  });

  it('is followed by the hooks of its outage, whose window begins with the stop', () => {
    const move = drained([DRAIN, OFFLINE, PRESENCE]);
    move.says(200, 'done');
    const ours = tagged({ 'watchdog:own-stop': ownStop(move) });
    move.look(204, stoppedView(USER_STOP, { state: 'stopping', tags: ours }));
    move.look(230, stoppedView(USER_STOP, { tags: ours }));
    const fresh = [readyEvent(at(280))];
    move.look(281, aView({ launchTime: at(235), tags: ours }), { fresh });
    expect(move.hooks).toEqual(['drain/1 0', 'offline/1 204', 'presence/1 281']);
    expect(move.run('presence')).toMatchObject({
      from: at(200),
      firstKnownBad: at(200),
      to: at(280),
    });
  });
});

/** The word of our own stop, as the shell writes it on the instance. */
const ownStop = ({ record }: Move): string =>
  `${new Date(at(200)).toISOString()} ${record.instanceId} ${record.incident?.id}`;

describe('what does not serve', () => {
  const sick = { checks: impaired(at(-600), 'system') };

  it('is rescued at once, and NOT drained: that would lengthen its outage', () => {
    const move = new Move([DRAIN]);
    move.runs(0, sick);
    expect(move.record.incident?.condition).toBe('impaired');
    expect(move.acts).toEqual(['stop-start 0']);
    expect(move.hooks).toEqual([]);
  });

  it('is rescued though it is being drained', () => {
    const move = drained();
    expect(move.runs(60, sick)).toBe('remediate system-impaired');
    expect(move.hooks).toEqual(['drain/1 0']);
  });
});

describe('the application check of what is drained', () => {
  const asked: Partial<Policy> = { applicationAlarm: 'chat-{id}', restartDocument: 'restart' };
  const closed = { checks: impaired(at(30), 'application') };

  it('fails because it takes no chats: that is no ailment', () => {
    const move = drained([DRAIN, RESUME], asked);
    expect(move.runs(290, closed)).toBe('defer draining');
    expect(move.acts).toEqual([]);
  });

  it('but is acted upon once the stop is called off', () => {
    const move = drained([DRAIN, RESUME], asked);
    move.says(10, 'failed');
    expect(move.runs(290, closed)).toBe('remediate application-impaired');
    expect(move.acts).toEqual(['restart-service 290']);
  });
});

describe('nothing is drained', () => {
  it.each<[string, Partial<InstanceView>, Look]>([
    ['a person holds it', { tags: HOLD }, {}],
    ['somebody vetoed its move', { tags: VETO }, {}],
    ['nothing was read of it', {}, { facts: 'unread' }],
    ['it is protected from stops', {}, { facts: { stopProtection: true } }],
    ['its address would change', { hasElasticIp: false, publicIp: '192.0.2.1' }, {}],
    ['the fleet has no slot for it', {}, { facts: { slotsFree: 0 } }],
    ['EC2 has no capacity', {}, { facts: { noCapacityAt: at(-60) } }],
  ])('while %s', (_, view, look) => {
    const move = new Move([DRAIN]);
    // Its incident is open already.
    move.runs(-10, {}, { facts: 'unread' });
    expect(move.runs(0, view, look)).not.toBe('defer draining');
    expect(move.hooks).toEqual([]);
    expect(move.runs(4)).toBe('defer draining');
    expect(move.hooks).toEqual(['drain/1 4']);
  });

  it('while its window is not open', () => {
    const move = new Move([DRAIN]);
    move.runs(0, {}, { facts: 'unread' });
    expect(move.runs(7_200)).toBe('defer outside-window');
    expect(move.hooks).toEqual([]);
  });
});

describe('what could not be drained', () => {
  const failed = (): Move => {
    const move = drained();
    expect(move.says(30, 'failed')).toBe('escalate not-drained');
    return move;
  };

  it('is not stopped; people are told once, and it is undone', () => {
    const move = failed();
    move.says(32, 'done', 'resume');
    for (const time of [40, 100, 1_000, 5_000]) {
      expect(move.runs(time)).toBe('escalate not-drained');
    }
    expect(move.acts).toEqual([]);
    expect(move.hooks).toEqual(['drain/1 0', 'resume/1 30']);
    expect(move.told).toEqual(['notice', 'opened', 'needs-person not-drained']);
  });

  it('is not either where nobody ever said so: its deadline has passed', () => {
    const move = drained();
    expect(move.runs(299)).toBe('defer draining');
    expect(move.runs(300)).toBe('escalate not-drained');
    expect(move.hooks).toEqual(['drain/1 0', 'resume/1 300']);
  });

  it('is not stopped by a word that comes after that', () => {
    const move = failed();
    expect(move.says(60, 'done')).toBe('escalate not-drained');
    expect(move.acts).toEqual([]);
  });

  it('is drained anew in a window of the next day', () => {
    const move = failed();
    expect(move.runs(30 + 12 * 3_600)).toBe('defer outside-window');
    const tomorrow = 24 * 3_600;
    expect(move.runs(tomorrow)).toBe('defer draining');
    expect(move.says(tomorrow + 20, 'done', 'drain/2')).toBe('remediate stop-scheduled');
  });

  it('is told anew where that fails, too', () => {
    const move = failed();
    const tomorrow = 24 * 3_600;
    move.runs(tomorrow);
    const told = move.alerts.length;
    expect(move.says(tomorrow + 20, 'failed', 'drain/2')).toBe('escalate not-drained');
    expect(move.alerts.slice(told).map(({ text }) => text)).toEqual([
      'The hook drain failed (tries: 1): it says no more. The stop for which it was drained is ' +
        'called off (not-drained). The hook resume brings it back; you hear if it does not.',
    ]);
  });

  it('is stopped all the same once a person wants that, without another drain', () => {
    const move = failed();
    expect(move.runs(60, { tags: NOW })).toBe('remediate stop-scheduled');
    expect(move.hooks).toEqual(['drain/1 0', 'resume/1 30']);
  });

  it('or wanted it from the first, after the drain was tried', () => {
    const move = new Move([DRAIN, RESUME]);
    expect(move.runs(0, { tags: NOW })).toBe('defer draining');
    const news = [move.news('failed', 'drain')];
    expect(move.runs(30, { tags: NOW }, { news })).toBe('remediate stop-scheduled');
    expect(move.texts).toContain('It is stopped all the same');
  });

  it('is no longer held once the policy has no such hook', () => {
    const move = failed();
    const policy: Policy = { ...move.policy, hooks: [] };
    expect(move.runs(60, {}, { policy })).toBe('remediate stop-scheduled');
  });
});

describe('a Lambda that dies', () => {
  it('between the record and the hook: it is sent again under the same key', () => {
    const move = new Move([DRAIN]);
    move.runs(0, {}, { diesAfterIntent: true });
    expect(move.hooks).toEqual([]);
    move.runs(20);
    expect(move.hooks).toEqual([]);
    move.runs(30);
    expect(move.hooks).toEqual(['drain/1 30']);
  });

  it('is NOT made up for while something speaks against the stop', () => {
    const move = new Move([DRAIN]);
    move.runs(0, {}, { diesAfterIntent: true });
    move.runs(30, {}, { facts: { slotsFree: 0 } });
    expect(move.hooks).toEqual([]);
  });

  it('around the stop: that is asked for again, and nothing is drained twice', () => {
    const move = drained();
    const news = [move.news('done', 'drain')];
    move.runs(60, {}, { news, diesAfterIntent: true });
    move.runs(90);
    move.runs(125);
    expect(move.acts).toEqual(['stop-start 125']);
    expect(move.hooks).toEqual(['drain/1 0']);
  });
});
