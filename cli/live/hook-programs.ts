import { call, type Call } from '../../examples/livechat/http';
import { countOf, isObject, parseJson, reasonOf } from '../../examples/livechat/json';
import { HOOK_DETAIL_TYPE } from '../../lambda/core/hook-event';
import type { SsmProgram } from '../../sim/account/ssm-commands';
import type { World } from '../../sim/world';
import type { OutsideEvents } from './bridge';
import { openLine } from './line';
import type { Processes, Started } from './processes';

/** One run of the backfill, as it was measured. */
export interface BackfillRun {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly exitCode: number;
  /** The window that it was given. */
  readonly from: string;
  readonly to: string;
  /** Parts that the workspace stored. */
  readonly parts: number;
  /** Messages that the workspace got by this run and by nothing else. */
  readonly stored: number;
  /** What it says itself, over all runs of the window; 0 each when it was killed. */
  readonly scanned: number;
  readonly recovered: number;
}

/** ISO 8601, as the hook was given it. */
type Window = Pick<BackfillRun, 'from' | 'to'>;

/** What a run of the backfill needs. */
export interface BackfillParts {
  readonly processes: Processes;
  /** The address of the workspace. */
  readonly workspace: string;
  readonly journal: string;
  readonly checkpoints: string;
  readonly now: () => number;
}

/** What the programs of the hooks need. */
export interface HookParts extends BackfillParts {
  readonly pod: string;
  /** The address of the instance. */
  readonly server: string;
  readonly events: OutsideEvents;
}

/** Answers the events of the hooks `offline` and `presence`, as a team's Lambda would. */
export function answerEvents(world: World, parts: HookParts): void {
  const { workspace, server, pod, events } = parts;
  const works: Readonly<Record<string, Call>> = {
    offline: { url: `${workspace}/presence/down`, body: { pod } },
    presence: { url: `${server}/presence-resync`, body: {} },
  };
  world.history.onFact((fact) => {
    if (fact.kind !== 'program-event' || fact.detailType !== HOOK_DETAIL_TYPE) return;
    const work = works[String(fact.detail['hook'])];
    if (work === undefined) return;
    const asked = { key: String(fact.detail['key']), try: Number(fact.detail['try']) };
    ask(work).then(
      () => events.callBack({ ...asked, status: 'done' }),
      (error: unknown) => events.callBack({ ...asked, status: 'failed', why: reasonOf(error) }),
    );
  });
}

async function ask(work: Call): Promise<void> {
  const { status } = await call(work);
  if (status !== 200) throw new Error(`the answer was ${status}`);
}

/** The document of the backfill: the real command as a process, with the hook's own window. */
export class BackfillDocument {
  private readonly done: BackfillRun[] = [];

  constructor(
    private readonly parts: HookParts,
    /** The first run is killed when it has given so many parts. */
    private readonly killAfterParts: number | undefined,
  ) {}

  /** The runs that have ended, in their order. */
  runs(): readonly BackfillRun[] {
    return this.done;
  }

  /** What Systems Manager runs. */
  readonly program: SsmProgram = ({ parameters }, end) => {
    void this.perform((name) => parameters[name]?.[0] ?? '').then((code) =>
      this.parts.events.happened(() => end(code)),
    );
  };

  /** Answers the exit code. What the run brought only the callback can tell. */
  private async perform(value: (parameter: string) => string): Promise<number> {
    const { events } = this.parts;
    try {
      const window = { from: value('LastKnownGood'), to: value('GoodAgain') };
      const { exitCode, recovered: chatsRecovered } = await this.run(window);
      if (exitCode === 0) events.callBack({ key: value('Key'), status: 'done', chatsRecovered });
      return exitCode;
    } catch (error) {
      events.note(`the backfill cannot be run: ${reasonOf(error)}`);
      return 1;
    }
  }

  private async run(window: Window): Promise<BackfillRun> {
    const { killAfterParts } = this;
    const isFirst = this.done.length === 0;
    const run = await runBackfill(this.parts, window, isFirst ? killAfterParts : undefined);
    this.done.push(run);
    const took = `${((run.endedAt - run.startedAt) / 1_000).toFixed(1)} s`;
    this.parts.events.note(
      run.exitCode === 0
        ? `the backfill has read ${run.scanned} messages in ${took}; ${run.stored} were missing`
        : `the backfill ended with ${run.exitCode} after ${took} and ${run.parts} parts`,
    );
    return run;
  }
}

/** Runs the real command; with a number it is killed when it has given so many parts. */
export async function runBackfill(
  { processes, journal, checkpoints, workspace, now }: BackfillParts,
  window: Window,
  killAfterParts?: number,
): Promise<BackfillRun> {
  let parts = 0;
  let stored = 0;
  const line = await openLine({
    to: workspace,
    onStored: (count) => {
      parts += 1;
      stored += count;
      // The workspace has the part, and the backfill never hears of it.
      if (parts === killAfterParts) backfill.signal('SIGKILL');
    },
  });
  const startedAt = now();
  const flags = { journal, checkpoints, workspace: line.url, ...window };
  let backfill: Started;
  try {
    backfill = processes.livechat('backfill', flags);
    const exitCode = await backfill.ended;
    const endedAt = now();
    const said = await backfill.firstLine.then(parseJson, () => undefined);
    const { scanned, recovered } = isObject(said) ? said : {};
    const counts = { scanned: countOf(scanned) ?? 0, recovered: countOf(recovered) ?? 0 };
    return { startedAt, endedAt, exitCode, ...window, parts, stored, ...counts };
  } finally {
    await line.close();
  }
}
