/*
 * A pager such as PagerDuty or Jira Service Management, subscribed to the pager topic through its
 * integration for CloudWatch: it reads alarms, opens one page for each name that goes into ALARM
 * and closes it by an OK of the same name.
 */

/** A CloudWatch alarm's notification, as far as a pager reads it. */
export interface AlarmNotification {
  readonly alarmName: string;
  readonly state: 'ALARM' | 'OK';
  readonly reason: string;
  readonly description: string;
}

/** What came of it. `again`: the page was open already; `nothing`: an OK of no page. */
export type PageEffect = 'opened' | 'again' | 'closed' | 'nothing';

const STATES = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];
const ALARM_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/;
const TEXTS = ['AlarmName', 'AWSAccountId', 'NewStateReason', 'Region', 'AlarmArn'] as const;

/**
 * Reads a message as an alarm, or tells why it is none. PagerDuty drops one whose subject does not
 * begin with the state that the message has.
 */
export function readAlarm(
  message: string,
  subject: string,
): AlarmNotification | { readonly mistake: string } {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = JSON.parse(message) as typeof fields;
  } catch {
    return { mistake: 'the message is no JSON' };
  }
  const empty = TEXTS.find((name) => typeof fields[name] !== 'string' || fields[name] === '');
  if (empty !== undefined) return { mistake: `${empty} is missing` };
  const { NewStateValue: state, OldStateValue: old, Trigger: trigger } = fields;
  if (!STATES.includes(String(state)) || !STATES.includes(String(old)) || state === old) {
    return { mistake: `the state goes from ${String(old)} to ${String(state)}` };
  }
  if (state === 'INSUFFICIENT_DATA') return { mistake: 'the watchdog has no such state' };
  if (!subject.startsWith(`${String(state)}: `)) return { mistake: `the subject "${subject}"` };
  if (!ALARM_TIME.test(String(fields['StateChangeTime']))) return { mistake: 'StateChangeTime' };
  if (typeof trigger !== 'object' || trigger === null || !('MetricName' in trigger)) {
    return { mistake: 'Trigger has no MetricName' };
  }
  return {
    alarmName: String(fields['AlarmName']),
    state: state === 'OK' ? 'OK' : 'ALARM',
    reason: String(fields['NewStateReason']),
    description: String(fields['AlarmDescription'] ?? ''),
  };
}

/** The pages that are open. */
export class Pager {
  readonly #open = new Set<string>();

  /** Takes an alarm and answers what it did. */
  take({ alarmName, state }: AlarmNotification): PageEffect {
    if (state === 'OK') return this.#open.delete(alarmName) ? 'closed' : 'nothing';
    if (this.#open.has(alarmName)) return 'again';
    this.#open.add(alarmName);
    return 'opened';
  }
}
