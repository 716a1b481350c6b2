import { oneLine } from '../lambda/core/one-line';
import { unreachable } from '../lambda/core/unreachable';
import { inlinesOf, type Block, type Document, type Inline, type Text } from './document';

type Of<K extends Block['kind']> = Extract<Block, { readonly kind: K }>;

/** A line of a report is shorter; what is longer was meant to be cut before. */
const LINE_LIMIT = 4_000;
/** What has a meaning anywhere in a line of GitHub's Markdown, math included. */
const SPECIAL = /[\\`*_[\]<>|~$&]/g;
/** Of these a backslash would be read twice: within a table, or before the next character. */
const BY_ENTITY = /[\\<>|&]/;
/** What begins a block at the beginning of a line. */
const OPENING = /^(?:[#+=-]|\d+[.)])/;
/** GitHub makes a link of the text alone where it finds `www.`, a scheme or an e-mail address. */
const LINK = /(?<=\bwww)\.|(?<=[a-z]):(?=\/\/)|@/gi;

const asEntity = (found: string): string => `&#${found.codePointAt(0) ?? 0};`;

/**
 * Text of any origin as Markdown that shows it and does nothing else: one printable line, in which
 * no character opens markup, a link, a cell or a block.
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text, LINE_LIMIT)
    .replace(OPENING, (found) => `${found.slice(0, -1)}\u0000${found.slice(-1)}`)
    .replace(SPECIAL, (found) => (BY_ENTITY.test(found) ? asEntity(found) : `\\${found}`))
    .replace(LINK, asEntity)
    .replace('\u0000', '\\');
}

/** Code shows what a name in code is made of; anything else is written as plain text. */
function codeSpan(text: string): string {
  return /^[\w.:/@=+-]+(?: [\w.:/@=+-]+)*$/.test(text) && text.length <= LINE_LIMIT
    ? `\`${text}\``
    : escapeMarkdown(text);
}

function inline(part: Inline): string {
  if (typeof part === 'string') return spaced(part, escapeMarkdown);
  switch (part.look) {
    case 'code':
      return codeSpan(part.text);
    case 'strong':
      return spaced(part.text, (text) => (text === '' ? '' : `**${escapeMarkdown(text)}**`));
    case 'soft':
      return spaced(part.text, escapeMarkdown);
    default:
      return unreachable(part.look);
  }
}

/** A piece's own spaces at its ends part it from the next one. */
function spaced(text: string, write: (text: string) => string): string {
  const before = /^\s/.test(text) ? ' ' : '';
  const behind = /\s$/.test(text) && text.trim() !== '' ? ' ' : '';
  return `${before}${write(text)}${behind}`;
}

const line = (text: Text): string => inlinesOf(text).map(inline).join('').trim();

/** A text of several lines in a fence that it cannot end. */
function fenced(text: string): string {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((one) => one.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' '));
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, fence].join('\n');
}

function table({ columns, rows, fold, more = 0 }: Of<'table'>): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const lines = [
    row(columns.map(escapeMarkdown)),
    row(columns.map(() => '---')),
    ...rows.map((cells) => row(cells.map(line))),
  ];
  const heading = fold === undefined ? [] : [`${escapeMarkdown(fold)}:`, ''];
  const left = more > 0 ? ['', `${more} more are not shown here.`] : [];
  return [...heading, ...lines, ...left].join('\n');
}

function block(one: Block): string {
  switch (one.kind) {
    case 'paragraph':
    case 'note':
      return line(one.text);
    case 'list':
      return one.items.map((item) => `- ${line(item)}`).join('\n');
    case 'checks':
      return one.items
        .map(({ text, held }) => `- ${held ? '✓' : '✗ Not held:'} ${escapeMarkdown(text)}`)
        .join('\n');
    case 'table':
      return table(one);
    case 'messages':
      return one.messages
        .map(({ at, severity, subject, email }) =>
          [escapeMarkdown(`${at} ${severity}: ${subject}`), fenced(email)].join('\n\n'),
        )
        .join('\n\n');
    case 'drawing':
    case 'wide-drawing':
      return escapeMarkdown(one.words);
    case 'beside':
      // What a drawing shows stands in words beside it.
      return block(one.right);
    case 'literal':
      return fenced(one.text);
    default:
      return unreachable(one);
  }
}

/** A report as Markdown (GitHub's): what is drawn in HTML is told in words and tables. */
export function documentMarkdown(document: Document): string {
  const { kicker, title, badge, lead, figures, sections } = document;
  const numbers: readonly Block[] =
    figures.length === 0
      ? []
      : [
          {
            kind: 'table',
            columns: ['Figure', ''],
            rows: figures.map(({ name, value, remark }) => [
              name,
              remark === undefined ? value : `${value} (${remark})`,
            ]),
          },
        ];
  const parts = [
    `# ${escapeMarkdown(title)}`,
    `${escapeMarkdown(kicker)}. **${escapeMarkdown(badge.text)}**`,
    ...[...lead, ...numbers].map(block),
    ...sections.flatMap(({ heading, blocks }) => [
      `## ${escapeMarkdown(heading)}`,
      ...blocks.map(block),
    ]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
