/**
 * Rows as aligned columns, two spaces apart, without trailing blanks. Numbers go to the right.
 * Cells must be one line each; colors belong around whole lines, since they would count as width.
 */
export function tableText(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(...rows.map((row) => (row[index] ?? '').length)),
  );
  const isNumber = widths.map((_, index) =>
    rows.slice(1).every((row) => /^\d+$/.test(row[index] ?? '')),
  );
  const cell = (text: string, index: number): string => {
    const width = widths[index] ?? 0;
    return isNumber[index] === true ? text.padStart(width) : text.padEnd(width);
  };
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}
