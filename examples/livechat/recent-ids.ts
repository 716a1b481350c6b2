/** A message is known this long after it was accepted; a client must give up before. */
export const RESEND_MS = 60 * 60 * 1000;

const LIMIT = 500_000;

interface Known {
  readonly at: number;
  /** The sequence number, once it is durable. */
  readonly seq: Promise<number>;
}

/** The ids of the last hour's messages, so that one that is sent again is not accepted twice. */
export class RecentIds {
  private readonly known = new Map<string, Known>();

  /** The sequence number of a message that was accepted, or is being accepted right now. */
  find(id: string): Promise<number> | undefined {
    return this.known.get(id)?.seq;
  }

  /** Remembers a message; one that fails to become durable is forgotten. */
  add(id: string, at: number, seq: Promise<number>): void {
    this.known.set(id, { at, seq });
    seq.catch(() => this.known.delete(id));
    this.forgetBefore(at - RESEND_MS);
  }

  private forgetBefore(at: number): void {
    for (const [id, known] of this.known) {
      if (known.at >= at && this.known.size <= LIMIT) return;
      this.known.delete(id);
    }
  }
}
