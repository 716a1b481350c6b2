/**
 * What must not reach a log line, an e-mail or a terminal as it stands: control characters,
 * line separators, and the marks that hide text or turn its direction.
 */
// oxlint-disable-next-line no-control-regex -- these characters are what it is about.
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** AWS Health's real events hold the two characters `\n` where a line ends. */
const WRITTEN_BREAK = /\\[nrt]/g;

/** Half of a character outside the basic plane: not encodable as UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Longest input that is looked at, in characters; a page of AWS Health is far shorter. */
const INPUT_LIMIT = 20_000;

/**
 * Text of unknown origin as one printable line of at most `limit` characters, the last one an
 * ellipsis where something was cut.
 */
export function oneLine(text: string, limit: number): string {
  const line = text
    .slice(0, INPUT_LIMIT)
    .replace(WRITTEN_BREAK, ' ')
    .replace(UNPRINTABLE, ' ')
    .replace(LONE_SURROGATE, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= limit) return line;
  return `${line
    .slice(0, limit - 1)
    .replace(LONE_SURROGATE, '')
    .trimEnd()}…`;
}
