import fc from 'fast-check';
import { playChats, SMALL } from './played-chats';

const ALL = ['offline', 'resync', 'backfill'] as const;
/** Where one failure may hit nothing, some of these do. */
const SEEDS = [1, 2, 3, 4, 5, 6];

async function sumOver(
  play: Parameters<typeof playChats>[0],
  figure: 'lost' | 'doubled' | 'recovered' | 'scanned',
): Promise<number> {
  let sum = 0;
  for (const seed of SEEDS) sum += (await playChats({ ...play, seed })).figures[figure];
  return sum;
}

describe('messages', () => {
  it('are all there, each once, however and whenever the server fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          failS: fc.integer({ min: 30, max: 200 }),
          downS: fc.integer({ min: 1, max: 150 }),
          scale: fc.integer({ min: 20, max: 5_000 }).map((workspaceCallMs) => ({
            ...SMALL,
            workspaceCallMs,
          })),
          work: fc.constantFrom(
            ALL,
            ['backfill'] as const,
            ['backfill-twice'] as const,
            ['backfill-killed'] as const,
          ),
        }),
        async (play) => {
          const { figures, accepted } = await playChats(play);
          expect(accepted.length).toBeGreaterThan(50);
          expect(figures).toMatchObject({ lost: 0, doubled: 0, present: accepted.length });
        },
      ),
      { seed: 20_240_801, numRuns: 60 },
    );
  });

  it('are missing where nobody makes a backfill', async () => {
    expect(await sumOver({ work: ['offline', 'resync'] }, 'lost')).toBeGreaterThan(0);
  });

  it('are lost by a server that acknowledges before it is durable', async () => {
    const broken = { durableAfterMs: 1_000 };
    expect(await sumOver({ work: ALL, broken }, 'lost')).toBeGreaterThan(0);
    expect(await sumOver({ work: ALL }, 'lost')).toBe(0);
  });

  it('are missed by a backfill that begins too late, for what was not forwarded yet', async () => {
    expect(await sumOver({ work: ALL, broken: { marginS: -20 } }, 'lost')).toBeGreaterThan(0);
  });

  it('are doubled by a workspace that keeps what it has already', async () => {
    const broken = { keepsDoubles: true };
    expect(await sumOver({ work: ALL, broken }, 'doubled')).toBeGreaterThan(0);
    expect(await sumOver({ work: ALL }, 'doubled')).toBe(0);
  });

  it('are those of the seed, whatever is done about the outage', async () => {
    const [one, other] = [await playChats({ work: ALL }), await playChats({ work: ['hourly'] })];
    expect(other.accepted).toEqual(one.accepted);
    const another = await playChats({ work: ALL, seed: 2 });
    expect(another.accepted).not.toEqual(one.accepted);
  });
});

describe('a backfill', () => {
  it('that is sent twice reads and brings nothing more', async () => {
    for (const figure of ['scanned', 'recovered', 'doubled'] as const) {
      const once = await sumOver({ work: ['backfill'] }, figure);
      expect(await sumOver({ work: ['backfill-twice'] }, figure)).toBe(once);
    }
  });

  it('brings what it alone can, and reads no more than the window and its margin', async () => {
    const { figures } = await playChats({ work: ['backfill'] });
    expect(figures.recovered).toBeGreaterThan(0);
    expect(figures.scanned).toBeLessThan(figures.accepted / 2);
    expect(figures.backfillStartS).toBe(2);
    expect(figures.backfillEndS).toBeGreaterThan(2);
  });

  it('by the hour begins at the full hour and reads a day', async () => {
    const { figures } = await playChats({
      work: ['hourly'],
      endS: 56 * 60,
      scale: { ...SMALL, workspaceCallMs: 100 },
    });
    // From 12:08 to 13:00, and a day of two messages a second.
    expect(figures.backfillStartS).toBe(52 * 60);
    expect(figures.scanned).toBeGreaterThan(24 * 3_600);
    expect(figures).toMatchObject({ lost: 0, doubled: 0 });
  });
});

describe('presence', () => {
  it('is never out of step when the agents were marked offline in time', async () => {
    const { figures } = await playChats({ work: ALL });
    expect(figures).toMatchObject({ mismatches: 0, mismatchesGoneS: 0 });
  });

  it('is mended by a resync, with agents who come back and who do not', async () => {
    const { figures } = await playChats({ work: ['resync'] });
    expect(figures.mismatches).toBe(SMALL.agents);
    expect(figures.mismatchesGoneS).toBeGreaterThan(2);
    expect(figures.mismatchesGoneS).toBeLessThan(5);
  });

  it('stays out of step without either: who is gone is shown online', async () => {
    const { figures, model } = await playChats({ work: ['backfill'] });
    expect(figures.mismatchesGoneS).toBeNull();
    expect(model.outOfStep().left).toBeGreaterThanOrEqual(SMALL.agentsGone);
  });

  it('is put out of step by nobody who hears late that it was down', async () => {
    const { model } = await playChats({ work: ALL });
    const [failedAt, later] = [Date.parse('2024-08-01T12:07:00Z'), Date.parse('2024-08-01T13:00Z')];
    expect(model.markOffline(failedAt as never)).toBe(0);
    expect(model.outOfStep().left).toBe(0);
    // The twin: of a later outage it is news.
    expect(model.markOffline(later as never)).toBeGreaterThan(0);
    expect(model.figures({ startS: 0, endS: 0, scanned: 0 })?.mismatchesGoneS).toBeNull();
  });
});
