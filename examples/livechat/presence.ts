import { countOf, isObject, textOf } from './json';

/** Which of a pod's agents are online, by the word of one boot of its server. */
export interface PodPresence {
  readonly pod: string;
  /** Grows with each start of the server: an older boot has nothing to say any more. */
  readonly boot: number;
  /** Grows with each word of that boot: what arrives late is dropped. */
  readonly version: number;
  /** The names of the agents that are online, sorted. */
  readonly online: readonly string[];
}

/** What a server tells the workspace: one agent's change, or all of its presence. */
export type PresenceWord =
  | (PresenceStamp & { readonly kind: 'change'; readonly agent: string; readonly online: boolean })
  | (PresenceStamp & { readonly kind: 'all'; readonly agents: readonly string[] });

/** Who says it, and when in the order of its words. */
export interface PresenceStamp {
  readonly pod: string;
  readonly boot: number;
  readonly version: number;
}

/** The names in a list, or undefined when one of them is not a text. */
export function namesOf(raw: unknown): readonly string[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const names = raw.map(textOf);
  return names.every((name) => name !== undefined) ? names.toSorted() : undefined;
}

/** The word of a server as it came over the wire, or undefined. */
export function wordOf(raw: unknown): PresenceWord | undefined {
  if (!isObject(raw)) return undefined;
  const [pod, boot, version] = [textOf(raw['pod']), countOf(raw['boot']), countOf(raw['version'])];
  if (pod === undefined || boot === undefined || version === undefined) return undefined;
  const stamp = { pod, boot, version };
  const agent = textOf(raw['agent']);
  const { online } = raw;
  if (raw['kind'] === 'change' && agent !== undefined && typeof online === 'boolean') {
    return { kind: 'change', ...stamp, agent, online };
  }
  const agents = namesOf(raw['agents']);
  return raw['kind'] === 'all' && agents !== undefined
    ? { kind: 'all', ...stamp, agents }
    : undefined;
}

/** The presence after a word; the same object when the word is stale or says nothing new. */
export function hear(known: PodPresence, word: PresenceWord): PodPresence {
  const stale =
    word.boot < known.boot || (word.boot === known.boot && word.version <= known.version);
  if (stale) return known;
  const others = word.kind === 'change' ? known.online.filter((name) => name !== word.agent) : [];
  const added = word.kind === 'all' ? word.agents : word.online ? [word.agent] : [];
  const online = [...new Set([...others, ...added])].toSorted();
  return { pod: word.pod, boot: word.boot, version: word.version, online };
}

/** Agents that one side has online and the other has not. */
export function mismatches(a: readonly string[], b: readonly string[]): readonly string[] {
  const left = new Set(a);
  const right = new Set(b);
  return [...a.filter((name) => !right.has(name)), ...b.filter((name) => !left.has(name))];
}
