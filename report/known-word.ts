import { describeTrouble } from '../lambda/core/alert/cause-text';
import type { Incident } from '../lambda/core/incident';
import { describeFinding, type Finding } from '../lambda/core/readiness';
import { describeReason, type Reason } from '../lambda/core/reasons';
import { describeRemediation, type Remediation } from '../lambda/core/remediation';
import { printable, printableWord } from './printable';

/**
 * A description of what a record says. A record that a newer version wrote may hold words that this
 * one has no text for: the report says the word itself then, and does not fail on it.
 */
function described(describe: () => string, word: string): string {
  try {
    return printable(describe());
  } catch {
    return printableWord(word);
  }
}

/** A remediation in the words of the alerts. */
export const remediationText = (remediation: Remediation): string =>
  described(() => describeRemediation(remediation), remediation);

/** What happened, in half a sentence. */
export const troubleText = (incident: Incident): string =>
  described(() => describeTrouble(incident), incident.condition);

/** What the readiness check found. */
export const findingText = (finding: Finding): string =>
  // A record does not say which policies there are.
  described(() => describeFinding(finding), finding.kind).replace(' (there are: )', '');

/** The sentence of a reason. */
export const reasonText = (reason: Reason): string => printable(describeReason(reason));
