import { length } from '../lambda/core/alert/format';
import { between, ms, type Duration, type Instant } from '../lambda/core/time';
import type { Block, Section } from './document';
import { note } from './document';
import { titleOf, whoText } from './headline';
import { laneName, type Line, type ServingPoint, type Track } from './line';
import { groupLines, groupText, type LineGroup } from './line-groups';
import type { IncidentReport, InstanceReport, ReportEntry } from './model';
import { momentText } from './span-text';
import { timeCell, timeColumn } from './time-columns';
import { timelinePicture } from './timeline-picture';

/** A page of thousands of lines helps nobody; the picture shows where the rest lies. */
const MOST_LINES = 400;
/** A little of what comes after the decisive moment is drawn, and of what came before zero. */
const MARGIN = 1.18;
const LEAD = 0.05;
const LEAST_S = 5;

const secondsFrom = (zero: Instant, at: Instant): number => between(zero, at) / 1_000;

interface DrawnLine extends Line {
  readonly entry: ReportEntry;
}

/** Entries as lines that count from the report's zero; of several instances each names its own. */
function linesOf({ entries, instances, zero }: IncidentReport): readonly DrawnLine[] {
  const names = new Map(instances.map(({ instanceId, name }) => [instanceId, name]));
  const isMany = instances.length > 1;
  return entries.map((entry) => {
    const { at, lane, kind, text, instanceId } = entry;
    const name = instanceId === undefined ? undefined : (names.get(instanceId) ?? instanceId);
    const named = isMany && name !== undefined ? `${name}: ${text}` : text;
    return { at: secondsFrom(zero, at), lane, kind, text: named, entry };
  });
}

/** The same of each instance: when it served, as the record has measured it. */
function trackOf({ name, windows, condition }: InstanceReport, zero: Instant): Track {
  const points: ServingPoint[] = [
    { at: Math.min(-1, ...windows.map(({ from }) => secondsFrom(zero, from) - 1)), serving: 1 },
  ];
  for (const { from, to } of windows) {
    points.push({ at: secondsFrom(zero, from), serving: 0 });
    if (to !== undefined) points.push({ at: secondsFrom(zero, to), serving: 1 });
  }
  return { name, points, trouble: condition === 'impaired' ? 'impaired' : 'not serving' };
}

/** How many of all served, from the tracks. */
function servingOf(tracks: readonly Track[]): readonly ServingPoint[] {
  const changes = tracks
    .flatMap(({ points }) =>
      points.slice(1).map(({ at, serving }) => ({ at, by: serving > 0 ? 1 : -1 })),
    )
    .toSorted((one, other) => one.at - other.at);
  const curve: ServingPoint[] = [
    { at: Math.min(0, changes[0]?.at ?? 0) - 1, serving: tracks.length },
  ];
  for (const { at, by } of changes) {
    curve.push({ at, serving: (curve.at(-1)?.serving ?? 0) + by });
  }
  return curve;
}

/**
 * What is drawn: until all serve again and a little longer; the minutes of checks after that would
 * press the seconds that matter into a corner.
 */
function rangeOf({ figures, zero, asOf }: IncidentReport): { from: number; to: number } {
  const end = secondsFrom(zero, asOf);
  const decisive = figures.serve === undefined ? end : figures.serve / 1_000;
  const to = Math.max(LEAST_S, Math.min(Math.max(decisive, LEAST_S) * MARGIN, end));
  return { from: -to * LEAD, to };
}

const told = (name: string, value: Duration | undefined): string =>
  `${name}: ${value === undefined ? 'none' : length(value)}.`;

/** What the picture says, for those who hear it. */
function describedOf(report: IncidentReport): string {
  const { firstAlert, act, serve } = report.figures;
  const { from, to } = rangeOf(report);
  const many = report.instances.length > 1 ? `${whoText(report)}. ` : '';
  return (
    `${many}Time runs from left to right, from ${momentOf(from)} to ${momentOf(to)}; zero is the ` +
    `beginning of the impact. ${told('First alert', firstAlert)} ${told('Act', act)} ` +
    `${told('Serving again', serve)} The table below the picture lists every step.`
  );
}

const momentOf = (seconds: number): string =>
  seconds < 0 ? `-${length(ms(-seconds * 1_000))}` : length(ms(seconds * 1_000));

function afterwards(report: IncidentReport): readonly Block[] {
  const { to } = rangeOf(report);
  const end = secondsFrom(report.zero, report.asOf);
  if (end <= to + 1) return [];
  return [
    note(
      `The picture ends ${momentOf(to)} after the beginning of the impact, the record ` +
        `${momentOf(end)} after it; the table has the rest.`,
    ),
  ];
}

/** The picture, and beside it every step in words, in UTC and in the reader's zone. */
export function timelineSection(report: IncidentReport): Section {
  const lines = linesOf(report);
  const tracks = report.instances.map((one) => trackOf(one, report.zero));
  const words = describedOf(report);
  const picture = timelinePicture({
    title: `Timeline: ${titleOf(report)}`,
    described: words,
    range: rangeOf(report),
    lines,
    tracks,
    serving: servingOf(tracks),
  });
  return {
    heading: 'Timeline',
    blocks: [
      { kind: 'wide-drawing', picture, words },
      ...afterwards(report),
      tableOf(lines, report),
    ],
  };
}

/** Of several instances, lines of a second that say the same are one. */
function tableOf(lines: readonly DrawnLine[], { instances, timeZone }: IncidentReport): Block {
  const groups = instances.length > 1 ? groupLines(lines) : lines.map(alone);
  return {
    kind: 'table',
    fold: `Every step in words (${groups.length})`,
    columns: [timeColumn('Time', timeZone), 'From zero', 'Where', 'What'],
    rows: groups.slice(0, MOST_LINES).map((group) => {
      const { first } = group;
      return [
        timeCell(first.entry.at, timeZone),
        momentText(first.at),
        laneName(first.lane),
        groupText(group),
      ];
    }),
    more: Math.max(0, groups.length - MOST_LINES),
  };
}

const alone = (first: DrawnLine): LineGroup<DrawnLine> => ({ first, count: 1 });
