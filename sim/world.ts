/**
 * A simulated AWS account in which the real handler runs.
 *
 * How the parts fit:
 *
 * - `time.ts` is virtual time: one heap of acts by (time, sequence). Every promise that simulated
 *   code waits for is settled through it, and all microtasks run before time goes on.
 * - `random.ts` gives named streams from one seed; every latency, order and fault is drawn there.
 * - `account/template.ts` reads the synthesized CloudFormation template. The rules
 *   (`eventbridge`, `pattern`), the queues (`sqs`), the schedule (`scheduler`), the function and
 *   its event source mapping (`lambda`), the table (`dynamodb`), the topics (`sns`, with a
 *   `pager` and a `chat-client` on theirs), the application checks (`ec2-checks`) and the role
 *   (`iam`) are what the template says. What is not simulated is refused: an unknown pattern or
 *   condition operator when the world is made, an unknown call when it is sent (it rejects, and a
 *   `failure` in the history fails the run).
 * - `account/gateway.ts` is the only way in: a client's `send` draws its latency, takes effect half
 *   way (permission, request buckets, the operation itself) and answers, unless a fault strikes or
 *   the invocation has died. Up to MaximumConcurrency invocations run at once, interleaved at
 *   every call.
 * - `account/ssm-commands.ts` is a command's way to an instance's agent and back;
 *   `managed-nodes.ts` tells which agents answer.
 * - `account/ec2-life.ts` is an instance's life: stops, starts, boots, the workload;
 *   `ec2-checks.ts` its status checks. What runs on it may be outside of the simulation
 *   (`OutsideWorkload`): then `runAtPace` has each act wait for its real moment.
 * - `account/fis*.ts` are experiments of game days, where their stack is deployed too.
 * - `chat/` is a model of the chats on a server that lives and dies with what the server serves.
 * - `people.ts` and `aws-acts.ts` do things to the account; `faults/` makes it fail.
 * - `history.ts` is the append-only list of what happened. Reports, drills and `invariants/` read
 *   nothing else. The same seed gives the same history byte for byte.
 *
 * What is not simulated: SDK retries (the deployed clients make none), KMS key policies (the role's
 * own policy decides), the topic's policy and subscriptions, CloudWatch's evaluation of alarms.
 */
import { createHandler } from '../lambda/handler';
import type { Home } from '../lambda/core/signals/signal';
import { after, parseInstant, seconds, type Instant } from '../lambda/core/time';
import { CloudTrail } from './account/cloudtrail';
import { cloudWatchOperations } from './account/cloudwatch';
import { Alarms, type AlarmActs } from './account/cloudwatch-alarms';
import { Metrics, type MetricActs } from './account/cloudwatch-metrics';
import { dynamoOperations } from './account/dynamodb';
import { Tables } from './account/dynamodb-table';
import { Ec2Account } from './account/ec2';
import type { Instance, InstanceSpec } from './account/ec2-instance';
import { ec2Operations } from './account/ec2-operations';
import type { BusEvent } from './account/bus-event';
import { EventBus } from './account/eventbridge';
import { Fis } from './account/fis';
import { gameDayDeployment } from './account/fis-stack';
import { Gateway } from './account/gateway';
import { awsEbsKeyArn, kmsOperations } from './account/kms';
import { putEventsOperations } from './account/put-events';
import { isGuestUp, managedNodes } from './account/managed-nodes';
import { LambdaFunction, type HandlerFactory } from './account/lambda';
import { runSchedules } from './account/scheduler';
import { snsOperations } from './account/sns';
import { Queues, sqsOperations } from './account/sqs';
import { DEFAULT_DOCUMENTS, ssmOperations } from './account/ssm';
import type { SsmDocument } from './account/ssm-commands';
import type { Ec2Times } from './account/ec2-times';
import { Deployment, type Template } from './account/template';
import { createAwsActs, type AwsActs } from './aws-acts';
import { ApiFaults } from './faults/api';
import { Ec2Faults } from './faults/ec2';
import { EventFaults } from './faults/events';
import { LambdaFaults } from './faults/lambda';
import { createFaults, type Faults } from './faults/plan';
import { SsmFaults } from './faults/ssm';
import { History, traceHash } from './history';
import { createPrograms, type Programs } from './programs';
import { createPeople, type People } from './people';
import { personClients, type Person, type PersonClients } from './person-clients';
import { createRandom, type Random } from './random';
import { Timeline, type Pace, type RunEnd } from './time';

