import type { PendingAlert } from './alert/alert';
import { nextAttemptAt } from './backoff';
import { defer, type Decision, type Situation } from './decision';
import type { Attempt, Incident, LostAddress } from './incident';
import type { InstanceView, PublicAddress } from './observation';
import { oneLine } from './one-line';
import type { InstanceRecord } from './record';
import { mayHaveHappened } from './takedowns';
import { CLOCK_SKEW, after, before, seconds, type Instant } from './time';

/** An association that came to nothing is asked for again; this many requests are enough (S17). */
const MOST_TRIES = 8;
/** EC2 shows an association that it took within this, old answers included. */
const SHOWS_WITHIN = seconds(60);
/** EC2 sets the LaunchTime when it takes a start; a later one is somebody else's start. */
const LAUNCHED_WITHIN = seconds(60);
/** What EC2 says of a refusal is cut to this: the alert's line holds 300 characters. */
const MESSAGE_LIMIT = 120;

/** The public address that users of a running server know; undefined where it has none. */
export function addressOf({ publicIp, hasElasticIp }: InstanceView): PublicAddress | undefined {
  if (publicIp === undefined) return undefined;
  return { publicIp, kind: hasElasticIp ? 'elastic' : 'auto-assigned' };
}

/**
 * Whether its address is another than the noted one while nothing is wrong: somebody changed it,
 * and what they wanted is what counts from then on. During an incident nothing is noted.
 */
export function isAddressNews(
  { address, incident }: Pick<InstanceRecord, 'address' | 'incident'>,
  view: InstanceView,
): boolean {
  if (incident !== undefined || view.state !== 'running') return false;
  const seen = addressOf(view);
  return seen?.publicIp !== address?.publicIp || seen?.kind !== address?.kind;
}

/** The incident with what the boot after a stop brought: the address that was known, or not. */
export function withLostAddress(
  incident: Incident,
  view: InstanceView,
  known: PublicAddress | undefined,
): Incident {
  const { lostAddress, ...rest } = incident;
  if (known === undefined || !isNewBoot(incident, view)) return incident;
  if (view.publicIp === known.publicIp) return lostAddress === undefined ? incident : rest;
  if (lostAddress !== undefined && lostAddress.now === view.publicIp) return incident;
  const now = view.publicIp === undefined ? {} : { now: view.publicIp };
  return { ...rest, lostAddress: { ...known, ...now } };
}

/** Only a stop takes an address away; what happens to it within a boot is somebody's wish. */
function isNewBoot({ progress, launchTimeBefore }: Incident, view: InstanceView): boolean {
  if (view.state !== 'running' || progress.kind === 'down') return false;
  return view.launchTime === progress.launchTime && view.launchTime > launchTimeBefore;
}

/** The requests to associate its Elastic IP again. */
function triesOf(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.filter(({ remediation }) => remediation === 'associate-address');
}

/**
 * What is to be done about an Elastic IP that it came back without: its association, or the wait
 * for the next try; undefined where it is a person's. Only in a boot that the watchdog brought
 * about: who starts a server by hand may have taken its address for something else.
 */
export function associateAddress(situation: Situation): Decision | undefined {
  const { incident, view, now } = situation;
  const { lostAddress } = incident;
  if (lostAddress === undefined || !mayAssociate(situation)) return undefined;
  const tries = triesOf(incident.attempts);
  const last = tries.at(-1);
  const taken = tries.find(({ outcome }) => outcome.kind === 'accepted');
  if (taken !== undefined) {
    const until = after(taken.at, SHOWS_WITHIN);
    return now < until && taken.at >= view.launchTime ? defer('verifying', until) : undefined;
  }
  if (tries.length >= MOST_TRIES || last?.outcome.kind === 'refused') return undefined;
  const until = nextAttemptAt(tries, incident.id);
  if (until !== undefined && now < until) return defer('backing-off', until);
  return {
    kind: 'remediate',
    remediation: 'associate-address',
    reason: 'address-lost',
    detail: lostAddress.publicIp,
  };
}

