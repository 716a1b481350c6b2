import type { Severity } from '../lambda/core/alert/alert';
import type { Markup } from './markup';

/** A piece of a line: plain words, or words with a look. Each renderer escapes them for itself. */
export type Inline = string | { readonly look: 'code' | 'strong' | 'soft'; readonly text: string };

/** One line of text; what comes from outside is printable and bounded by now. */
export type Text = string | readonly Inline[];

/** A message as people got it. */
export interface DocumentMessage {
  readonly at: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
}

/** What a section is made of. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: Text }
  /** A remark, smaller than a paragraph. */
  | { readonly kind: 'note'; readonly text: Text }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  /** What had to hold, by a sign and a word each. */
  | {
      readonly kind: 'checks';
      readonly items: readonly { readonly text: string; readonly held: boolean }[];
    }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Text[])[];
      /** Folded behind this line, where the renderer can fold. */
      readonly fold?: string | undefined;
      /** Left out at the end of it. */
      readonly more?: number | undefined;
    }
  | { readonly kind: 'messages'; readonly messages: readonly DocumentMessage[] }
  /** A picture; `words` say the same where none can be drawn. */
  | { readonly kind: 'drawing'; readonly picture: Markup; readonly words: string }
  | { readonly kind: 'wide-drawing'; readonly picture: Markup; readonly words: string }
  | { readonly kind: 'beside'; readonly left: Block; readonly right: Block }
  /** A text as it stands, in a box of its own. */
  | { readonly kind: 'literal'; readonly text: string };

/** A heading and what stands below it. */
export interface Section {
  readonly heading: string;
  /** BCP 47, where it is not the page's own language. */
  readonly lang?: string | undefined;
  readonly blocks: readonly Block[];
}

/** A figure that a reader looks for first. */
export interface Figure {
  readonly value: string;
  readonly name: string;
  readonly remark?: string | undefined;
}

/** A report as its readers get it, whatever it was made from and whatever it is written in. */
export interface Document {
  /** For the window's title. */
  readonly tab: string;
  /** What kind of report it is, above the title. */
  readonly kicker: string;
  readonly title: string;
  /** How it stands, by a sign and words. */
  readonly badge: { readonly text: string; readonly look: 'good' | 'bad' | 'open' };
  readonly lead: readonly Block[];
  readonly figures: readonly Figure[];
  readonly sections: readonly Section[];
}

/** Words that stand for a name in code. */
export const code = (text: string): Inline => ({ look: 'code', text });
/** Words that a reader shall not miss. */
export const strong = (text: string): Inline => ({ look: 'strong', text });
/** Words of less weight. */
export const soft = (text: string): Inline => ({ look: 'soft', text });

/** The pieces of a text. */
export const inlinesOf = (text: Text): readonly Inline[] =>
  typeof text === 'string' ? [text] : text;

/** A paragraph. */
export const paragraph = (text: Text): Block => ({ kind: 'paragraph', text });
/** A remark. */
export const note = (text: Text): Block => ({ kind: 'note', text });
