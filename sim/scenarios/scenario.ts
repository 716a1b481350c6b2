import type { InstanceSpec } from '../account/ec2-instance';
import type { Span } from '../faults/ec2';
import type { PolicyInput } from '../../lambda/core/policy';
import { LADDER_POLICIES } from '../drills/policies';
import { chatFleet, chatServer, POD_23 } from '../drills/servers';
import type { Stream } from '../random';
import type { World } from '../world';
import type { Truth } from './truth';

/** The policies of the deployment in which every scenario takes place. */
export const SCENARIO_POLICIES = {
  ...LADDER_POLICIES,
  /** It goes back to work in the night, and is moved at any time. */
  anytime: { maintenanceWindow: { from: '00:00', to: '00:00' } },
  /** A stop may cost it its public address. */
  accepting: { accepts: ['public-address'] },
} as const satisfies Readonly<Record<string, PolicyInput>>;

/** A kind of scenario; docs/accuracy.md tells of each. */
export type Family =
  | 'aws-stops'
  | 'delivery'
  | 'host-impaired'
  | 'guest-hangs'
  | 'volumes'
  | 'application'
  | 'person'
  | 'game-day'
  | 'scheduler'
  | 'guest-shutdown'
  | 'unknown-stop'
  | 'flapping'
  | 'maintenance'
  | 'stuck'
  | 'cannot-start'
  | 'address'
  | 'terminated'
  | 'hands-off'
  | 'shadow'
  | 'storm'
  | 'own-parts'
  | 'noise';

/** When a person must act, in seconds from second 0: only then a page is right. */
export interface PageLabel {
  readonly fromS: number;
  /** A page must have gone out by then; `never` where one is right and not demanded. */
  readonly byS: number | 'never';
  /** Nobody need act from then on. */
  readonly toS: number;
  /** Somebody says that they have it: no repeat from then on. */
  readonly acknowledgedS?: number;
}

/** How an episode is to be told. */
export type Telling =
  /**
   * Users feel it, or may: at once, from the first moment at which the watchdog could know of it.
   * That is when the first message of the account's own that tells of it, or the first sweep,
   * reached the queue after it had begun; for a failing check, after it had lasted as long as its
   * policy tolerates.
   */
  | {
      readonly kind: 'at-once';
      readonly detectableS: number;
      /**
       * A part of the watchdog, or what it stands on, fails until then: no alert is demanded
       * before it works again, and the time to the first alert is counted apart.
       */
      readonly impededUntilS?: number;
    }
  /**
   * Somebody wanted it, or it lies ahead: nobody need hurry. `loudest` is what it may be told as;
   * `byS`, where given, is when the owner wants to have heard of it.
   */
  | { readonly kind: 'quiet'; readonly loudest: 'info' | 'warning'; readonly byS?: number };

/** One thing that happened to one server, and what its owner wants to hear of it. */
export interface Episode {
  readonly instanceId: string;
  /** Who must act and why, in a sentence. */
  readonly why: string;
  /** From then on a message about the server may be about this. */
  readonly fromS: number;
  readonly telling: Telling;
  /** Absent where no person must act at any time. */
  readonly page?: PageLabel;
  /** How many messages are fair; repeats of a page that nobody acknowledged do not count. */
  readonly messages: number;
  /** An ordinary recovery: the watchdog does it alone, and two messages tell of it. */
  readonly ordinary?: true;
}

/** What really happened, and what the owner wants to hear. */
export interface Label {
  readonly episodes: readonly Episode[];
  /**
   * The episodes share a cause and may be told as one: so many messages in all are fair. With
   * `pageByS` one page for all must have gone out by then, at a time that is right for one of them.
   */
  readonly together?: { readonly messages: number; readonly pageByS?: number };
}

/** Where a story takes place. */
export interface Stage {
  readonly world: World;
  /** The first server. */
  readonly id: string;
  readonly ids: readonly string[];
  /** For draws of the scenario's own. */
  readonly stream: Stream;
  /** Plans an act, in seconds from second 0. */
  readonly at: (second: number, act: () => void) => void;
  /** A span in seconds from second 0, as faults want it. */
  readonly span: (fromS: number, toS: number) => Span;
  /** A second of the story in ISO 8601, as tags hold it. */
  readonly isoAt: (second: number) => string;
}

/** A story with its label. */
export interface Scenario {
  /** `<family>/<variant>`, unique. */
  readonly name: string;
  readonly family: Family;
  /** What happens, in a sentence. */
  readonly title: string;
  readonly servers: readonly InstanceSpec[];
  /** ISO 8601: when the run begins. */
  readonly startAt: string;
  /** A trail exists, so that API calls reach the event bus. */
  readonly trail: boolean;
  /** Seconds into the run at which the story begins; the fleet is enrolled by then. */
  readonly zeroS: number;
  /** Seconds of the story that are played. */
  readonly lastsS: number;
  readonly play: (stage: Stage) => void;
  readonly label: (truth: Truth, ids: readonly string[]) => Label;
}

/** The first sweeps enrol the fleet, 20 servers each. */
const enrolledAfterS = (count: number): number => 300 + Math.floor(count / 20) * 60;

/** What a scenario is made of; the rest has defaults. */
export interface Sketch {
  /** Without the family. */
  readonly name: string;
  readonly title: string;
  readonly policy?: keyof typeof SCENARIO_POLICIES;
  readonly server?: Partial<InstanceSpec>;
  /** So many servers instead of pod-23, spread evenly over the zones. */
  readonly fleet?: { readonly count: number; readonly zones: readonly string[] };
  readonly startAt?: string;
  readonly trail?: boolean;
  /** How long the story is played; 40 when absent. */
  readonly minutes?: number;
  readonly play: Scenario['play'];
  readonly label: Scenario['label'];
}

/** Makes the scenarios of a family. */
export function family(name: Family, sketches: readonly Sketch[]): readonly Scenario[] {
  return sketches.map((sketch) => {
    const servers = serversOf(sketch);
    return {
      name: `${name}/${sketch.name}`,
      family: name,
      title: sketch.title,
      servers,
      startAt: sketch.startAt ?? '2024-08-01T12:05:00Z',
      trail: sketch.trail ?? false,
      zeroS: enrolledAfterS(servers.length),
      lastsS: (sketch.minutes ?? 40) * 60,
      play: sketch.play,
      label: sketch.label,
    };
  });
}

function serversOf({ policy = 'livechat', server = {}, fleet }: Sketch): readonly InstanceSpec[] {
  const { tags, ...spec } = server;
  const worn = { watchdog: policy, ...tags };
  if (fleet === undefined) return [chatServer(POD_23, { name: 'pod-23', ...spec, tags: worn })];
  return chatFleet(fleet.count, fleet.zones).map((one) => ({ ...one, ...spec, tags: worn }));
}
