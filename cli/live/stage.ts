import { mkdtempSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject, parseJson, textOf } from '../../examples/livechat/json';
import { createRandom } from '../../sim/random';
import type { OutsideEvents } from './bridge';
import { Chatters } from './chatters';
import { writeDay } from './day';
import { Door } from './door';
import { openLine } from './line';
import type { LivePlan } from './plan';
import { Pod } from './pod';
import { Processes } from './processes';
import type { RealTime } from './real-time';
import { Watch } from './watch';

/** The pod of the origin incident. */
export const POD_NAME = 'pod-23';

/**
 * All that is real in a live drill: a folder, the workspace, the pod behind its address, the line
 * between them, and the people. Everything is on this machine; `end` leaves nothing of it.
 */
export class Stage {
  readonly processes = new Processes();
  readonly folder = mkdtempSync(join(tmpdir(), 'watchdog-live-'));
  private readonly endings: (() => Promise<unknown>)[] = [];
  private door: Door | undefined;
  private written: Promise<unknown> = Promise.resolve();
  private isOver = false;

  /** The folders of the pod's volume and of the workspace. */
  readonly journal = join(this.folder, 'journal');
  readonly checkpoints = join(this.folder, 'checkpoints');
  readonly store = join(this.folder, 'store');

  /** Starts all of it; ends when everybody chats. */
  async begin(plan: LivePlan, how: StageHow): Promise<Standing> {
    const { time, seed, meanwhile, events } = how;
    const written = this.writeDays(time.now());
    this.written = written.catch(() => undefined);
    await written;
    const workspace = await this.startWorkspace();
    const line = await this.keep(openLine({ to: workspace, delayMs: plan.lineMs }), async (one) =>
      one.close(),
    );
    const door = await this.keep(Door.open(), async (one) => one.close());
    this.door = door;
    const { processes, journal } = this;
    const parts = { name: POD_NAME, processes, door, journal, workspace: line.url };
    const pod = new Pod({ ...parts, events });
    const booted = pod.boot();
    meanwhile();
    await booted;
    const chat = `${door.url.replace('http:', 'ws:')}/chat`;
    const people = new Chatters(chat, createRandom(seed).stream('chatters'));
    const watch = new Watch({ workspace, pod: POD_NAME, people, now: () => time.now() });
    this.endings.unshift(async () => {
      watch.end();
      people.end();
    });
    await people.begin();
    void watch.begin();
    return { workspace, server: door.url, pod, people, watch };
  }

  /** Ends all that was started and removes the folder; answers what is left, which is nothing. */
  async end(): Promise<Left> {
    this.isOver = true;
    for (const end of this.endings) await end();
    await this.processes.endAll();
    await this.written;
    rmSync(this.folder, { recursive: true, force: true });
    return { processes: this.processes.alive(), sockets: this.door?.open() ?? 0 };
  }

  /** What is made when the drill has been ended meanwhile is ended at once. */
  private async keep<T>(making: Promise<T>, end: (made: T) => Promise<unknown>): Promise<T> {
    const made = await making;
    this.endings.unshift(async () => end(made));
    if (!this.isOver) return made;
    await end(made);
    throw new Error('the drill is over');
  }

  /** The workspace has the same messages of the day before. */
  private async writeDays(end: number): Promise<void> {
    await writeDay(this.journal, end);
    await cp(this.journal, this.store, { recursive: true });
  }

  private async startWorkspace(): Promise<string> {
    const started = this.processes.livechat('workspace', { store: this.store, port: '0' });
    const line = parseJson(await started.firstLine);
    const url = textOf(isObject(line) ? line['url'] : undefined);
    if (url === undefined) throw new Error('the workspace does not tell where it listens');
    return url;
  }
}

/** What is left of a stage that has ended. */
export interface Left {
  readonly processes: number;
  readonly sockets: number;
}

/** How a stage is set up. */
export interface StageHow {
  readonly events: OutsideEvents;
  readonly time: RealTime;
  readonly seed: number;
  /** Work for this process while the pod boots. */
  readonly meanwhile: () => void;
}

/** A stage on which everybody chats. */
export interface Standing {
  /** The addresses of the workspace and of the instance. */
  readonly workspace: string;
  readonly server: string;
  readonly pod: Pod;
  readonly people: Chatters;
  readonly watch: Watch;
}
