import type { Stream } from '../random';
import type { ChatClock } from './clock';
import type { WorkspaceModel } from './workspace';

type Word =
  | { readonly kind: 'change'; readonly agent: string; readonly online: boolean }
  | { readonly kind: 'all'; readonly told: (changed: number) => void };

const CALL = { medianMs: 60, sigma: 0.4 };

/**
 * The words of one boot of a server to the workspace: changes only, as the server of the incident
 * told them, and all of it for a resync; one after the other, so that none overtakes.
 */
export class PresenceWords {
  readonly #online = new Set<string>();
  readonly #waiting: Word[] = [];
  #version = 0;
  #isTelling = false;
  #isSilent = false;

  constructor(
    private readonly boot: number,
    private readonly parts: {
      readonly clock: ChatClock;
      readonly stream: Stream;
      readonly workspace: WorkspaceModel;
      readonly changed: () => void;
    },
  ) {}

  /** The agents that are connected. */
  online(): ReadonlySet<string> {
    return this.#online;
  }

  /** An agent connected, or went. */
  change(agent: string, online: boolean): void {
    if (online) this.#online.add(agent);
    else this.#online.delete(agent);
    this.#tell({ kind: 'change', agent, online });
    this.parts.changed();
  }

  /** Tells all of it; `told` gets how many agents the workspace had wrong. */
  resync(told: (changed: number) => void): void {
    this.#tell({ kind: 'all', told });
  }

  /** Says nothing more: the machine has died. */
  silence(): void {
    this.#isSilent = true;
  }

  #tell(word: Word): void {
    this.#waiting.push(word);
    if (!this.#isTelling) this.#next();
  }

  #next(): void {
    const word = this.#waiting.shift();
    this.#isTelling = word !== undefined;
    if (word === undefined) return;
    const { clock, stream } = this.parts;
    const agents = [...this.#online];
    clock.after(stream.lognormal(CALL.medianMs, CALL.sigma), () => {
      if (this.#isSilent) return;
      this.#heard(word, agents);
      this.#next();
    });
  }

  #heard(word: Word, agents: readonly string[]): void {
    const { workspace, changed } = this.parts;
    this.#version += 1;
    const stamp = { boot: this.boot, version: this.#version };
    if (word.kind === 'change') {
      workspace.hear({ ...stamp, ...word });
      changed();
      return;
    }
    const wrong = outOfStep(new Set(agents), workspace.online()).length;
    workspace.hear({ ...stamp, kind: 'all', agents });
    changed();
    word.told(wrong);
  }
}

/** Agents that one side has online and the other has not. */
export function outOfStep(one: ReadonlySet<string>, other: ReadonlySet<string>): readonly string[] {
  return [
    ...[...one].filter((name) => !other.has(name)),
    ...[...other].filter((name) => !one.has(name)),
  ];
}