/** What a world is made of. */
export interface WorldOptions {
  /** A whole number; all chance comes from it. */
  readonly seed: number;
  /** ISO 8601: the virtual time at which the run begins. */
  readonly startAt: string;
  /** The synthesized template: `synthesizeTemplate()` of `lib/synthesize.ts`. */
  readonly template: object;
  /** The template of the stack of game days; absent where it is not deployed. */
  readonly gameDays?: object;
  readonly home?: Home;
  /** A trail exists, so that API calls reach the event bus; false when absent. */
  readonly trail?: boolean;
  /** The function's code; the real handler when absent. */
  readonly handler?: HandlerFactory;
  /** The account's documents of Systems Manager by name; `watchdog-restart-service` when absent. */
  readonly documents?: Readonly<Record<string, SsmDocument>>;
  /** Replaces variables of the function's environment, as an operator could. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long EC2 takes; as published when absent. */
  readonly ec2Times?: Ec2Times;
}

/** The account that drills take place in when they name none. */
export const DRILL_HOME: Home = { accountId: '111122223333', region: 'us-east-1' };

/** A world in which a drill takes place. */
export interface World {
  readonly home: Home;
  readonly startedAt: Instant;
  readonly ec2: {
    addInstance(spec: InstanceSpec): void;
    /** An Elastic IP that the account has; associated with the instance where one is named. */
    addAddress(address: {
      readonly allocationId: string;
      readonly publicIp: string;
      readonly tags?: Readonly<Record<string, string>>;
      readonly instanceId?: string;
    }): void;
  };
  readonly people: People;
  /** AWS as this person's command line reaches it. */
  clientsOf(person: Person): PersonClients;
  readonly aws: AwsActs;
  /** Programs that answer the watchdog's events. */
  readonly programs: Programs;
  /** Values that agents in the instances report to CloudWatch. */
  readonly metrics: MetricActs;
  readonly alarms: AlarmActs;
  readonly faults: Faults;
  readonly history: History;
  /** For draws of a drill's own; ask for a stream with a name of its own. */
  readonly random: Random;
  /** The present. */
  now(): Instant;
  /** Seconds since the start of the run. */
  elapsedS(): number;
  /** Plans an act, in seconds from the start of the run. */
  at(elapsedS: number, act: () => void): void;
  /** A remark for the timeline. */
  note(text: string): void;
  /** Runs until so many seconds from the start. */
  runUntil(elapsedS: number): Promise<RunEnd>;
  /** Runs until the condition holds, at most until so many seconds from the start. */
  runWhile(goOn: () => boolean, limitS: number): Promise<RunEnd>;
  /** The same with each act at its real moment; outside happenings come in with `at`. */
  runAtPace(pace: Pace, goOn: () => boolean, limitS: number): Promise<RunEnd>;
  /** SHA-256 of the whole history. */
  traceHash(): string;
}

function startOf(text: string): Instant {
  const at = parseInstant(text);
  if (at === undefined) throw new Error(`startAt is "${text}", but must be ISO 8601`);
  return at;
}

/** EC2's own event of a changed state: it carries no reason. */
function stateChange({ id, state }: Instance, { region, accountId }: Home): BusEvent {
  return {
    source: 'aws.ec2',
    detailType: 'EC2 Instance State-change Notification',
    resources: [`arn:aws:ec2:${region}:${accountId}:instance/${id}`],
    detail: { 'instance-id': id, state },
    instanceIds: [id],
  };
}

/** The server's own event: a boot script sends it with PutEvents. */
const serverReady = ({ id }: Instance): BusEvent => ({
  source: 'watchdog.server',
  detailType: 'Server Ready',
  resources: [],
  detail: { 'instance-id': id },
  instanceIds: [id],
});

/** Keys that encrypt a volume and are not AWS's own. */
function customerKeysOf(ec2: Ec2Account): readonly string[] {
  const own = awsEbsKeyArn(ec2.home);
  return ec2
    .all()
    .flatMap(({ kmsKeyArn }) => kmsKeyArn ?? [])
    .filter((arn) => arn !== own);
}

