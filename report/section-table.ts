import { paragraph, type Block, type Text } from './document';

/** Longer tables are cut, and say by how much. */
const MOST_ROWS = 200;

/** A table that may have no row. */
export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Text[])[];
  /** What stands there where there is no row. */
  readonly none: string;
}

/** A table of bounded length, or the words that stand for none. */
export function tableBlock({ columns, rows, none }: Rows): Block {
  if (rows.length === 0) return paragraph(none);
  const more = Math.max(0, rows.length - MOST_ROWS);
  return { kind: 'table', columns, rows: rows.slice(0, MOST_ROWS), more };
}
