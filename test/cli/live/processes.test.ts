import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Processes } from '../../../cli/live/processes';

const FOREVER = 'console.log("up"); setInterval(() => undefined, 1000)';
const DEAF = `process.on("SIGTERM", () => undefined); ${FOREVER}`;

let processes: Processes;
beforeEach(() => (processes = new Processes(300)));
afterEach(async () => processes.endAll());

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the processes of a live drill', () => {
  test('the first line, the exit code, and what is left', async () => {
    const one = processes.node('one', ['-e', 'console.log("a line"); process.exitCode = 75']);
    expect(processes.alive()).toBe(1);
    expect(await one.firstLine).toBe('a line');
    expect(await one.ended).toBe(75);
    expect([processes.started(), processes.alive()]).toEqual([1, 0]);
  });

  test('one that is killed ends as shells say it', async () => {
    const one = processes.node('one', ['-e', FOREVER]);
    await one.firstLine;
    one.signal('SIGKILL');
    expect(await one.ended).toBe(137);
  });

  test('one that ends without a line says why', async () => {
    const one = processes.node('one', ['-e', 'console.error("no disk"); process.exit(70)']);
    await expect(one.firstLine).rejects.toThrow('one ended with 70: no disk');
  });

  test('all end, and nothing is started any more', async () => {
    const two = [FOREVER, FOREVER].map((code) => processes.node('one', ['-e', code]));
    await Promise.all(two.map(async ({ firstLine }) => firstLine));
    await processes.endAll();
    expect(processes.alive()).toBe(0);
    expect(two.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
    expect(() => processes.node('late', ['-e', FOREVER])).toThrow('the drill is over');
  });

  test('one that does not end in order is ended', async () => {
    const deaf = processes.node('deaf', ['-e', DEAF]);
    await deaf.firstLine;
    await processes.endAll();
    expect(await deaf.ended).toBe(137);
  });

  test('none outlives a drill that was killed itself', async () => {
    const module = JSON.stringify(join(process.cwd(), 'cli', 'live', 'ends-with-parent.mjs'));
    const child = `["--import", ${module}, "-e", ${JSON.stringify(FOREVER)}]`;
    const parent = `const { spawn } = require("node:child_process");
      const one = spawn(process.execPath, ${child}, { stdio: ["ignore", "pipe", "ignore", "ipc"] });
      one.stdout.once("data", () => console.log(one.pid));`;
    const drill = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = await new Promise<number>((told) => {
      createInterface({ input: drill.stdout }).once('line', (line) => told(Number(line)));
    });
    expect(isAlive(pid)).toBe(true);
    drill.kill('SIGKILL');
    while (isAlive(pid)) await new Promise((again) => setTimeout(again, 10));
  });
});
