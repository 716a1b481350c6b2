import { unreachable } from '../lambda/core/unreachable';
import { inlinesOf, type Block, type DocumentMessage, type Figure, type Text } from './document';
import { markup, type Markup } from './markup';
import { table } from './shapes';

type Of<K extends Block['kind']> = Extract<Block, { readonly kind: K }>;

/** A line of text with its looks. */
function words(text: Text): Markup {
  const parts = inlinesOf(text).map((part): Markup => {
    if (typeof part === 'string') return markup`${part}`;
    switch (part.look) {
      case 'code':
        return markup`<code>${part.text}</code>`;
      case 'strong':
        return markup`<strong>${part.text}</strong>`;
      case 'soft':
        return markup`<span class="soft">${part.text}</span>`;
      default:
        return unreachable(part.look);
    }
  });
  return markup`${parts}`;
}

/** One block as HTML. */
export function htmlBlock(block: Block): Markup {
  switch (block.kind) {
    case 'paragraph':
      return markup`<p>${words(block.text)}</p>`;
    case 'note':
      return markup`<p class="note">${words(block.text)}</p>`;
    case 'list':
      return markup`<ul>${block.items.map((item) => markup`<li>${words(item)}</li>`)}</ul>`;
    case 'checks':
      return checks(block);
    case 'table':
      return foldable(block);
    case 'messages':
      return markup`${block.messages.map(message)}`;
    case 'drawing':
      return block.picture;
    case 'wide-drawing':
      return markup`<div class="picture wide" tabindex="0" role="group"
aria-label="Timeline, scrolls sideways on a small screen">${block.picture}</div>`;
    case 'beside':
      return markup`<div class="beside"><div>${htmlBlock(block.left)}</div>
${htmlBlock(block.right)}</div>`;
    case 'literal':
      return markup`<pre>${block.text}</pre>`;
    default:
      return unreachable(block);
  }
}

function checks({ items }: Of<'checks'>): Markup {
  const list = items.map(({ text, held }) =>
    held
      ? markup`<li class="good"><b>✓</b>${text}</li>`
      : markup`<li class="bad"><b>✗</b>Not held: ${text}</li>`,
  );
  return markup`<ul class="checks">${list}</ul>`;
}

function foldable({ columns, rows, fold, more = 0 }: Of<'table'>): Markup {
  const cells = rows.map((row) => row.map(words));
  const left = more > 0 ? markup`<p class="note">${more} more are not shown here.</p>` : undefined;
  const body = markup`<div class="scroll">${table(columns, cells)}</div>${left}`;
  return fold === undefined ? body : markup`<details><summary>${fold}</summary>${body}</details>`;
}

function message({ at, subject, severity, email, sms }: DocumentMessage): Markup {
  return markup`<details><summary><span class="time">${at}</span>
<span class="severity ${severity}">${severity}</span> ${subject}</summary>
<p class="soft">E-mail</p><pre>${email}</pre><p class="soft">SMS</p><pre>${sms}</pre></details>`;
}

/** The figures that a reader looks for first; nothing where there are none. */
export function htmlFigures(figures: readonly Figure[]): Markup | undefined {
  if (figures.length === 0) return undefined;
  return markup`<dl class="figures">${figures.map(
    ({ name, value, remark }) =>
      markup`<div><dt>${name}</dt><dd>${value}</dd>${
        remark === undefined ? undefined : markup`<small>${remark}</small>`
      }</div>`,
  )}</dl>`;
}
