/** The lanes of a timeline, from the world to the people. */
export type Lane = 'aws' | 'events' | 'watchdog' | 'alerts' | 'server';

/** What a line of a timeline tells of. */
export type LineKind =
  /** EC2, or a person at its API, did something. */
  | 'aws'
  /** An event was put on the bus, or reached the watchdog. */
  | 'event'
  /** The Lambda began, ended or died. */
  | 'lambda'
  /** The watchdog decided. */
  | 'decision'
  /** The watchdog called AWS. */
  | 'call'
  /** People were told. */
  | 'alert'
  /** The workload itself began or ceased to serve. */
  | 'server';

/** One thing that happened, as a picture shows it. */
export interface Line {
  /** Seconds from the picture's zero; negative before it. */
  readonly at: number;
  readonly lane: Lane;
  readonly kind: LineKind;
  /** One line, without the time. */
  readonly text: string;
}

/** How many instances served from that moment on; in seconds from the picture's zero. */
export interface ServingPoint {
  readonly at: number;
  readonly serving: number;
}

/** When one instance served and when it did not: a step curve of 0 and 1. */
export interface Track {
  readonly name: string;
  readonly points: readonly ServingPoint[];
  /** What it was while it is not at 1: `not serving`, or `impaired` where it ran on. */
  readonly trouble: 'not serving' | 'impaired';
}

/** The lanes with their heading, from top to bottom. */
export const LANES: readonly { readonly lane: Lane; readonly name: string }[] = [
  { lane: 'aws', name: 'AWS, EC2' },
  { lane: 'events', name: 'Events' },
  { lane: 'watchdog', name: 'Watchdog' },
  { lane: 'alerts', name: 'Alerts' },
  { lane: 'server', name: 'Server' },
];

/** The heading of a lane. */
export const laneName = (lane: Lane): string =>
  LANES.find((one) => one.lane === lane)?.name ?? lane;
