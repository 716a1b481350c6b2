import { posix } from 'node:path';
import type { Finding } from './finding';

/** A Markdown file as read; `path` is relative to the repository. */
export interface Markdown {
  readonly path: string;
  readonly text: string;
}

/** A line of prose with its number; code between fences is left out. */
interface Line {
  readonly number: number;
  readonly text: string;
}

function splitFences(text: string): {
  readonly prose: readonly Line[];
  readonly code: readonly Line[];
} {
  const prose: Line[] = [];
  const code: Line[] = [];
  let fence: string | undefined;
  text.split('\n').forEach((line, index) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    const one = { number: index + 1, text: line };
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && mark?.startsWith(fence)) fence = undefined;
    else (fence === undefined ? prose : code).push(one);
  });
  return { prose, code };
}

/** GitHub's anchor of a heading: lower case, punctuation dropped, blanks become hyphens. */
export function slug(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** The headings of a file, without their marks. */
export function headingsOf(file: Markdown): readonly string[] {
  return splitFences(file.text).prose.flatMap(({ text }) => {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(text)?.[1];
    return heading === undefined ? [] : [heading];
  });
}

/** Every anchor that a link may name: headings (numbered when repeated) and explicit ids. */
export function anchorsOf(file: Markdown): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = headingsOf(file).map((heading) => {
    const name = slug(heading);
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name}-${times}`;
  });
  const explicit = [...file.text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)].map(([, id]) => id ?? '');
  return new Set([...anchors, ...explicit]);
}

const LINKS = [
  /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
  /^\[[^\]]+\]:\s+(\S+)/g,
  /(?:href|src)="([^"]+)"/g,
];

/** The relative links of a file: those to files and anchors of this repository. */
export function linksOf(
  file: Markdown,
): readonly { readonly target: string; readonly line: number }[] {
  return splitFences(file.text).prose.flatMap(({ number, text }) => {
    const withoutCode = text.replace(/`[^`]*`/g, '');
    return LINKS.flatMap((pattern) => [...withoutCode.matchAll(pattern)])
      .map(([, target]) => ({ target: target ?? '', line: number }))
      .filter(({ target }) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
  });
}

/** Links whose file or anchor does not exist. `exists` answers for files and folders. */
export function checkLinks(
  files: readonly Markdown[],
  exists: (path: string) => boolean,
): readonly Finding[] {
  const anchors = new Map(files.map((file) => [file.path, anchorsOf(file)]));
  return files.flatMap((file) =>
    linksOf(file).flatMap(({ target, line }) => {
      const [path = '', anchor] = decodeURIComponent(target).split('#');
      const absolute = path === '' ? file.path : posix.join(posix.dirname(file.path), path);
      const base = { path: file.path, line, fix: 'Correct the link, or remove it.' };
      if (path !== '' && !exists(absolute)) {
        const allowed = 'files of this repository';
        return [{ ...base, what: `Link to '${target}': no file ${absolute}.`, allowed }];
      }
      const known = anchors.get(absolute);
      if (anchor === undefined || anchor === '' || known === undefined || known.has(anchor)) {
        return [];
      }
      const allowed = [...known].map((name) => `#${name}`).join(' ');
      return [{ ...base, what: `Link to '${target}': no such section.`, allowed }];
    }),
  );
}

/** Commands `npm run X` and `npm test` in code, fenced or inline, that package.json lacks. */
export function checkCommands(file: Markdown, scripts: readonly string[]): readonly Finding[] {
  const { prose, code } = splitFences(file.text);
  const inline = prose.map(({ number, text }) => ({
    number,
    text: (text.match(/`[^`]+`/g) ?? []).join(' '),
  }));
  return [...code, ...inline].flatMap(({ number, text }) =>
    [...text.matchAll(/npm (?:run(?:-script)?(?: -{1,2}[\w-]+)* ([\w:-]+)|(test|start)\b)/g)]
      .map(([, run, short]) => run ?? short ?? '')
      .filter((name) => !scripts.includes(name))
      .map((name) => ({
        path: file.path,
        line: number,
        what: `The command 'npm run ${name}' does not exist.`,
        allowed: scripts.map((script) => `npm run ${script}`).join(', '),
        fix: 'Correct the command, or add it to "scripts" in package.json.',
      })),
  );
}

/** The reasons that a runbook has sections for: headings that are one kebab-case word. */
export function reasonSections(file: Markdown): readonly string[] {
  return headingsOf(file)
    .map((heading) => heading.replaceAll('`', ''))
    .filter((heading) => /^[a-z]+(-[a-z]+)*$/.test(heading));
}

/** The words that a glossary defines: the first cell of each row of its tables. */
export function definedWords(file: Markdown): readonly string[] {
  return splitFences(file.text).prose.flatMap(({ text }) => {
    const cell = /^\|([^|]+)\|/.exec(text)?.[1] ?? '';
    return cell
      .replace(/[*`]/g, '')
      .split(',')
      .map((word) => word.trim());
  });
}

const MACHINE_BOUND: readonly (readonly [RegExp, string, string])[] = [
  [/(?<![\w.-])\/work\//, 'a path of one machine', 'paths relative to the repository'],
  [/"resolved": "\w+:/, 'a download address', 'versions and checksums (see .npmrc)'],
  [/\bregistry\.npmjs\b|\bnpm\.pkg\.github\b/, "a registry's host", 'names of packages'],
];

/** What ties a file to one machine: local paths, download addresses, hosts of registries. */
export function checkMachineBound({ path, text }: Markdown): readonly Finding[] {
  return text.split('\n').flatMap((line, index) =>
    MACHINE_BOUND.filter(([pattern]) => pattern.test(line)).map(([, what, allowed]) => ({
      path,
      line: index + 1,
      what: `It names ${what}.`,
      allowed,
      fix: 'Remove it; whoever clones the repository does not have it.',
    })),
  );
}
