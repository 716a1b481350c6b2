import { InvalidArgumentError } from 'commander';

/**
 * Reads an option that is a whole number within bounds.
 *
 * @throws InvalidArgumentError when the text is another, or none.
 */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}
