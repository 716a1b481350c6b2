/** One violation of a rule: where, what, what is allowed, and how to mend it. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly allowed: string;
  readonly fix: string;
}

/** A finding as one clickable line and one line that tells what to do. */
export function describeFinding(finding: Finding): string {
  const { path, line, what, allowed, fix } = finding;
  return `${path}:${line}: ${what}\n    allowed: ${allowed}\n    fix: ${fix}`;
}
