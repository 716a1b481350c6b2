import type { TimelineLine } from '../sim/drill-result';
import { groupLines, groupText, patternOf, type LineGroup } from '../report/line-groups';
import { momentText } from '../report/span-text';
import type { Colors, Terminal } from './terminal';

/** Prints a drill's lines while they come. */
export interface LiveTimeline {
  readonly add: (line: TimelineLine) => void;
  readonly end: () => void;
}

/** What repeats is printed this often; the report has all of it. */
const REPEATS: Readonly<Record<TimelineLine['kind'], number>> = {
  alert: Infinity,
  server: 6,
  aws: 6,
  decision: 6,
  call: 3,
  event: 3,
  lambda: 3,
};
const TIME_WIDTH = 9;
const KIND_WIDTH = 8;

function colorOf(kind: TimelineLine['kind'], colors: Colors): (text: string) => string {
  switch (kind) {
    case 'aws':
      return colors.yellow;
    case 'event':
      return colors.magenta;
    case 'lambda':
    case 'call':
      return colors.dim;
    case 'decision':
      return colors.cyan;
    case 'alert':
      return colors.bold;
    case 'server':
      return colors.green;
  }
}

/** One printed line: the time, what kind of thing it is, the text. */
function lineText(group: LineGroup, colors: Colors): string {
  const { at, kind } = group.first;
  const time = colors.dim(momentText(at).padStart(TIME_WIDTH));
  return `${time}  ${colorOf(kind, colors)(`${kind.padEnd(KIND_WIDTH)} ${groupText(group)}`)}`;
}

/**
 * Prints lines second by second, those of a second that say the same as one: two hundred servers
 * that stop are one line, and what repeats again and again is printed a few times only.
 */
export function createLiveTimeline({ out, colors }: Terminal): LiveTimeline {
  const printed = new Map<string, number>();
  let waiting: TimelineLine[] = [];
  let leftOut = 0;

  function isRoutine(group: LineGroup): boolean {
    const pattern = patternOf(group.first);
    const count = (printed.get(pattern) ?? 0) + 1;
    printed.set(pattern, count);
    return count > REPEATS[group.first.kind];
  }

  function flush(): void {
    for (const group of groupLines(waiting)) {
      if (isRoutine(group)) leftOut += group.count;
      else out(lineText(group, colors));
    }
    waiting = [];
  }

  return {
    add(line) {
      const last = waiting.at(-1);
      if (last !== undefined && Math.floor(last.at) !== Math.floor(line.at)) flush();
      waiting.push(line);
    },
    end() {
      flush();
      if (leftOut > 0)
        out(
          colors.dim(
            `${' '.repeat(TIME_WIDTH)}  (${leftOut} lines that repeat others are left out)`,
          ),
        );
    },
  };
}
