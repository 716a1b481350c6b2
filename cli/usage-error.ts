/** One mistake of a command line, with all that mending it needs. */
export interface Misuse {
  readonly what: string;
  readonly actual: string;
  readonly allowed: string;
  readonly fix: string;
}

/** A command that cannot be carried out as it was typed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(misuse: Misuse | string) {
    super(
      typeof misuse === 'string'
        ? misuse
        : `${misuse.what} is ${misuse.actual}, but must be ${misuse.allowed}.\n  ${misuse.fix}`,
    );
  }
}
