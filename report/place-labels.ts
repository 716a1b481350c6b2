import { round } from './time-scale';

/** A marker, not placed yet; an empty label stands for none. */
export interface Mark {
  readonly x: number;
  readonly label: string;
  /** All of what the marker stands for. */
  readonly title: string;
}

/** A marker on its row; the label stands to the right, or to the left near the right end. */
export interface Placed extends Mark {
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

interface Room {
  readonly right: number;
  readonly rows: number;
}

/**
 * Puts each marker on the first row where neither it nor its label covers another, in the order
 * given, so that what matters most should come first. Where no row has room for the label, the
 * marker stands alone; where none has room for the marker, it is left out.
 */
export function placeLabels(marks: readonly Mark[], room: Room): readonly Placed[] {
  const taken: Span[][] = Array.from({ length: room.rows }, () => []);
  const placed: Placed[] = [];
  for (const mark of marks) {
    const found = place(mark, taken, room) ?? place({ ...mark, label: '' }, taken, room);
    if (found !== undefined) placed.push(found);
  }
  return placed;
}

/** Takes the room of the first row that has it. */
function place(mark: Mark, taken: readonly Span[][], { right }: Room): Placed | undefined {
  const { x, label } = mark;
  const width = label === '' ? 0 : LABEL_GAP + label.length * CHARACTER + SPACE;
  const side = x + width > right ? 'left' : 'right';
  const span: Span =
    side === 'right'
      ? { from: x - MARKER, to: round(x + Math.max(width, MARKER)) }
      : { from: round(x - Math.max(width, MARKER)), to: x + MARKER };
  const row = taken.findIndex((spans) => spans.every((other) => !overlaps(span, other)));
  if (row < 0) return undefined;
  taken[row]?.push(span);
  return { ...mark, row, side };
}

const overlaps = (one: Span, other: Span): boolean => one.from < other.to && other.from < one.to;
