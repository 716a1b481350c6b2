import type { EscalateReason } from './reasons';

/** What people must know of a metric; docs/observability.md prints it. */
interface MetricFacts {
  readonly unit: 'Count' | 'Seconds';
  /** What it says, and when it is emitted. */
  readonly says: string;
  /** What to do when it is odd; Markdown, links as from the folder docs. */
  readonly odd: string;
}

/**
 * Every metric that the watchdog emits. A name costs $0.30 for a month in which it is always
 * emitted and by the hour otherwise, so that only those of each sweep are worth counting. None has
 * a dimension but `service`: a reason, a server or an operation would each be a metric of its own,
 * and stands in the log instead, where a query asks for it.
 * https://aws.amazon.com/cloudwatch/pricing/
 */
export const METRICS = {
  Heartbeat: {
    unit: 'Count',
    says: 'One for each sweep whose first look at EC2 and the table worked.',
    odd: 'One a minute. Less: [Heartbeat missing](runbook.md#heartbeat-missing).',
  },
  SweepSeconds: {
    unit: 'Seconds',
    says: 'From the first line of a sweep to its last message, whether it worked or not.',
    odd:
      'Idle under 2 s; it grows with the fleet and with what is open. Near 15 s, the time-out: ' +
      'see which calls are slow, in the query "Long runs" and in ApiThrottles.',
  },
  Managed: {
    unit: 'Count',
    says: 'Instances with the opt-in tag, at each sweep.',
    odd: 'A sudden drop: tags were removed, or servers terminated. Zero: EC2 shows none.',
  },
  OpenIncidents: {
    unit: 'Count',
    says: 'Instances with an open incident, at each sweep.',
    odd: 'See what they wait for: the query "Incidents and their last decision".',
  },
  SignalsRejected: {
    unit: 'Count',
    says: 'Messages that cannot be read as an event: a field is missing or malformed.',
    odd: 'Any: AWS changed an event, or somebody else sends to the queue. Query "Unreadable".',
  },
  SignalsIgnored: {
    unit: 'Count',
    says: 'Well-formed events that are none of its business: failed calls, replays, foreign ones.',
    odd: 'Harmless. The log names the reasons at the level `DEBUG`.',
  },
  DecisionsRemediate: {
    unit: 'Count',
    says: 'Attempts that a record took up, whatever AWS then answered.',
    odd: 'Many for few servers: something does not hold. Query "Acts and their outcomes".',
  },
  StartsRequested: {
    unit: 'Count',
    says: 'Instances for which EC2 was asked for a start, each time.',
    odd: 'More than DecisionsRemediate: starts without the table, or that met another run.',
  },
  StartsRefused: {
    unit: 'Count',
    says: 'Of these, those that EC2 did not accept, no capacity included.',
    odd: 'Query "Acts and their outcomes"; [no-capacity](runbook.md#no-capacity).',
  },
  TakedownsRequested: {
    unit: 'Count',
    says: 'Restarts of a service, reboots, stops and forced stops that AWS was asked for.',
    odd: 'More than servers that were ill: query "Acts and their outcomes".',
  },
  Escalations: {
    unit: 'Count',
    says: 'Reasons for which a person was called, each once in an incident.',
    odd: 'Query "Decisions by reason"; each has its section in the [runbook](runbook.md).',
  },
  Refusals: {
    unit: 'Count',
    says: 'Of these, those where a rule of the watchdog kept it from acting.',
    odd: 'The same ones again and again: a setting does not fit. Query "Refusals".',
  },
  TimeToDetect: {
    unit: 'Seconds',
    says:
      'First known bad to incident opened. As the three that follow, of outages that nobody ' +
      'wished for, of servers that were enrolled.',
    odd:
      'Over 15 s for what AWS stopped: its event came late. Zero: a sweep found it without one, ' +
      'and nobody knows since when. A failing check has its toleration (minutes) in it.',
  },
  TimeToAct: {
    unit: 'Seconds',
    says: 'Opened, or seen stopped if that was later, to the first act that AWS accepted.',
    odd: 'Over 5 s for a plain start: no capacity (then hours), throttling, another rung first.',
  },
  TimeToServe: {
    unit: 'Seconds',
    says: 'First known bad to the first proof that it serves again: the outage as users felt it.',
    odd: "Mostly EC2's boot and the application's start. A ready event proves it soonest.",
  },
  TimeToVerify: {
    unit: 'Seconds',
    says: 'Serving to recovered: until every check had passed as often as the policy asks.',
    odd: 'Some minutes: EC2 checks each minute. Much more: a check flaps, or the table was down.',
  },
  TimeToHook: {
    unit: 'Seconds',
    says: 'Serving to the moment that a hook was first taken; one that comes after another waits.',
    odd: 'Over 5 s for the first one: its agent or its bus did not take it. [Hooks](hooks.md).',
  },
  TimeOfHook: {
    unit: 'Seconds',
    says: 'From a hook being taken to the word that it is done.',
    odd: "The hook's own time. Near its deadline: see what its program or document waits for.",
  },
  ChatsRecovered: {
    unit: 'Count',
    says: 'What hooks report to have recovered.',
    odd: 'None after a long outage: does the backfill report it? [Hooks](hooks.md).',
  },
  HooksFailed: {
    unit: 'Count',
    says: 'Hooks that failed for good, or did not end in time.',
    odd: 'Any: [recovered-work-left](runbook.md#recovered-work-left).',
  },
  TimeToAcknowledge: {
    unit: 'Seconds',
    says:
      'First page (or opening) to the look that saw it acknowledged, up to a minute later. ' +
      'The number of its values is the number of acknowledgements.',
    odd: 'Pages that nobody acknowledges come again after 5 and 15 min.',
  },
  PagesRepeated: {
    unit: 'Count',
    says: 'Pages sent again because nobody acknowledged them.',
    odd: 'Any: nobody heard it. See who is subscribed, and to what.',
  },
  AlertsSent: {
    unit: 'Count',
    says: 'Messages that SNS took for people, of any severity.',
    odd: 'Far more than two for an ordinary incident: query "Alerts".',
  },
  AlertsCritical: {
    unit: 'Count',
    says: 'Of these, those that ask a person to act now.',
    odd: 'One in vain is one too many: correct its cause or the policy. Query "Alerts".',
  },
  AlertsWarning: {
    unit: 'Count',
    says: 'Of these, those that somebody should know of.',
    odd: 'Query "Alerts".',
  },
  AlertsFailed: {
    unit: 'Count',
    says: 'Messages that SNS did not take; they are sent again at each look.',
    odd: 'Any: [Alerts failed](runbook.md#alerts-failed).',
  },
  ChannelsFailed: {
    unit: 'Count',
    says: 'Messages that the chat or pager topic did not take, or whose text failed.',
    odd: 'The topic of people has them. See the log for `alert-not-taken`, and the topic.',
  },
  EventsFailed: {
    unit: 'Count',
    says: 'Events for programs that EventBridge did not take after two tries.',
    odd: 'They are not sent again. See the log for `events-not-taken`, and the bus.',
  },
  ApiErrors: {
    unit: 'Count',
    says: 'Calls of AWS that failed: server errors, time-outs, what is not permitted.',
    odd: 'Query "Refused calls". A few are retried and heal; a missing permission does not.',
  },
  ApiThrottles: {
    unit: 'Count',
    says: 'Calls of AWS that were throttled.',
    odd: 'Somebody else uses up the rate of the account, or a storm is on. Query "Refused calls".',
  },
  ReadsFailed: {
    unit: 'Count',
    says: 'Looks that EC2 or CloudWatch did not answer, and records that could not be read.',
    odd: '[Reads failed](runbook.md#reads-failed).',
  },
  StoreDown: {
    unit: 'Count',
    says: 'Reads and writes that the incident table did not answer.',
    odd: '[Incident table down](runbook.md#incident-table-down).',
  },
  StoreConflicts: {
    unit: 'Count',
    says: 'Writes that met another run on the same server; they are decided anew.',
    odd: 'Some are normal while an incident is open. Many with nothing open: a fault.',
  },
  InvocationsFailed: {
    unit: 'Count',
    says: 'Batches, and single servers, on which its own code failed.',
    odd: '[Invocations failed](runbook.md#invocations-failed).',
  },
} as const satisfies Readonly<Record<string, MetricFacts>>;

