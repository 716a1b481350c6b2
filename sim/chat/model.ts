import {
  before,
  between,
  days,
  hours,
  instant,
  seconds,
  type Instant,
} from '../../lambda/core/time';
import type { Random } from '../random';
import { BackfillModel, type BackfillRun, type ScanWindow } from './backfill';
import type { ChatClock } from './clock';
import type { ChatFigures, HourlyBackfill } from './figures';
import { JournalModel } from './journal';
import { PresenceRecord } from './presence-record';
import { outOfStep } from './presence-words';
import { POD_SCALE, type BrokenPromises, type ChatScale } from './scale';
import { ServerModel } from './server';
import { Traffic } from './traffic';
import { WorkspaceModel } from './workspace';

/** What a chat model is made of. */
export interface ChatModelOptions {
  readonly clock: ChatClock;
  readonly random: Random;
  /** @default POD_SCALE */
  readonly scale?: ChatScale;
  readonly broken?: BrokenPromises;
}

/** examples/livechat/commands.ts: the forwarder may have been so far behind. */
const MARGIN_S = 60;
const EACH = hours(1);
const DAY = days(1);

/**
 * Chats on a server that may die: agents, visitors, the server with its journal, and the workspace
 * with its own idea of both. It mirrors examples/livechat; all chance comes from streams `chat/…`.
 */
export class ChatModel {
  readonly #options: ChatModelOptions;
  readonly #journal: JournalModel;
  readonly #workspace: WorkspaceModel;
  readonly #server: ServerModel;
  readonly #traffic: Traffic;
  readonly #backfill: BackfillModel;
  #openAtFailure: number | undefined;
  #servedAt: Instant | undefined;
  #presence: PresenceRecord | undefined;

  constructor(options: ChatModelOptions) {
    const { clock, random, scale = POD_SCALE, broken = {} } = options;
    this.#options = options;
    this.#workspace = new WorkspaceModel(broken);
    this.#journal = new JournalModel(clock.now(), {
      stream: random.stream('chat/older'),
      perMinute: (scale.openChats * 60) / scale.messageEveryS,
    });
    const parts = { clock, random, journal: this.#journal, workspace: this.#workspace, scale };
    this.#server = new ServerModel({
      ...parts,
      broken,
      presenceChanged: () => this.#presence?.look(this.#outOfStep(), clock.now()),
    });
    this.#traffic = new Traffic({ ...parts, server: this.#server });
    this.#backfill = new BackfillModel({
      ...parts,
      stream: random.stream('chat/backfill'),
      callMs: scale.workspaceCallMs,
      boot: () => (this.#server.isUp ? this.#server.boot : undefined),
    });
  }

  /** Whether the server takes chats. */
  get isUp(): boolean {
    return this.#server.isUp;
  }

  /** The chats that were open when the server failed for the first time. */
  get openAtFailure(): number {
    return this.#openAtFailure ?? 0;
  }

  /** The runs of backfills that scanned, oldest first. */
  get runs(): readonly Readonly<BackfillRun>[] {
    return this.#backfill.runs;
  }

  /** A server that has served for long, and its people. */
  begin(): void {
    this.#server.start();
    this.#traffic.begin();
  }

  /** The machine dies, with all connections. */
  fail(): void {
    if (!this.#server.isUp) return;
    this.#openAtFailure ??= this.#traffic.openChats();
    this.#server.die();
    this.#traffic.cut();
  }

  /** The server serves again. */
  serve(): void {
    if (this.#server.isUp) return;
    const now = this.#options.clock.now();
    this.#server.start();
    if (this.#servedAt !== undefined) return;
    this.#servedAt = now;
    this.#presence = new PresenceRecord(this.#outOfStep(), now);
  }

  /**
   * The workspace marks the pod's agents offline, and answers how many were online; nothing is done
   * when the server has served since then.
   */
  markOffline(firstKnownBad: Instant): number {
    if (this.#servedAt !== undefined && this.#servedAt > firstKnownBad) return 0;
    const changed = this.#workspace.down();
    this.#presence?.look(this.#outOfStep(), this.#options.clock.now());
    return changed;
  }

  /** Puts presence in step; false when there is no server to ask. */
  resync(told: (changed: number) => void): boolean {
    return this.#server.resync(told);
  }

  /** Makes up for an outage window, and what the forwarder may not have got to before it. */
  backfill({ from, to }: ScanWindow, ended: (recovered: number) => void): boolean {
    if (!this.#server.isUp) return false;
    const margin = seconds(this.#options.broken?.marginS ?? MARGIN_S);
    this.#backfill.run({ from: before(from, margin), to }, ended);
    return true;
  }

  /** From now on a backfill begins at each full hour and scans a day, as without the watchdog. */
  backfillHourly(): void {
    const { clock } = this.#options;
    const now = clock.now();
    const next = instant(Math.floor(now / EACH + 1) * EACH);
    clock.after(between(now, next), () => {
      const to = clock.now();
      if (this.#server.isUp) this.#backfill.run({ from: before(to, DAY), to }, () => undefined);
      this.backfillHourly();
    });
  }

  /** Nobody says anything more: half a minute later all that is on its way has arrived. */
  end(): void {
    this.#traffic.end();
  }

  /** Messages that were acknowledged to a client. */
  accepted(): ReadonlySet<string> {
    return this.#server.accepted;
  }

  /** Acknowledged messages that the workspace does not have, at this moment. */
  missing(): readonly string[] {
    return [...this.#server.accepted].filter((id) => this.#workspace.copiesOf(id) === 0);
  }

  /** Agents that were out of step when it served again, and those that are now. */
  outOfStep(): { readonly mismatches: number; readonly left: number } {
    const left = this.#outOfStep();
    return { mismatches: this.#presence?.outcome(left).mismatches ?? 0, left: left.length };
  }

  /** What it came to; undefined when the server never failed, or never served again. */
  figures(hourly: HourlyBackfill): ChatFigures | undefined {
    const [servedAt, presence] = [this.#servedAt, this.#presence];
    if (servedAt === undefined || presence === undefined) return undefined;
    const inS = (at: Instant | undefined): number | null =>
      at === undefined ? null : between(servedAt, at) / 1_000;
    const accepted = [...this.#server.accepted];
    const lost = this.missing().length;
    const { mismatches, goneAt } = presence.outcome(this.#outOfStep());
    const runs = this.runs.filter(({ startedAt }) => startedAt >= servedAt);
    const sum = (of: (run: BackfillRun) => number): number =>
      runs.reduce((total, run) => total + of(run), 0);
    return {
      openAtFailure: this.openAtFailure,
      accepted: accepted.length,
      present: accepted.length - lost,
      lost,
      doubled: this.#workspace.doubled(),
      mismatches,
      mismatchesGoneS: inS(goneAt),
      backfillStartS: inS(runs[0]?.startedAt),
      backfillEndS: inS(runs.findLast(({ endedAt }) => endedAt !== undefined)?.endedAt),
      scanned: sum(({ scanned }) => scanned),
      recovered: sum(({ recovered }) => recovered),
      hourly,
    };
  }

  #outOfStep(): readonly string[] {
    return outOfStep(this.#server.online(), this.#workspace.online());
  }
}
