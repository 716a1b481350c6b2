import type { Finding } from './finding';
import { importsOf } from './imports';
import type { Source } from './source';

type Graph = ReadonlyMap<string, readonly string[]>;

function graphOf(files: readonly Source[]): Graph {
  const byStem = new Map(files.map(({ path }) => [path.replace(/\.(ts|mjs|js)$/, ''), path]));
  return new Map(
    files.map((file) => {
      const targets = importsOf(file).map(({ target }) => byStem.get(target ?? ''));
      return [file.path, targets.filter((target) => target !== undefined)] as const;
    }),
  );
}

/** The way from a file back to itself, or undefined; breadth first, so it is a shortest one. */
function wayBack(graph: Graph, start: string): readonly string[] | undefined {
  const queue: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (let way = queue.shift(); way !== undefined; way = queue.shift()) {
    for (const next of graph.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push([...way, next]);
    }
  }
  return undefined;
}

/** Files that import each other in a ring, types included; each ring is told once. */
export function checkCycles(files: readonly Source[]): readonly Finding[] {
  const graph = graphOf(files);
  const told = new Set<string>();
  return [...graph.keys()].toSorted().flatMap((path) => {
    if (told.has(path)) return [];
    const ring = wayBack(graph, path);
    if (ring === undefined) return [];
    for (const member of ring) told.add(member);
    const what = `Files import each other: ${ring.join(' -> ')}.`;
    const fix = 'Move what both need into a file of its own, named for it.';
    return [{ path, line: 1, what, allowed: 'no ring of imports, types included', fix }];
  });
}
