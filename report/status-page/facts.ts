import type { Proof } from '../../lambda/core/incident';
import { isTakedown, type Remediation } from '../../lambda/core/remediation';
import { earliest, latest, ms, type Duration, type Instant } from '../../lambda/core/time';
import type { CorrectiveKind, IncidentReport, InstanceReport } from '../model';

/** A cause as customers may hear it: no principal, no id, no name of a rule. */
export type PublicCause =
  | 'stopped-by-provider'
  | 'no-capacity'
  | 'failed-start'
  | 'host-impaired'
  | 'volumes-impaired'
  | 'guest-impaired'
  | 'application-impaired'
  | 'shut-down-from-inside'
  | 'stopped-by-request'
  | 'stopped-by-schedule'
  | 'spot'
  | 'configuration'
  | 'test'
  | 'provider-maintenance'
  | 'own-maintenance'
  | 'terminated'
  | 'unknown';

/** The servers that a draft speaks of. */
export interface Who {
  /** Their names, printable. */
  readonly names: readonly string[];
}

/** One kind of act that AWS accepted. */
export interface PublicAct {
  readonly remediation: Remediation;
  readonly first: Instant;
  readonly last: Instant;
  readonly count: number;
}

/** All that a draft may tell: measured, and nothing that belongs inside the house. */
export interface StatusFacts {
  readonly who: Who;
  readonly timeZone: string;
  /** It ran on and did not work properly; else it did not serve. */
  readonly isImpaired: boolean;
  readonly from: Instant;
  /** The first of them may have begun this much earlier. */
  readonly uncertainty?: Duration | undefined;
  /** When the last of them served again; undefined while one does not. */
  readonly to?: Instant | undefined;
  /** The shortest and the longest time that one of them did not serve. */
  readonly lengths?: { readonly least: Duration; readonly most: Duration } | undefined;
  /** How often the one that went down most often did. */
  readonly times: number;
  readonly detectedAt: Instant;
  readonly alertedAt?: Instant | undefined;
  readonly acts: readonly PublicAct[];
  /** When the last of them was first seen running again; undefined until all are. */
  readonly runningAt?: Instant | undefined;
  readonly proofs: readonly Proof[];
  /** When every check of the last of them had passed. */
  readonly recoveredAt?: Instant | undefined;
  readonly isOver: boolean;
  readonly cause: PublicCause;
  readonly isCauseSure: boolean;
  /** As far as it is known, AWS is behind it. */
  readonly isProviders: boolean;
  /** Codes of AWS Health's events on these servers. */
  readonly health: readonly string[];
  readonly corrective: readonly CorrectiveKind[];
}

/** The facts for customers; undefined where no server ceased to serve: there is nothing to say. */
export function statusFacts(report: IncidentReport): StatusFacts | undefined {
  const hit = report.instances.filter(({ windows }) => windows.length > 0);
  const [first, ...others] = hit;
  if (first === undefined) return undefined;
  const uncertain = hit.flatMap(({ windows }) => windows.slice(0, 1)).toSorted(byBeginning)[0];
  const [alert] = report.alerts;
  return {
    who: { names: hit.map(({ name, instanceId }) => publicName(name) || instanceId) },
    timeZone: report.timeZone,
    isImpaired: hit.every(({ condition }) => condition === 'impaired'),
    from: report.zero,
    uncertainty: uncertain?.uncertainty,
    to: lastOf(hit.map(({ windows }) => windows.at(-1)?.to)),
    lengths: lengthsOf(hit),
    times: Math.max(...hit.map(({ windows }) => windows.length)),
    detectedAt: earliest(first.openedAt, ...others.map(({ openedAt }) => openedAt)),
    alertedAt: alert?.at,
    acts: actsOf(hit),
    runningAt: lastOf(hit.map(({ runningAt }) => runningAt)),
    proofs: [...new Set(hit.flatMap(({ proof }) => (proof === undefined ? [] : [proof])))],
    recoveredAt: lastOf(hit.map(recoveredAt)),
    isOver: hit.every(({ resolved }) => resolved !== undefined),
    ...causeOf(hit),
    isProviders: hit.some(({ cause }) => cause.kind === 'aws'),
    health: [...new Set(hit.flatMap(({ health }) => health.map(({ code }) => code)))],
    corrective: [...new Set(report.corrective.map(({ kind }) => kind))],
  };
}

