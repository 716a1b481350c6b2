import { setTimeout as wait } from 'node:timers/promises';
import { call, listen, stopListening, type Answer, type Asked } from '../../examples/livechat/http';
import { countOf, isObject, reasonOf } from '../../examples/livechat/json';

/** A line to the workspace: who uses it reaches the workspace and nothing else. */
export interface Line {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** What a line is like. */
export interface LineOptions {
  /** The address of the workspace. */
  readonly to: string;
  /** How long messages are on their way, in milliseconds; words about presence take no time. */
  readonly delayMs?: number;
  /** Messages were stored, so many of them new; the answer is given when this has returned. */
  readonly onStored?: (stored: number) => void;
}

/** Opens a line on a free port of the loopback address. */
export async function openLine({ to, delayMs = 0, onStored }: LineOptions): Promise<Line> {
  const pass = async ({ method, url, body }: Asked): Promise<Answer> => {
    const address = `${to}${url.pathname}${url.search}`;
    return call(method === 'GET' ? { url: address } : { url: address, body });
  };
  const route = async (asked: Asked): Promise<Answer> => {
    try {
      if (asked.method === 'GET' || asked.url.pathname !== '/messages') return await pass(asked);
      if (delayMs > 0) await wait(delayMs);
      const answer = await pass(asked);
      if (isObject(answer.body)) onStored?.(countOf(answer.body['stored']) ?? 0);
      return answer;
    } catch (error) {
      return { status: 502, body: { error: reasonOf(error) } };
    }
  };
  const { server, url } = await listen(0, route);
  return { url, close: async () => stopListening(server) };
}
