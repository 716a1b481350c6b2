import { oneLine } from '../one-line';

/** FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE: what is between turns nothing around it. */
const ISOLATE = '\u2068';
const END_ISOLATE = '\u2069';

/** Letters of the scripts that run from right to left. */
const LETTERS =
  '\\p{Script=Hebrew}\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Thaana}\\p{Script=Nko}' +
  '\\p{Script=Samaritan}\\p{Script=Mandaic}\\p{Script=Adlam}\\p{Script=Hanifi_Rohingya}';
const WITHIN = `${LETTERS}\\p{M}\\p{N}`;
/** From the first such letter to the last before a letter of another script: digits turn along. */
const RIGHT_TO_LEFT_RUN = new RegExp(`[${LETTERS}](?:[${WITHIN}\\p{P}\\p{S} ]*[${WITHIN}])?`, 'gu');

/**
 * What a chat's markup is made of, and what looks like it and is none. Slack's and Teams' dialects
 * share no way to escape (entities, backslashes), and what Amazon Q does with either on its way is
 * not documented; a look-alike means the same to all of them. Commands keep what a shell reads in
 * them: quotes, `&&`, braces, brackets, hyphens.
 */
const LOOK_ALIKES: readonly (readonly [markup: RegExp, harmless: string])[] = [
  // Slack: <!channel>, <@U123>, <https://x|text>. Teams: HTML.
  [/</g, '‹'],
  [/>/g, '›'],
  // An entity that somebody decodes on the way would bring the brackets back.
  [/&(?=#?\w+;)/g, '＆'],
  // Emphasis and code. An underscore within a word is none in either dialect, and names have them.
  [/\*/g, '∗'],
  [/~/g, '∼'],
  [/`/g, 'ˋ'],
  [/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '＿'],
  // Teams: [text](address), ![picture](address), and a backslash before any of these. Brackets
  // alone are no link, and queries in commands have them.
  [/\](?=\()/g, '］'],
  [/\\/g, '＼'],
  // Some clients call people for the bare word.
  [/@(?=(?:here|channel|everyone)\b)/gi, '＠'],
];

/**
 * Text of any origin as one line of a chat message of at most `limit` characters (UTF-16 units):
 * no markup, no line break, nothing that hides text or turns the direction of what is around it.
 */
export function chatLine(text: string, limit: number): string {
  const line = oneLine(text, Infinity);
  const plain = LOOK_ALIKES.reduce((kept, [markup, to]) => kept.replace(markup, to), line);
  const isolated = plain.replace(RIGHT_TO_LEFT_RUN, (run) => `${ISOLATE}${run}${END_ISOLATE}`);
  return isolated.length <= limit ? isolated : cut(isolated, limit);
}

/** Cut to the limit with an ellipsis, whole characters only, and every isolate ended. */
function cut(text: string, limit: number): string {
  const kept = text.slice(0, limit - 2).replace(/\p{Surrogate}/gu, '');
  const isOpen = kept.lastIndexOf(ISOLATE) > kept.lastIndexOf(END_ISOLATE);
  return `${kept.trimEnd()}${isOpen ? END_ISOLATE : ''}…`;
}
