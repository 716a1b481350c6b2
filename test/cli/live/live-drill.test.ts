import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLive } from '../../../cli/live/live-drill';
import { realTime } from '../../../cli/live/real-time';
import { instant } from '../../../lambda/core/time';
import { runWith } from '../console';

// That it plays to its end is a part of its own of `npm run check`: it takes half a minute.

describe('a live drill that is interrupted', () => {
  const usual = process.env['TMPDIR'];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'watchdog-live-test-'));
    process.env['TMPDIR'] = folder;
  });
  afterEach(() => {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['before it begins', 0],
    ['while it is set up', 700],
  ])('%s: says so, and leaves nothing', async (_when, afterMs) => {
    const signal = AbortSignal.timeout(afterMs);
    await expect(runLive({ seed: 1, signal })).rejects.toThrow(
      'The live drill with seed 1 came to no result: it was interrupted.',
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('watchdog-live'))).toEqual([]);
  });
});

describe('real time', () => {
  test('whoever waits is woken, or waits until the moment', async () => {
    const time = realTime();
    const far = time.until(instant(time.now() + 3_600_000));
    time.wake();
    await far;
    const soon = instant(time.now() + 5);
    await time.until(soon);
    expect(time.now()).toBeGreaterThanOrEqual(soon - 1);
    time.stop();
  });

  test('whoever waits when it is stopped is never called again', async () => {
    const time = realTime();
    let calls = 0;
    void time.until(instant(time.now() + 1)).then(() => (calls += 1));
    time.stop();
    void time.until(instant(time.now())).then(() => (calls += 1));
    time.wake();
    await new Promise((later) => setTimeout(later, 20));
    expect(calls).toBe(0);
  });
});

describe('drill --live on the command line', () => {
  test('the list tells of it', async () => {
    const { code, out } = await runWith(['drill', '--list']);
    expect(code).toBe(0);
    expect(out).toContain('--live  The origin incident with a real chat server, in real time');
  });

  test('no other drill can be played for real', async () => {
    const { code, err } = await runWith(['drill', 'no-capacity', '--live']);
    expect(code).toBe(2);
    expect(err).toContain('The name of a drill beside --live is "no-capacity"');
  });
});
