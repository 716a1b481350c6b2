import { instant, ms } from '../../lambda/core/time';
import { Timeline } from '../../sim/time';

const START = instant(Date.parse('2024-08-01T12:00:00Z'));
const END = instant(START + 60_000);

describe('virtual time', () => {
  it('runs acts by time, and at one moment in the order in which they were planned', async () => {
    const timeline = new Timeline(START);
    const seen: string[] = [];
    timeline.after(20, () => seen.push('later'));
    timeline.after(10, () => seen.push('first'));
    timeline.after(10, () => seen.push('second'));
    await timeline.run(END);
    expect(seen).toEqual(['first', 'second', 'later']);
  });

  it('orders thousands of acts', async () => {
    const timeline = new Timeline(START);
    const seen: number[] = [];
    for (let index = 0; index < 5_000; index += 1) {
      const delay = (index * 7_919) % 5_000;
      timeline.after(delay, () => seen.push(delay));
    }
    await timeline.run(END);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen).toHaveLength(5_000);
  });

  it('lets every promise chain end before time goes on', async () => {
    const timeline = new Timeline(START);
    const seen: string[] = [];
    timeline.after(10, () => {
      timeline.settle(() => {
        let chain = Promise.resolve();
        for (let link = 0; link < 50; link += 1) chain = chain.then(() => undefined);
        void chain.then(() => seen.push(`chain at ${timeline.now() - START}`));
      });
    });
    timeline.after(11, () => seen.push('next act'));
    await timeline.run(END);
    expect(seen).toEqual(['chain at 10', 'next act']);
  });

  it('does not run what was taken back', async () => {
    const timeline = new Timeline(START);
    const seen: string[] = [];
    timeline.after(10, () => seen.push('never'))();
    await timeline.run(END);
    expect(seen).toEqual([]);
  });

  it('stops at the limit and at the condition, and tells which', async () => {
    const timeline = new Timeline(START);
    let done = false;
    timeline.after(10, () => {
      done = true;
    });
    timeline.after(120_000, () => undefined);
    expect(await timeline.run(END, () => done)).toBe('condition');
    expect(timeline.now()).toBe(START + 10);
    expect(await timeline.run(END)).toBe('limit');
    expect(timeline.now()).toBe(END);
    expect(await timeline.run(instant(START + 600_000))).toBe('idle');
  });

  it('never goes back: what is planned for the past happens now', async () => {
    const timeline = new Timeline(START);
    const moments: number[] = [];
    timeline.after(ms(50), () => {
      timeline.at(START, () => moments.push(timeline.now() - START));
    });
    await timeline.run(END);
    expect(moments).toEqual([50]);
  });
});