function makeAccount(options: WorldOptions, timeline: Timeline, history: History) {
  const { template, home = DRILL_HOME, trail: hasTrail = false } = options;
  const random = createRandom(options.seed);
  const deployment = new Deployment(template as Template, home, 'LiveChatWatchdog');
  const gameDays = gameDayDeployment(options.gameDays, deployment);
  const faults = {
    events: new EventFaults(timeline, history, random),
    api: new ApiFaults(timeline, history, random),
    ec2: new Ec2Faults(timeline, history),
    lambda: new LambdaFaults(timeline, history),
    ssm: new SsmFaults(timeline, history),
  };
  const shared = { deployment, timeline, history, random };
  const queues = new Queues(shared);
  const bus = new EventBus({ ...shared, queues, faults: faults.events });
  const put = (event: BusEvent): void => void bus.put(event);
  const trail = new CloudTrail({ timeline, random, home, trail: hasTrail, put });
  const ec2 = new Ec2Account({
    ...shared,
    faults: faults.ec2,
    ...(options.ec2Times && { times: options.ec2Times }),
    recordCall: (call) => trail.record(call),
    events: {
      stateChanged: (instance) => put(stateChange(instance, home)),
      ready: (instance) => put(serverReady(instance)),
    },
  });
  const node = managedNodes({ ec2, faults: faults.ssm, now: () => timeline.now() });
  const isReporting = (id: string): boolean =>
    ec2.all().some((instance) => instance.id === id && isGuestUp(instance));
  const metrics = new Metrics({ timeline, isReporting });
  const alarms = new Alarms({ home, now: () => timeline.now(), put });
  const tables = new Tables(deployment);
  const operations = [
    ...ec2Operations(ec2),
    ...dynamoOperations(tables, timeline),
    ...snsOperations({
      ...shared,
      otherTopics: gameDays?.all('AWS::SNS::Topic').map(({ arn }) => arn) ?? [],
    }),
    ...putEventsOperations({ ...shared, home, bus }),
    ...sqsOperations(queues),
    ...trail.operations(),
    ...kmsOperations({ home, customerKeys: () => customerKeysOf(ec2) }),
    ...cloudWatchOperations({ metrics, alarms }),
    ...ssmOperations({
      ...shared,
      home,
      put,
      documents: options.documents ?? DEFAULT_DOCUMENTS,
      node,
      restartService: (id) => ec2.life.restartWorkload(ec2.get(id)),
    }),
  ];
  const gateway = new Gateway({ timeline, history, random, faults: faults.api, operations });
  const { lambda } = faults;
  const fn = new LambdaFunction({
    ...shared,
    queues,
    gateway,
    factory: options.handler ?? createHandler,
    environment: options.environment ?? {},
    skew: () => lambda.skew(),
    throttled: () => lambda.throttled(),
  });
  runSchedules({ ...shared, queues, runs: () => !lambda.sweepsSkipped() });
  const deployments = gameDays === undefined ? [deployment] : [deployment, gameDays];
  const clients = { ec2, tables, deployments, operations };
  return { home, random, faults, bus, trail, ec2, tables, metrics, alarms, fn, clients, gameDays };
}

/** Makes a world: deploys the template and sets its schedule going. */
export function createWorld(options: WorldOptions): World {
  const start = startOf(options.startAt);
  const timeline = new Timeline(start);
  const history = new History(() => timeline.now());
  const account = makeAccount(options, timeline, history);
  const { home, random, faults, bus, trail, ec2, tables, metrics, alarms, fn } = account;
  history.add({
    kind: 'deployed',
    seed: options.seed,
    accountId: home.accountId,
    region: home.region,
    environment: fn.setup.env,
    maximumConcurrency: fn.mapping.concurrency,
  });
  const elapsed = (elapsedS: number): Instant => after(start, seconds(elapsedS));
  const people = createPeople({ ec2, trail, tables, history });
  const aws = createAwsActs({ ec2, bus, alarms, history, now: () => timeline.now() });
  const faultsOfRun = createFaults({ start, ...faults });
  const reach = { ec2, people, aws, faults: faultsOfRun, startedAt: start };
  const { gameDays } = account;
  const experiments =
    gameDays === undefined
      ? {}
      : new Fis({ deployment: gameDays, reach, timeline, random, history }).operations();
  return {
    home,
    startedAt: start,
    history,
    random,
    ec2: {
      addInstance: (spec) => void ec2.add(spec),
      addAddress({ instanceId, tags = {}, ...address }) {
        const added = { ...address, tags, instanceId: undefined };
        ec2.addresses.add(added);
        if (instanceId !== undefined) ec2.associate(added, ec2.get(instanceId));
      },
    },
    people,
    clientsOf: (person) => personClients({ ...account.clients, experiments }, person),
    aws,
    programs: createPrograms({ bus, history, timeline, random }),
    metrics,
    alarms,
    faults: faultsOfRun,
    now: () => timeline.now(),
    elapsedS: () => (timeline.now() - start) / 1_000,
    at: (elapsedS, act) => void timeline.at(elapsed(elapsedS), act),
    note: (text) => history.add({ kind: 'note', text }),
    runUntil: (elapsedS) => timeline.run(elapsed(elapsedS)),
    runWhile: (goOn, limitS) => timeline.run(elapsed(limitS), () => !goOn()),
    runAtPace: (pace, goOn, limitS) => timeline.run(elapsed(limitS), () => !goOn(), pace),
    traceHash: () => traceHash(history.facts),
  };
}
