declare const markupBrand: unique symbol;

/** HTML or SVG that is safe to put into a page: made by `markup` only. */
export interface Markup {
  readonly [markupBrand]: true;
  readonly text: string;
}

/** What may stand in a template: text is escaped, markup is taken as it is, nothing is nothing. */
export type Part = string | number | Markup | readonly Part[] | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters, and those that turn the direction of a line around. */
const UNPRINTABLE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of any origin, fit for an element's content and for an attribute in double quotes. */
export function escapeText(text: string): string {
  return text.replace(UNPRINTABLE, '\u{fffd}').replace(/[&<>"']/g, (found) => ESCAPES[found] ?? '');
}

const safe = (text: string): Markup => ({ text }) as unknown as Markup;

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return escapeText(String(part));
  return 'text' in part ? part.text : part.map(render).join('');
}

/**
 * A template whose interpolations are escaped unless they are markup already, so that forgetting
 * to escape is not possible. Attributes must stand in double quotes.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return safe(strings.map((text, index) => text + render(parts[index])).join(''));
}

/** A style sheet of ours as the content of `<style>`, where nothing is escaped. */
export function styleElement(css: string): Markup {
  if (css.includes('<')) throw new Error('A style sheet of ours holds no "<"');
  return safe(`<style>${css}</style>`);
}
