/** What a server says of its presence: one agent's change, or all of it. */
export type PresenceWord = {
  /** Grows with each start of the server. */
  readonly boot: number;
  /** Grows with each word of that boot. */
  readonly version: number;
} & (
  | { readonly kind: 'change'; readonly agent: string; readonly online: boolean }
  | { readonly kind: 'all'; readonly agents: readonly string[] }
);

/**
 * What agents look at: who is online as it was last told, and the saved messages. It never asks a
 * server: when one dies without a word, its agents stay online here.
 */
export class WorkspaceModel {
  readonly #copies = new Map<string, number>();
  readonly #keepsDoubles: boolean;
  #online = new Set<string>();
  #boot = 0;
  #version = 0;

  constructor({ keepsDoubles = false }: { readonly keepsDoubles?: boolean | undefined }) {
    this.#keepsDoubles = keepsDoubles;
  }

  /** Keeps each message once, by its id; answers how many it did not have. */
  store(ids: readonly string[]): number {
    let fresh = 0;
    for (const id of ids) {
      const copies = this.#copies.get(id) ?? 0;
      if (copies === 0) fresh += 1;
      if (copies === 0 || this.#keepsDoubles) this.#copies.set(id, copies + 1);
    }
    return fresh;
  }

  /** How often it has a message. */
  copiesOf(id: string): number {
    return this.#copies.get(id) ?? 0;
  }

  /** How many messages it has more than once. */
  doubled(): number {
    return [...this.#copies.values()].filter((copies) => copies > 1).length;
  }

  /** Takes a word, unless a later one came before. */
  hear(word: PresenceWord): void {
    const { boot, version } = word;
    if (boot < this.#boot || (boot === this.#boot && version <= this.#version)) return;
    this.#boot = boot;
    this.#version = version;
    if (word.kind === 'all') this.#online = new Set(word.agents);
    else if (word.online) this.#online.add(word.agent);
    else this.#online.delete(word.agent);
  }

  /** Nobody of the pod is online until its server says so again; answers how many were. */
  down(): number {
    const { size } = this.#online;
    this.#online = new Set();
    return size;
  }

  /** The agents that it shows online. */
  online(): ReadonlySet<string> {
    return this.#online;
  }
}
