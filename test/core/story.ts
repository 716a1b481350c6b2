import type { PendingAlert } from '../../lambda/core/alert/alert';
import { intend, settle } from '../../lambda/core/attempt';
import type { Evidence } from '../../lambda/core/evidence';
import type { HookNews } from '../../lambda/core/hook-run';
import { settleHook, type HookSend } from '../../lambda/core/hooks';
import type { AttemptOutcome } from '../../lambda/core/incident';
import type { InstanceView } from '../../lambda/core/observation';
import type { Policy } from '../../lambda/core/policy';
import type { InstanceRecord } from '../../lambda/core/record';
import { step, type Step } from '../../lambda/core/step';
import type { TakedownFacts } from '../../lambda/core/takedown-facts';
import { between, type Instant } from '../../lambda/core/time';
import { T0, aPolicy, aRecord, at, clearFacts, policiesOf } from './builders';

/** What one look of a story brings, beside the time and what EC2 shows. */
export interface Look {
  readonly fresh?: readonly Evidence[];
  /** What EC2 answers should a start be requested. */
  readonly outcome?: AttemptOutcome;
  readonly policy?: Policy;
  /** What is found out before it is taken down; by default nothing speaks against it. */
  readonly facts?: Partial<TakedownFacts> | 'unread';
  /** What is told of hooks. */
  readonly news?: readonly HookNews[];
  /** A Lambda that dies between the intent and its record leaves an attempt unheard of. */
  readonly diesAfterIntent?: boolean;
}

/**
 * Plays one instance through many looks as the shell does: step, once more with the facts where a
 * takedown asks for them, intend, act, settle, send what is in the outbox, and take an incident
 * off the record once it is over and told.
 */
export class Story {
  record: InstanceRecord;
  /** When each start was requested. */
  readonly starts: Instant[] = [];
  /** Everything else that was requested, as `remediation seconds` after T0. */
  readonly acts: string[] = [];
  /** Every hook that was sent, as its key `seconds` after T0; AWS takes each. */
  readonly hooks: string[] = [];
  readonly alerts: PendingAlert[] = [];
  /** Each decision once, as `kind reason`, in the order of their changes. */
  readonly decisions: string[] = [];
  readonly policy: Policy;

  constructor(policy: Partial<Policy> = {}, record: Partial<InstanceRecord> = {}) {
    this.policy = aPolicy(policy);
    this.record = aRecord(record);
  }

  /** One look so many seconds after T0. */
  look(offsetSeconds: number, view: InstanceView | undefined, look: Look = {}): Step {
    const now = at(offsetSeconds);
    const input = {
      view,
      record: this.record,
      fresh: look.fresh ?? [],
      hookNews: look.news,
      policies: policiesOf(look.policy ?? this.policy),
      lastSweepAt: undefined,
      now,
    };
    const first = step(input);
    const isUnchecked = first.decision.reason === 'takedown-unchecked' && look.facts !== 'unread';
    const facts = clearFacts(look.facts === 'unread' ? {} : look.facts);
    const taken = isUnchecked ? step({ ...input, facts }) : first;
    const { decision } = taken;
    const line = `${decision.kind} ${decision.reason}`;
    if (this.decisions.at(-1) !== line) this.decisions.push(line);
    this.record = taken.record;
    if (decision.kind === 'remediate') {
      this.act(decision, now, look);
    }
    if (look.diesAfterIntent !== true) this.send(taken.hooks ?? [], now);
    this.alerts.push(...this.record.outbox);
    this.record = { ...this.record, outbox: [] };
    this.archive();
    return taken;
  }

  private act(intent: Parameters<typeof intend>[1], now: Instant, look: Look): void {
    const { remediation, reason, detail } = intent;
    this.record = intend(this.record, { remediation, reason, detail }, now);
    if (look.diesAfterIntent === true) return;
    if (remediation === 'start') this.starts.push(now);
    else this.acts.push(`${remediation} ${between(T0, now) / 1_000}`);
    this.record = settle(this.record, look.outcome ?? { kind: 'accepted', at: now }, now);
  }

  private send(sends: readonly HookSend[], now: Instant): void {
    for (const { run } of sends) {
      this.hooks.push(`${run.key.slice(run.key.indexOf('/') + 1)} ${between(T0, now) / 1_000}`);
      this.record = settleHook(this.record, run.key, { outcome: { kind: 'accepted' }, now });
    }
  }

  private archive(): void {
    const { incident, ...rest } = this.record;
    if (incident?.resolved === undefined) return;
    this.record = { ...rest, lastIncidentId: incident.id };
  }

  /** The alerts so far, as `kind`, or `kind reason` for a page; a repetition says nothing new. */
  get told(): readonly string[] {
    return this.alerts
      .filter(({ repeat }) => repeat === undefined)
      .map(({ kind, reason }) => (reason === undefined ? kind : `${kind} ${reason}`));
  }

  /** When pages were sent again, in seconds after T0. */
  get repeats(): readonly number[] {
    return this.alerts
      .filter(({ repeat }) => repeat !== undefined)
      .map((alert) => (alert.at - at(0)) / 1_000);
  }

  /** When the alerts with this reason went out, in seconds after T0. */
  timesOf(reason: PendingAlert['reason']): readonly number[] {
    return this.alerts
      .filter((alert) => alert.reason === reason && alert.repeat === undefined)
      .map((alert) => (alert.at - at(0)) / 1_000);
  }
}
