import { withAcknowledgement } from '../../lambda/core/acknowledged';
import { NO_CAPACITY, aView, anIncident, at, stoppedView, tagged } from './builders';
import { Story } from './story';
import { booted, healthy } from './story-views';

const { id } = anIncident();
const read = (value: string | undefined) =>
  withAcknowledgement(anIncident(), value === undefined ? {} : { 'watchdog:ack': value }, at(9))
    .acknowledged;

describe('the tag watchdog:ack', () => {
  it.each<[string, string | undefined]>([
    [id, ''],
    [`${id} nikki`, 'nikki'],
    [`  ${id}   nikki of  operations `, 'nikki of operations'],
  ])('"%s" acknowledges the incident that it names, by "%s"', (value, by) => {
    expect(read(value)).toEqual({ at: at(9), by });
  });

  it.each([undefined, '', '   ', 'nikki', 'pod-23-20240701-0900-def0 nikki', `x${id}`])(
    'does NOT with "%s"',
    (value) => {
      expect(read(value)).toBeUndefined();
    },
  );

  it('keeps who was first', () => {
    const acknowledged = { at: at(2), by: 'nikki' };
    const tags = { 'watchdog:ack': `${id} marco` };
    const incident = anIncident({ acknowledged });
    expect(withAcknowledgement(incident, tags, at(9))).toBe(incident);
  });

  it('bounds what somebody writes there, and takes the control characters out of it', () => {
    const by = read(`${id} ${'n'.repeat(1_000)}\u202E\n<b>`)?.by ?? '';
    expect(by.length).toBeLessThanOrEqual(60);
    expect(by).not.toMatch(/[\n\u202E]/u);
  });
});

describe('a page', () => {
  const HELD = { tags: tagged({ 'watchdog:hold': 'release' }) };
  /** A look every half minute, as the ticks bring them. */
  const play = (
    story: Story,
    [from, to]: readonly [number, number],
    tags: Readonly<Record<string, string>>,
  ): void => {
    for (let seconds = from; seconds <= to; seconds += 30) {
      story.look(seconds, stoppedView(undefined, { tags }));
    }
  };

  it('that nobody acknowledges comes again after 5 and after 15 minutes, and NOT more', () => {
    const story = new Story();
    play(story, [1, 7_200], HELD.tags);
    expect(story.told).toEqual(['needs-person stopped-while-paused']);
    expect(story.repeats).toEqual([301, 901]);
    const [, first, second] = story.alerts;
    expect([first?.repeat, second?.repeat]).toEqual([1, 2]);
    expect(first?.key).not.toBe(second?.key);
  });

  it('that somebody acknowledged does NOT', () => {
    const story = new Story();
    play(story, [1, 60], HELD.tags);
    const page = story.record.incident?.id ?? '';
    play(story, [91, 7_200], { ...HELD.tags, 'watchdog:ack': `${page} nikki` });
    expect(story.repeats).toEqual([]);
    expect(story.record.incident?.acknowledged).toEqual({ at: at(91), by: 'nikki' });
  });

  it('that is acknowledged after its first repetition does NOT come a third time', () => {
    const story = new Story();
    play(story, [1, 400], HELD.tags);
    const page = story.record.incident?.id ?? '';
    play(story, [421, 7_200], { ...HELD.tags, 'watchdog:ack': page });
    expect(story.repeats).toEqual([301]);
  });

  it('does NOT come again once it serves', () => {
    const story = new Story();
    play(story, [1, 60], HELD.tags);
    for (let seconds = 91; seconds < 3_600; seconds += 30) {
      story.look(seconds, seconds < 150 ? booted(90) : healthy(90));
    }
    expect(story.repeats).toEqual([]);
  });

  it('of missing capacity has its own reminders, which are no emergency once acknowledged', () => {
    const hours = (tags: Readonly<Record<string, string>>): Story => {
      const story = new Story();
      for (let seconds = 1; seconds < 4 * 3_600; seconds += 15) {
        const acked = seconds > 600 ? tags : {};
        story.look(seconds, stoppedView(undefined, { tags: { ...aView().tags, ...acked } }), {
          outcome: NO_CAPACITY,
        });
      }
      return story;
    };
    const alone = hours({});
    const pages = (story: Story): readonly (string | undefined)[] =>
      story.alerts
        .filter(({ kind, repeat }) => kind === 'needs-person' && repeat === undefined)
        .map(({ severity }) => severity);
    expect(new Set(pages(alone))).toEqual(new Set(['critical']));
    const acked = hours({ 'watchdog:ack': alone.alerts[0]?.key.split(':')[0] ?? '' });
    expect(new Set(pages(acked).slice(1))).toEqual(new Set(['warning']));
    expect(acked.timesOf('no-capacity')).toEqual(alone.timesOf('no-capacity'));
  });
});
