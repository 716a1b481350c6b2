import type { ChatWorkload } from '../../../sim/chat/workload';
import { DRILLS, playOut, runDrill } from '../../../sim/drills/index';
import { POD_23 } from '../../../sim/drills/servers';
import type { DrillResult } from '../../../sim/drill-result';

/** Two runs serve all of these tests. */
let hooked: DrillResult;
let unhooked: DrillResult;

beforeAll(async () => {
  hooked = await runDrill('pod-23', { seed: 1 });
  unhooked = await runDrill('pod-23-without-hooks', { seed: 1 });
});

const linesOf = ({ timeline }: DrillResult): readonly string[] => timeline.map(({ text }) => text);

describe('the chats of pod-23', () => {
  it('lose nothing, double nothing and are mended at once', () => {
    const { chats } = hooked;
    expect(chats).toMatchObject({ lost: 0, doubled: 0, mismatches: 0 });
    expect(chats?.present).toBe(chats?.accepted);
    expect(chats?.openAtFailure).toBeGreaterThan(50);
    expect(chats?.backfillStartS).toBeLessThanOrEqual(5);
    expect(chats?.backfillEndS).toBeLessThanOrEqual(30);
  });

  it('are read only as far as the outage window goes', () => {
    const { chats } = hooked;
    expect(chats?.scanned).toBeLessThan((chats?.accepted ?? 0) / 2);
    expect(chats?.hourly.scanned).toBeGreaterThan(100 * (chats?.scanned ?? 0));
  });

  it('are told by the document with the number that the watchdog records', () => {
    const runs = hooked.records.flatMap(({ incident }) => incident?.hooks ?? []);
    const states = Object.fromEntries(runs.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({
      offline: { kind: 'done' },
      presence: { kind: 'done' },
      backfill: { kind: 'done', chatsRecovered: hooked.chats?.recovered },
    });
  });

  it('stand in the timeline', () => {
    const lines = linesOf(hooked).join('\n');
    expect(lines).toMatch(/\d+ open chats cut, \d+ messages not in the workspace yet/);
    expect(lines).toContain('30 agents marked offline in the workspace');
    expect(lines).toMatch(/backfill: \d+ messages read, \d+ brought/);
  });
});

describe('without hooks', () => {
  it('agents stay online who are not, and the backfill waits for the full hour', () => {
    const { chats } = unhooked;
    expect(chats).toMatchObject({ lost: 0, doubled: 0, mismatchesGoneS: null });
    expect(chats?.mismatches).toBeGreaterThan(0);
    expect(linesOf(unhooked).some((text) => text.includes('marked offline'))).toBe(false);
  });

  it('the schedule is the one that a drill is compared with: it is played, not assumed', () => {
    const { chats } = unhooked;
    expect(chats?.hourly).toMatchObject({
      startS: chats?.backfillStartS,
      endS: chats?.backfillEndS,
      scanned: chats?.scanned,
    });
    expect(chats?.openAtFailure).toBe(hooked.chats?.openAtFailure);
    expect(hooked.chats?.hourly.startS).toBeGreaterThan(45 * 60);
  });
});

it('a drill without chats says so', async () => {
  const { chats } = await runDrill('person-stops-it', { seed: 1 });
  expect(chats).toBeNull();
});

describe('the documents of the chat server', () => {
  /** Runs the backfill once more when the story is over, and answers its exit code. */
  async function exitCodeOf(window: Readonly<Record<string, readonly string[]>>) {
    const spec = DRILLS.find(({ name }) => name === 'pod-23')!;
    const { world, chat } = await playOut(spec, { seed: 1 });
    const effect = (chat as ChatWorkload).documents()['LiveChat-Backfill']?.effect;
    if (typeof effect !== 'function') throw new Error('the backfill is no program');
    const codes: number[] = [];
    effect({ instanceId: POD_23, parameters: { Key: ['again'], ...window } }, (code) => {
      codes.push(code);
    });
    await world.runUntil(world.elapsedS() + 60);
    return codes;
  }

  it('make the backfill of the window that they are given', async () => {
    const [LastKnownGood, GoodAgain] = [['2024-08-01T12:09:00Z'], ['2024-08-01T12:11:01Z']];
    expect(await exitCodeOf({ LastKnownGood, GoodAgain })).toEqual([0]);
  });

  it.each([
    ['no end', { LastKnownGood: ['2024-08-01T12:09:00Z'], GoodAgain: [''] }],
    ['no beginning', { GoodAgain: ['2024-08-01T12:11:01Z'] }],
    [
      'its end first',
      { LastKnownGood: ['2024-08-01T12:12:00Z'], GoodAgain: ['2024-08-01T12:11:01Z'] },
    ],
  ])('refuse a window with %s', async (_, window) => {
    expect(await exitCodeOf(window)).toEqual([64]);
  });
});
