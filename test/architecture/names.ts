import type { Finding } from './finding';

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const VAGUE = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'misc']);

function partFinding(path: string, part: string): Finding | undefined {
  const base = { path, line: 1, fix: 'Rename it for its one noun or verb.' };
  const words = part.split('.');
  if (!words.every((word) => KEBAB.test(word))) {
    const allowed = 'kebab-case: lower-case words joined by "-"';
    return { ...base, what: `The name '${part}' is not kebab-case.`, allowed };
  }
  const vague = words.flatMap((word) => word.split('-')).find((word) => VAGUE.has(word));
  if (vague === undefined) return undefined;
  const allowed = 'names that say what is inside';
  return { ...base, what: `The name '${part}' says nothing ('${vague}').`, allowed };
}

/** Folder and file names that are not kebab-case, or that promise nothing. */
export function checkNames(path: string): readonly Finding[] {
  return path
    .split('/')
    .map((part) => partFinding(path, part))
    .filter((finding) => finding !== undefined);
}