function mayAssociate(situation: Situation): boolean {
  const { incident, view, policy, pause } = situation;
  if (!policy.reassociateAddress || policy.mode !== 'act' || pause.kind !== 'none') return false;
  if (incident.lostAddress?.kind !== 'elastic' || incident.mandate.kind !== 'rescue') return false;
  // EC2 would take another Elastic IP from it, which somebody gave it meanwhile.
  if (view.state !== 'running' || view.hasElasticIp) return false;
  return isOurBoot(situation);
}

/** A start of ours, heard of or not, and also one without the table, is why it runs. */
function isOurBoot({ incident, starts, view }: Situation): boolean {
  const tried = incident.attempts.filter(({ remediation }) => remediation === 'start');
  const times = [...starts, ...tried.filter(mayHaveHappened).map(({ at }) => at)];
  return times.some(
    (at) =>
      view.launchTime >= before(at, CLOCK_SKEW) && view.launchTime <= after(at, LAUNCHED_WITHIN),
  );
}

/** What decides whether people must hear of the address now. */
export interface AddressNews {
  /** The incident before this look. */
  readonly before: Incident | undefined;
  /** The watchdog still sees to it. */
  readonly isPending: boolean;
  readonly now: Instant;
}

/**
 * Puts into the outbox, once each, that the server is up again without its public address, and
 * that it has it again. Told once it serves (until then it is down all the same), and not before
 * the watchdog is done with it.
 */
export function addressTold(record: InstanceRecord, news: AddressNews): InstanceRecord {
  const { incident, outbox } = record;
  if (incident === undefined) return record;
  const { lostAddress } = incident;
  if (lostAddress === undefined) {
    const text = againText(incident, news.before?.lostAddress);
    const alert = text === undefined ? [] : [alertOf(incident, text, { severity: 'info', news })];
    return alert.length === 0 ? record : { ...record, outbox: [...outbox, ...alert] };
  }
  const isUp = incident.progress.kind === 'serving' || incident.resolved !== undefined;
  if (lostAddress.toldAt !== undefined || news.isPending || !isUp) return record;
  const severity = lostAddress.kind === 'elastic' ? 'critical' : 'warning';
  const alert = alertOf(incident, lostText(incident, lostAddress), { severity, news });
  const told = { ...incident, lostAddress: { ...lostAddress, toldAt: news.now } };
  return { ...record, incident: told, outbox: [...outbox, alert] };
}

function alertOf(
  incident: Incident,
  text: string,
  { severity, news }: { readonly severity: PendingAlert['severity']; readonly news: AddressNews },
): PendingAlert {
  const key = `${incident.id}:changed:${news.now}:${text}`;
  return { key, kind: 'changed', severity, at: news.now, text };
}

/** Went down again before anybody heard: nothing came back. */
function againText(
  { progress, attempts }: Incident,
  lost: LostAddress | undefined,
): string | undefined {
  if (lost === undefined || progress.kind === 'down') return undefined;
  const isOurs = triesOf(attempts).some(({ outcome }) => outcome.kind === 'accepted');
  const by = isOurs ? 'the watchdog associated it again' : 'it is there again';
  return `It was not at its address ${lost.publicIp} after the stop: ${by}.`;
}

/** That it is not reached where it was, in a sentence for the alerts. */
export function describeLostAddress({ kind, publicIp, now }: LostAddress): string {
  const former = kind === 'elastic' ? 'its Elastic IP' : 'its old public address';
  return `It is not at ${former} ${publicIp} since the stop, but at ${now ?? 'none'}`;
}

function lostText(incident: Incident, lost: LostAddress): string {
  const users = `${describeLostAddress(lost)}: who uses ${lost.publicIp} does not reach it.`;
  const outcome = triesOf(incident.attempts).at(-1)?.outcome;
  if (outcome === undefined) return users;
  const why = 'message' in outcome ? `: ${oneLine(outcome.message, MESSAGE_LIMIT)}` : '.';
  return `${users} The watchdog could not associate it again${why}`;
}
