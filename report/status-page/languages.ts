import { ENGLISH } from './en';
import { ITALIAN } from './it';
import type { StatusTexts } from './texts';

/** The languages of status-page drafts by their code; a third one is a file and a line here. */
export const LANGUAGES = { en: ENGLISH, it: ITALIAN } as const satisfies Readonly<
  Record<string, StatusTexts>
>;

/** The code of one of them. */
export type Language = keyof typeof LANGUAGES;

/** Whether a word is the code of a language that drafts are written in. */
export const isLanguage = (word: string): word is Language => Object.hasOwn(LANGUAGES, word);
