import { setImmediate as turn } from 'node:timers/promises';

/** How the next call of a name ends without an answer: its effect lost, or its answer. */
export type Death = 'before-effect' | 'after-effect';

/** The order of effects: each call when it is sent, and again when it is answered. */
export class Journal {
  readonly lines: string[] = [];
  readonly #deaths = new Map<string, Death>();
  readonly #gates = new Map<string, Promise<void>>();

  /** The next call of that name is never answered, as when the Lambda dies at it. */
  dieAt(name: string, when: Death): void {
    this.#deaths.set(name, when);
  }

  /** Calls of that name wait until the answer is called. */
  hold(name: string): () => void {
    let open: () => void = () => undefined;
    this.#gates.set(name, new Promise((resolve) => (open = resolve)));
    return () => {
      this.#gates.delete(name);
      open();
    };
  }

  /** One call: it takes a turn, so that what is sent side by side is seen side by side. */
  async call<T>(name: string, effect: () => T): Promise<T> {
    this.lines.push(name);
    const death = this.#deaths.get(name);
    this.#deaths.delete(name);
    if (death === 'before-effect') return never();
    await this.#gates.get(name);
    await turn();
    const answer = effect();
    if (death === 'after-effect') return never();
    this.lines.push(`${name} answered`);
    return answer;
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** Long enough for an invocation to come to its end, or to where it hangs. */
export async function untilQuiet(): Promise<void> {
  for (let count = 0; count < 60; count += 1) await turn();
}
