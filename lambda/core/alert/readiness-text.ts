import { oneLine } from '../one-line';
import { blocksRescue, describeFinding, type Finding } from '../readiness';
import type { Severity } from './alert';
import { ascii } from './format';
import { atMost, listed } from './server-list';
import type { AlertText } from './text';

/** What the readiness check found anew on one instance. */
export interface ReadinessGap {
  readonly instanceId: string;
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** An e-mail has at most this many lines of findings. */
const LIST_LIMIT = 60;

/** One message for all gaps that a round of checks found: a notice, not a page. */
export function renderReadiness(
  gaps: readonly ReadinessGap[],
  runbookUrl: string,
): AlertText & { readonly severity: Severity } {
  const blocked = gaps.filter(({ findings }) => findings.some(blocksRescue));
  const severity = blocked.length > 0 ? 'warning' : 'info';
  const first = ascii(gaps[0]?.name ?? '', 40);
  const what = gaps.length === 1 ? first : `${gaps.length} instances`;
  const subject = ascii(
    blocked.length > 0
      ? `Not ready for a rescue: ${what}`
      : `Readiness of ${what}: something to know`,
    99,
  );
  const lines = gaps.flatMap(({ instanceId, name, findings }) =>
    findings.map(
      (finding) => `${listed(name, instanceId)}: ${oneLine(describeFinding(finding), 400)}`,
    ),
  );
  const email = [
    'The daily readiness check looks at what a rescue would need. New since the last message:',
    '',
    ...atMost(
      lines,
      LIST_LIMIT,
      (count) => `and ${count} more (see the tag watchdog:ready on the instances)`,
    ),
    '',
    `Runbook  ${runbookUrl}#readiness`,
  ].join('\n');
  return { subject, email: `${email}\n`, sms: ascii(subject, 160), severity };
}
