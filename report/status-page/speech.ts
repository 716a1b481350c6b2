import type { Who } from './facts';

/** More servers than these are counted, not named. */
const MOST_NAMES = 4;

/** Whether a draft speaks of one server. */
export const isOne = ({ names }: Who): boolean => names.length === 1;

/** Whether they are too many to be named. */
export const isCrowd = ({ names }: Who): boolean => names.length > MOST_NAMES;

/** `a, b and c`, with the language's own last word. */
export const listed = (names: readonly string[], and: string): string =>
  names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} ${and} ${names.at(-1) ?? ''}`;

/** Fit to begin a sentence. */
export const begun = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