type Metrics = typeof METRICS;
/** Any metric's name. */
export type MetricName = keyof Metrics;
/** Those that are summed over an invocation. */
export type CountMetric = {
  [Name in MetricName]: Metrics[Name]['unit'] extends 'Count' ? Name : never;
}[MetricName];
/** Those of which every value counts, for percentiles. */
export type TimeMetric = Exclude<MetricName, CountMetric>;

/**
 * Whether an escalation is a refusal: a start or a takedown that a rule of the watchdog's own kept
 * it from asking AWS for. The others tell that AWS refused, or that nothing was left to ask for.
 */
const IS_REFUSAL: Readonly<Record<EscalateReason, boolean>> = {
  'guest-shutdown': false,
  'unknown-cause': false,
  'configuration-fault': false,
  'stopped-before-enrolment': true,
  'stopped-while-paused': true,
  paused: true,
  held: true,
  'observe-mode': true,
  'start-does-not-hold': true,
  'no-capacity': false,
  'gave-up': true,
  'start-refused': false,
  'budget-exhausted': true,
  'ec2-unavailable': false,
  'not-serving': false,
  'not-recovered': false,
  'stuck-stopping': false,
  impaired: false,
  'impaired-before-enrolment': true,
  'ladder-exhausted': false,
  'takedown-waits': true,
  'takedown-refused': false,
  'service-out-of-reach': true,
  'zone-storm': true,
  'check-suspect': true,
  'stop-protected': true,
  'instance-store-data': true,
  'address-would-change': true,
  'in-placement-group': true,
  'on-dedicated-host': true,
  'would-hibernate': true,
  'no-way-back': true,
  'another-automation': true,
  'no-window': true,
  'not-drained': true,
  terminated: false,
};

/** The reasons that are refusals, for the queries of the log. */
export const REFUSALS: readonly string[] = Object.entries(IS_REFUSAL)
  .filter(([, isOne]) => isOne)
  .map(([reason]) => reason);

/** Whether a rule of the watchdog's own kept it from acting. */
export const isRefusal = (reason: EscalateReason): boolean => IS_REFUSAL[reason];
