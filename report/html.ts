import type { Document, Section } from './document';
import { htmlBlock, htmlFigures } from './html-blocks';
import { markup, styleElement, type Markup } from './markup';
import { STYLE } from './style';

/** Nothing may be loaded or run, should a text from outside ever slip through the escaping. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function section({ heading, lang, blocks }: Section): Markup {
  const language = lang === undefined ? undefined : markup` lang="${lang}"`;
  return markup`<section${language}><h2>${heading}</h2>
${blocks.map((block) => markup`${htmlBlock(block)}\n`)}</section>
`;
}

/**
 * A report as one self-contained HTML page: no script, nothing that is loaded, light and dark, fit
 * for a phone and for print. Made of the document alone, so that the same one gives the same page.
 */
export function documentHtml(document: Document): string {
  const { tab, kicker, title, badge, lead, figures, sections } = document;
  const page = markup`<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${tab} - LiveChat Watchdog</title>
${styleElement(STYLE)}</head>
<body><main><header><p class="kicker">${kicker}</p>
<h1>${title}</h1>
<p><span class="badge ${badge.look}">${badge.text}</span></p>
${lead.map(htmlBlock)}</header>${htmlFigures(figures)}
${sections.map(section)}</main></body></html>
`;
  return page.text;
}
