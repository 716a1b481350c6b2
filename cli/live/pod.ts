import { setTimeout as wait } from 'node:timers/promises';
import { call } from '../../examples/livechat/http';
import { isObject, parseJson, reasonOf, textOf } from '../../examples/livechat/json';
import type { OutsideWorkload, OutsideWords } from '../../sim/account/ec2-instance';
import type { OutsideEvents } from './bridge';
import type { Door } from './door';
import type { Processes, Started } from './processes';

/** What a pod needs. */
export interface PodParts {
  readonly name: string;
  readonly processes: Processes;
  /** Its address. */
  readonly door: Door;
  /** The folder of its journal: the volume that survives the machine. */
  readonly journal: string;
  /** The address under which it finds the workspace. */
  readonly workspace: string;
  readonly events: OutsideEvents;
}

/** What the server says of itself in its first line. */
interface FirstLine {
  readonly serving: boolean;
  readonly port: number;
  /** What the check of its journal found. */
  readonly journal: string;
}

const PROBE_EVERY_MS = 500;
const PROBE_MS = 2_000;

function firstLineOf(text: string): FirstLine {
  const raw = parseJson(text);
  const line = isObject(raw) ? raw : {};
  const journal = isObject(line['journal']) ? (textOf(line['journal']['why']) ?? '') : '';
  const port = Number(new URL(textOf(line['url']) ?? '').port);
  return { serving: line['kind'] === 'serving', port, journal };
}

/** Whether `GET /serving` of a server answers 200. */
export async function isServing(url: string): Promise<boolean> {
  try {
    return (await call({ url: `${url}/serving`, timeoutMs: PROBE_MS })).status === 200;
  } catch {
    return false;
  }
}

/**
 * The real chat server as what runs on a simulated instance: a process for each boot, killed when
 * the host fails. That it serves is what its health endpoint says, asked by its address, and
 * nothing else.
 */
export class Pod implements OutsideWorkload {
  private server: Started | undefined;
  /** Grows with each boot and each end: what an earlier one still says is void. */
  private run = 0;

  constructor(private readonly parts: PodParts) {}

  /** Its first boot, before anything is simulated. */
  async boot(): Promise<void> {
    await this.launch((this.run += 1));
    if (!(await isServing(this.parts.door.url))) throw new Error('the chat server does not serve');
  }

  start(says: OutsideWords): void {
    const run = (this.run += 1);
    this.restart(run, says).catch((error: unknown) => {
      if (run === this.run)
        this.parts.events.note(`the chat server does not start: ${reasonOf(error)}`);
    });
  }

  end(): void {
    this.run += 1;
    this.parts.door.leadTo(undefined);
    this.server?.signal('SIGKILL');
    this.server = undefined;
  }

  private async restart(run: number, says: OutsideWords): Promise<void> {
    const { serving, journal } = await this.launch(run);
    if (run !== this.run) return;
    this.parts.events.note(`the chat server has checked its journal: ${journal}`);
    let before = false;
    for (let isFirst = true; run === this.run; isFirst = false) {
      const now = await isServing(this.parts.door.url);
      if (now !== before) this.parts.events.happened(() => says.serves(now));
      // The server's own word, at the end of its boot.
      if (isFirst && serving) this.parts.events.happened(() => says.ready());
      before = now;
      await wait(PROBE_EVERY_MS, undefined, { ref: false });
    }
  }

  private async launch(run: number): Promise<FirstLine> {
    const { processes, door, journal, workspace, name } = this.parts;
    const server = processes.livechat('serve', { journal, workspace, pod: name, port: '0' });
    this.server = server;
    const line = firstLineOf(await server.firstLine);
    if (run === this.run) door.leadTo(line.port);
    return line;
  }
}
