/** A command that cannot be carried out as it was typed: what, actual, allowed, how to fix it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(problem: {
    readonly what: string;
    readonly actual: string;
    readonly allowed: string;
    readonly fix: string;
  }) {
    super(
      `${problem.what} is ${problem.actual}, but must be ${problem.allowed}.\n  ${problem.fix}`,
    );
  }
}
