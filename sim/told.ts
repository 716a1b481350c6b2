import type { Severity } from '../lambda/core/alert/alert';
import { between, type Instant } from '../lambda/core/time';
import { factsOf, type Fact, type FactOf } from './history';

/** A message of the watchdog, read off what SNS took for people. */
export interface Told {
  /** Seconds from second 0 of the story. */
  readonly at: number;
  /** An instance id, or `many`. */
  readonly instanceId: string;
  readonly incidentId: string;
  readonly event: string;
  readonly severity: Severity;
  /** The section of the runbook that it names. */
  readonly reason: string;
  readonly subject: string;
  readonly text: string;
}

/** The messages on the topic for people, from second 0 on. */
export function toldIn(facts: readonly Fact[], zero: Instant): readonly Told[] {
  const topic = factsOf(facts, 'deployed')[0]?.environment['TOPIC_ARN'];
  if (topic === undefined) throw new Error('The function has no TOPIC_ARN: nothing can be judged');
  return factsOf(facts, 'message')
    .filter(({ topicArn, at }) => topicArn === topic && at >= zero)
    .map((message) => toldBy(message, zero));
}

function toldBy({ at, attributes, subject, email }: FactOf<'message'>, zero: Instant): Told {
  return {
    at: between(zero, at) / 1_000,
    instanceId: attributes['instanceId'] ?? '',
    incidentId: attributes['incidentId'] ?? 'none',
    event: attributes['event'] ?? '',
    severity: attributes['severity'] as Severity,
    reason: /^Runbook\s.*#([a-z0-9-]+)/m.exec(email)?.[1] ?? '',
    subject,
    text: email,
  };
}

/** A page: what calls a person. */
export const isPage = ({ severity }: Told): boolean => severity === 'critical';

/** A message that stands for many servers: a storm's, or a digest. */
export const isOfMany = ({ instanceId }: Told): boolean => instanceId === 'many';

/** The list of what needs nobody, once a day. */
export const isDigest = ({ event }: Told): boolean => event === 'digest';

/** What was told beside the threads of incidents. */
export const isNotice = (told: Told): boolean => told.event === 'notice' || isDigest(told);

/** Two messages with one key are the same page. */
const pageKey = ({ instanceId, incidentId, reason }: Told): string =>
  `${instanceId}/${incidentId}/${reason}`;

/** A page that nobody acknowledged is promised again so long after it was first sent. */
const REPEATED_AFTER_S = [300, 900] as const;
/** The look that finds a repeat due may come this much later. */
const REPEAT_TAKES_S = 75;
/** What is promised to be told again for as long as it lasts, and from when on. */
const REMINDED = { reason: 'no-capacity', afterS: 840 } as const;

/** The same page once more, as it is promised. Sooner, later or more often it is another page. */
function isRepeat(told: Told, times: readonly number[]): boolean {
  const [firstS] = times;
  if (firstS === undefined) return false;
  // The next message of a storm brings its list up to date.
  if (isOfMany(told)) return true;
  const sinceS = told.at - firstS;
  if (told.reason === REMINDED.reason && sinceS >= REMINDED.afterS) return true;
  const due = REPEATED_AFTER_S[times.length - 1];
  return due !== undefined && sinceS >= due && sinceS <= due + REPEAT_TAKES_S;
}

/** The messages that say a page once more. */
export function repeatsAmong(told: readonly Told[]): ReadonlySet<Told> {
  const times = new Map<string, readonly number[]>();
  const repeats = new Set<Told>();
  for (const message of told.filter(isPage)) {
    const key = pageKey(message);
    const before = times.get(key) ?? [];
    if (isRepeat(message, before)) repeats.add(message);
    times.set(key, repeats.has(message) ? [...before, message.at] : [message.at]);
  }
  return repeats;
}
