import type { Attempt, Incident } from '../incident';
import { oneLine } from '../one-line';
import { uncertainty } from '../outage';
import { describeLostAddress } from '../public-address';
import { describeRemediation, isTakedown } from '../remediation';
import type { InstanceRecord } from '../record';
import { CLOCK_SKEW, before, between, type Instant } from '../time';
import { CODE_LIMIT, doneLines, verdictLine, type Line } from './done-text';
import { clock, length } from './format';
import { hooksLine } from './hook-alerts';

/** What telling of a recovery needs beside the record. */
interface ServingContext {
  readonly timeZone: string;
}

/** The outage that is over, how it went, and what goes on. */
export function servingLines(
  record: InstanceRecord,
  incident: Incident,
  context: ServingContext,
): readonly Line[] {
  const { outage, openedAt, progress } = incident;
  const end = outage.goodAgain ?? openedAt;
  const acts = actsOf(incident);
  const by = progress.kind === 'serving' ? PROOF_TEXT[progress.proof] : 'its checks';
  const times = [
    ...(openedAt < outage.firstKnownBad ? [] : [`detected after ${sinceBad(incident, openedAt)}`]),
    ...acts.map(
      ({ remediation, at }) =>
        `${describeRemediation(remediation)} requested after ${sinceBad(incident, at)}`,
    ),
    `serving after ${sinceBad(incident, end)}`,
  ];
  return [
    ['Outage', outageText(incident, end, context)],
    ['Times', `${times.join(', ')}.`],
    ['Proof', by],
    verdictLine(incident),
    ...(acts.length === 0
      ? [['Done', doneByOthers(incident)] as const]
      : doneLines(incident, context)),
    ...typeLines(record),
    ...hookLines(incident),
    ...nextLines(incident),
  ];
}

/** The work that goes on: presence, backfill. */
function hookLines(incident: Incident): readonly Line[] {
  const text = hooksLine(incident);
  return text === undefined ? [] : [['Hooks', text]];
}

/** It may serve, and its users may not reach it: all is not well then. */
function nextLines({ lostAddress }: Incident): readonly Line[] {
  if (lostAddress === undefined) {
    return [['You', 'nothing to do. The checks go on; you hear only if one fails.']];
  }
  return [
    ['Address', `${describeLostAddress(lostAddress)}.`],
    ['You', `see that who uses ${lostAddress.publicIp} reaches it. The checks go on.`],
  ];
}

/** In a long list the first act and the last ones tell how it went. */
const MOST_ACTS = 4;

/** What was done about this outage, as AWS took it; what only made room is told elsewhere. */
function actsOf({ attempts, outage }: Incident): readonly Attempt[] {
  const done = attempts.filter(
    ({ remediation, outcome, at }) =>
      outcome.kind === 'accepted' &&
      at >= before(outage.firstKnownBad, CLOCK_SKEW) &&
      (remediation === 'start' || isTakedown(remediation)),
  );
  return done.length <= MOST_ACTS ? done : [...done.slice(0, 1), ...done.slice(1 - MOST_ACTS)];
}

function typeLines({ ownType, label }: InstanceRecord): readonly Line[] {
  if (ownType === undefined) return [];
  const now = oneLine(label.instanceType, CODE_LIMIT);
  const own = oneLine(ownType, CODE_LIMIT);
  return [
    ['Type', `${now} for want of capacity. ${own} is restored at a quiet hour, announced before.`],
  ];
}

/** What is said where no start of the watchdog brought it back. */
function doneByOthers({ condition }: Incident): string {
  return condition !== 'stopped'
    ? 'nothing by the watchdog.'
    : 'started by somebody else; verified by the watchdog.';
}

const PROOF_TEXT = {
  'ready-event': "the server's own ready event.",
  'application-check': "EC2's application status check.",
  'status-checks': "EC2's status checks.",
} as const;

function sinceBad({ outage }: Incident, at: Instant): string {
  return length(between(outage.firstKnownBad, at));
}

function outageText({ outage }: Incident, end: Instant, { timeZone }: ServingContext): string {
  const lasted = length(between(outage.firstKnownBad, end));
  const earlier = length(uncertainty(outage));
  const from = clock(outage.firstKnownBad, timeZone);
  const span = `${from} to ${clock(end, timeZone)}, ${lasted}`;
  return `${span}; it may have begun up to ${earlier} earlier.`;
}