/** Whatever page it is pasted into: nothing in a name opens markup, a link or a mention there. */
const publicName = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N} ._-]/gu, ' ')
    .replace(/ +/g, ' ')
    .replace(/(?<=\bwww)\./gi, ' ')
    .trim();

const byBeginning = (one: { readonly from: Instant }, other: { readonly from: Instant }): number =>
  one.from - other.from;

/** The last of some moments; undefined where one is missing. */
function lastOf(all: readonly (Instant | undefined)[]): Instant | undefined {
  const known = all.filter((at) => at !== undefined);
  const [first, ...rest] = known;
  return first === undefined || known.length < all.length ? undefined : latest(first, ...rest);
}

function lengthsOf(hit: readonly InstanceReport[]): StatusFacts['lengths'] {
  const known = hit.map(({ figures }) => figures.impact).filter((one) => one !== undefined);
  if (known.length < hit.length) return undefined;
  return { least: ms(Math.min(...known)), most: ms(Math.max(...known)) };
}

function recoveredAt({ resolved }: InstanceReport): Instant | undefined {
  return resolved?.reason === 'recovered' ? resolved.at : undefined;
}

/** What changed the servers themselves, in the order of first use. */
function actsOf(hit: readonly InstanceReport[]): readonly PublicAct[] {
  const groups = new Map<Remediation, PublicAct>();
  for (const { at, remediation, taken } of hit.flatMap(({ acts }) => acts)) {
    if (!taken || !(remediation === 'start' || isTakedown(remediation))) continue;
    const known = groups.get(remediation);
    groups.set(remediation, {
      remediation,
      first: known === undefined ? at : earliest(known.first, at),
      last: known === undefined ? at : latest(known.last, at),
      count: (known?.count ?? 0) + 1,
    });
  }
  return [...groups.values()].toSorted((one, other) => one.first - other.first);
}

/** One cause for all, or none that can be named; it is sure only where EC2 names it for each. */
function causeOf(hit: readonly InstanceReport[]): Pick<StatusFacts, 'cause' | 'isCauseSure'> {
  const causes = new Set(hit.map(publicCause));
  const [only] = causes;
  return {
    cause: causes.size === 1 && only !== undefined ? only : 'unknown',
    isCauseSure: causes.size === 1 && hit.every(({ cause }) => cause.confidence === 'high'),
  };
}

function publicCause(one: InstanceReport): PublicCause {
  switch (one.condition) {
    case 'terminated':
      return 'terminated';
    case 'planned':
      return one.cause.kind === 'self' ? 'own-maintenance' : 'provider-maintenance';
    case 'impaired':
      return impairedCause(one);
    default:
      return stopCause(one);
  }
}

function impairedCause({ worst }: InstanceReport): PublicCause {
  switch (worst) {
    case 'system':
      return 'host-impaired';
    case 'attachedEbs':
      return 'volumes-impaired';
    case 'instance':
      return 'guest-impaired';
    case 'application':
      return 'application-impaired';
    default:
      return 'unknown';
  }
}

/** Low confidence names nothing to customers. */
function stopCause({ cause }: InstanceReport): PublicCause {
  if (cause.confidence === 'low') return 'unknown';
  switch (cause.kind) {
    case 'aws':
      if (cause.detail === 'capacity') return 'no-capacity';
      return cause.detail === 'suspect' ? 'failed-start' : 'stopped-by-provider';
    case 'api':
      return cause.detail === 'game-day' ? 'test' : 'stopped-by-request';
    case 'scheduler':
      return 'stopped-by-schedule';
    case 'guest':
      return 'shut-down-from-inside';
    case 'spot':
      return 'spot';
    case 'self':
      return 'own-maintenance';
    default:
      return cause.detail === 'configuration' ? 'configuration' : 'unknown';
  }
}
