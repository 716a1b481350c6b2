import { markup, type Markup, type Part } from './markup';

/** Where a bar stands, in the picture's units. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The hatching of what is down, so that no reader depends on the color. One id a picture. */
export function hatching(id: string): Markup {
  return markup`<defs><pattern id="${id}" width="7" height="7" patternUnits="userSpaceOnUse"
patternTransform="rotate(45)"><line class="hatch" x1="0" x2="0" y1="0" y2="7"/></pattern></defs>`;
}

const place = ({ x, y, width, height }: Box): Markup =>
  markup`x="${x}" y="${y}" width="${width}" height="${height}"`;

/** A bar of time that is served. */
export const upBar = (box: Box): Markup => markup`<rect class="up" ${place(box)} rx="3"/>`;

/** A bar of time that is not served; `hatch` names the picture's hatching. */
export const downBar = (box: Box, hatch: string): Markup =>
  markup`<rect class="down" ${place(box)} rx="3"/>
<rect fill="url(#${hatch})" ${place(box)} rx="3"/>`;

/** A table; the first cell of a row heads it. */
export function table(columns: readonly string[], rows: readonly (readonly Part[])[]): Markup {
  return markup`<table><thead><tr>${columns.map((name) => markup`<th scope="col">${name}</th>`)}
</tr></thead><tbody>${rows.map((cells) => markup`<tr>${cells.map(cell)}</tr>`)}</tbody></table>`;
}

function cell(content: Part, index: number): Markup {
  return index === 0 ? markup`<th scope="row">${content}</th>` : markup`<td>${content}</td>`;
}
