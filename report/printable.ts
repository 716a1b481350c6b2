import { oneLine } from '../lambda/core/one-line';

/** A name tag may have 256 characters; a heading and a lane have less room. */
const NAME_LIMIT = 60;
/** Codes and types of AWS are short. */
const WORD_LIMIT = 80;
/** Texts of AWS and of people: what an alert shows of them. */
const SENTENCE_LIMIT = 300;

/** A name from outside as one short printable line; `fallback` where nothing of it is left. */
export const printableName = (text: string, fallback: string): string =>
  oneLine(text, NAME_LIMIT) || oneLine(fallback, NAME_LIMIT);

/** A code, a type, a zone from outside, printable. */
export const printableWord = (text: string): string => oneLine(text, WORD_LIMIT);

/** A sentence from outside as one printable line, cut to what a reader can take in. */
export const printable = (text: string): string => oneLine(text, SENTENCE_LIMIT);
