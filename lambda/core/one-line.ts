/**
 * What must not reach a log line, an e-mail or a terminal as it stands: control characters, line
 * separators, marks that hide text or turn its direction, and halves of characters.
 */
const UNPRINTABLE = /[\p{C}\p{Z}]+/gu;

/** AWS Health's real events hold the two characters `\n` where a line ends. */
const WRITTEN_BREAK = /\\[nrt]/g;

/** Half of a character outside the basic plane, as cutting may leave it. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Longest input that is looked at, in characters; a page of AWS Health is far shorter. */
const INPUT_LIMIT = 20_000;

/**
 * Text of unknown origin as one printable line of at most `limit` characters (UTF-16 units),
 * ending in `ellipsis` where something was cut.
 */
export function oneLine(text: string, limit: number, ellipsis = '…'): string {
  const line = text
    .slice(0, INPUT_LIMIT)
    .replace(WRITTEN_BREAK, ' ')
    .replace(UNPRINTABLE, ' ')
    .trim();
  if (line.length <= limit) return line;
  const cut = line.slice(0, limit - ellipsis.length).replace(LONE_SURROGATE, '');
  return `${cut.trimEnd()}${ellipsis}`;
}
