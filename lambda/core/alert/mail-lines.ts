/** A line of an e-mail, taken apart for a channel that shows it otherwise. */
export interface MailLine {
  /** `Cause`, `You` …; undefined for the headline, for what continues a line, and in lists. */
  readonly label: string | undefined;
  readonly text: string;
  /** One of the numbered steps for the reader. */
  readonly isStep: boolean;
}

/** A label and the spaces behind it take the first nine characters of a line (alert/text.ts). */
const COLUMN = 9;
const LABEL = /^([A-Z][a-z]{1,7}) +$/;
const STEP = /^\d+\. /;

/** The lines of an e-mail without the empty ones: what stands in the columns, taken apart. */
export function mailLines(email: string): readonly MailLine[] {
  let section: string | undefined;
  return email
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index): MailLine => {
      const label = index === 0 ? undefined : LABEL.exec(line.slice(0, COLUMN))?.[1];
      const isContinued = line.startsWith(' '.repeat(COLUMN));
      if (!isContinued) section = label;
      const text = label === undefined && !isContinued ? line : line.slice(COLUMN);
      return { label, text, isStep: STEP.test(text) && section === 'You' };
    });
}
