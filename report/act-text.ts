import type { Attempt } from '../lambda/core/incident';
import { isTakedown } from '../lambda/core/remediation';
import { unreachable } from '../lambda/core/unreachable';
import { remediationText } from './known-word';
import { printable, printableWord } from './printable';

/** Why a takedown was not made after all, by what was seen right before it. */
const UNMADE: Readonly<Record<string, string>> = {
  OwnStopTagNotSeen: "not made: EC2's answers were old",
  OwnStopTagNotWritten: 'not made: the tag that must go before it could not be written',
  NotSeenAgain: 'not made: EC2 did not show the server again',
  ChangedMeanwhile: 'not made: the server changed meanwhile',
  PausedMeanwhile: 'not made: somebody paused it meanwhile',
};

/** A remediation with what it was made with: `change of its type to m6i.xlarge`. */
export function actText({ remediation, detail }: Attempt): string {
  const what = remediationText(remediation);
  if (detail === undefined) return what;
  const made = printableWord(detail);
  if (remediation === 'change-type') return `${what} to ${made}`;
  return remediation === 'associate-address' ? `${what} ${made}` : what;
}

/** What AWS answered, in words. */
export function outcomeText({ remediation, outcome }: Attempt): string {
  switch (outcome.kind) {
    case 'intended':
      return 'requested; nothing was heard of it since';
    case 'accepted':
      return `accepted by ${remediation === 'restart-service' ? 'Systems Manager' : 'EC2'}`;
    case 'no-capacity':
      return `refused: no capacity (${printableWord(outcome.code)})`;
    case 'unavailable':
      return `not taken: AWS's API failed or throttled (${printableWord(outcome.code)})`;
    case 'not-asked':
      return 'not asked: it waited for its turn under our own rate limit';
    case 'batch-failed':
      return `refused together with others (${printableWord(outcome.code)})`;
    case 'wrong-state':
      return UNMADE[outcome.code] ?? `too early (${printableWord(outcome.code)})`;
    case 'refused':
      return `refused: ${printableWord(outcome.code)}: ${printable(outcome.message)}`;
    default:
      return unreachable(outcome);
  }
}

/** Whether an attempt changed the server itself, and did not only make room or give an address. */
export function isRescue({ remediation, outcome }: Attempt): boolean {
  return outcome.kind === 'accepted' && (remediation === 'start' || isTakedown(remediation));
}
