import { round } from './time-scale';

/** A marker with a label, not placed yet. */
export interface Mark {
  readonly x: number;
  readonly label: string;
}

/** A marker on its row; the label stands to the right, or to the left near the right end. */
export interface Placed {
  readonly x: number;
  readonly label: string;
  readonly row: number;
  readonly side: 'right' | 'left';
}

/** About the width of a character of the label's font. */
const CHARACTER = 6.1;
/** From the marker's middle to its label. */
export const LABEL_GAP = 10;
const MARKER = 7;
const SPACE = 12;

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Puts each marker on the first row where neither it nor its label covers another, in the order
 * given, so that what matters most should come first. Marks beyond the last row are left out.
 */
export function placeLabels(
  marks: readonly Mark[],
  { right, rows }: { readonly right: number; readonly rows: number },
): { readonly placed: readonly Placed[]; readonly leftOut: number } {
  const taken: Span[][] = Array.from({ length: rows }, () => []);
  const placed: Placed[] = [];
  for (const { x, label } of marks) {
    const width = LABEL_GAP + label.length * CHARACTER;
    const side = x + width > right ? 'left' : 'right';
    const span: Span =
      side === 'right'
        ? { from: x - MARKER, to: x + width + SPACE }
        : { from: x - width - SPACE, to: x + MARKER };
    const row = taken.findIndex((spans) => spans.every((other) => !overlaps(span, other)));
    if (row < 0) continue;
    taken[row]?.push({ from: round(span.from), to: round(span.to) });
    placed.push({ x, label, row, side });
  }
  return { placed, leftOut: marks.length - placed.length };
}

const overlaps = (one: Span, other: Span): boolean => one.from < other.to && other.from < one.to;
