import { setTimeout as wait } from 'node:timers/promises';
import { call, type Answer } from './http';
import { countOf, isObject, reasonOf } from './json';
import { namesOf, type PresenceWord } from './presence';
import type { ChatMessage } from './record';

/** The workspace as a server and its commands see it. */
export interface WorkspaceClient {
  /** Tells a change or all of a pod's presence, and returns who it then has online there. */
  readonly tell: (word: PresenceWord) => Promise<readonly string[]>;
  readonly online: (pod: string) => Promise<readonly string[]>;
  /** Says that nobody of a pod is online since a time (ISO 8601), and returns how many were. */
  readonly down: (pod: string, at?: string) => Promise<number>;
  readonly store: (messages: readonly ChatMessage[]) => Promise<{ readonly stored: number }>;
}

function bodyOf({ status, body }: Answer): Readonly<Record<string, unknown>> {
  if (status === 200 && isObject(body)) return body;
  throw new Error(`the workspace answered ${status}: ${JSON.stringify(body)}`);
}

function onlineOf(answer: Answer): readonly string[] {
  const names = namesOf(bodyOf(answer)['online']);
  if (names === undefined) throw new Error('the workspace told no list of agents');
  return names;
}

function numberOf(answer: Answer, field: string): number {
  const number = countOf(bodyOf(answer)[field]);
  if (number === undefined) throw new Error(`the workspace told no ${field}`);
  return number;
}

/** A workspace at an address such as `http://127.0.0.1:8090`. */
export function workspaceAt(url: string): WorkspaceClient {
  return {
    tell: async (word) => onlineOf(await call({ url: `${url}/presence`, body: word })),
    online: async (pod) =>
      onlineOf(await call({ url: `${url}/presence?pod=${encodeURIComponent(pod)}` })),
    down: async (pod, at) =>
      numberOf(await call({ url: `${url}/presence/down`, body: { pod, at } }), 'changed'),
    store: async (messages) => ({
      stored: numberOf(await call({ url: `${url}/messages`, body: { messages } }), 'stored'),
    }),
  };
}

/** Tries a few times with growing, drawn waits; at most about six seconds of waiting. */
export async function retrying<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (attempt === 5) throw new Error(reasonOf(error), { cause: error });
      await wait(Math.random() * 200 * 2 ** attempt);
    }
  }
}
