// Plays a rescue against an independent emulator of AWS:
// node scripts/emulator-check.mjs [--python PATH], with a Python that has moto[server].
// docs/emulator.md says what it proves and what it cannot.
import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ACCOUNT_ID, REGION, startAccount } from './emulator/account.mjs';
import { countTypes, deploy, sweepOf, takeOver } from './emulator/deployment.mjs';
import { pollOnce, startFunction } from './emulator/poller.mjs';

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..');
const BUNDLE = join(PROJECT, 'dist', 'lambda', 'index.js');
const STOP = 'Server.ScheduledStop';
const STOP_REASON = `${STOP} ${STOP}: Stopped due to scheduled retirement`;

// Of no interest here; the deployed function runs on a newer Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const failures = [];

function demand(text, held) {
  console.log(`${held ? 'ok  ' : 'FAIL'}  ${text}`);
  if (!held) failures.push(text);
}

/** The SDK's clients of the check itself: what a person, EC2 and EventBridge do. */
function clientsOf({ endpoint }) {
  const credentials = { accessKeyId: 'emulated', secretAccessKey: 'emulated' };
  const config = { endpoint, region: REGION, credentials };
  return {
    ec2: new EC2Client(config),
    sns: new SNSClient(config),
    sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
  };
}

/** An instance that runs since two weeks ago; AWS's own key or this one encrypts its volume. */
async function runInstance({ ec2, account }, tags, kmsKeyArn) {
  const Ebs = { Encrypted: true, VolumeSize: 8, VolumeType: 'gp3', KmsKeyId: kmsKeyArn };
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      InstanceType: 'm6i.large',
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs }],
    }),
  );
  const id = Instances[0].InstanceId;
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: list }));
  // The watchdog spaces its starts from the last launch, also from one that was not its own.
  await account.age(id);
  return id;
}

async function look(ec2, id) {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const instance = Reservations[0].Instances[0];
  return {
    state: instance.State.Name,
    reason: instance.StateReason?.Code,
    tags: Object.fromEntries((instance.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
  };
}

/** A queue that stands for a person who is subscribed to the alerts. */
async function subscribe({ sns, sqs }, topicArn) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'on-call' }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const Endpoint = Attributes.QueueArn;
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint }));
  return QueueUrl;
}

/** The subjects of what has arrived since the last time. */
async function read(sqs, queueUrl) {
  const subjects = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return subjects;
    for (const { Body, ReceiptHandle } of Messages) {
      subjects.push(JSON.parse(Body).Subject);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
  }
}

/** Puts an event on the emulated default bus: its rules are the deployed ones. */
function put(account, { source, type, detail }) {
  const Entries = [
    {
      Source: source,
      DetailType: type,
      Detail: JSON.stringify(detail),
      Time: Math.floor(Date.now() / 1_000),
    },
  ];
  return account.call({ service: 'events', target: 'AWSEvents.PutEvents', body: { Entries } });
}

const stopped = (account, id) =>
  put(account, {
    source: 'aws.ec2',
    type: 'EC2 Instance State-change Notification',
    detail: { 'instance-id': id, state: 'stopped' },
  });

async function standUp(account, directory) {
  const clients = clientsOf(account);
  const { outputs, template } = await deploy({ account, project: PROJECT, directory });
  console.log('      cdk bootstrap and cdk deploy: done');
  for (const [type, { wanted, there }] of await countTypes(account, template)) {
    console.log(`      ${type}: ${there} of ${wanted}${there < wanted ? ' (moto has none)' : ''}`);
  }
  const { variables, mapping } = await takeOver(account, outputs.FunctionName);
  const target = await startFunction({ account, bundle: BUNDLE, variables });
  const queue = { queueUrl: variables.QUEUE_URL, queueArn: mapping.EventSourceArn };
  return {
    ...clients,
    account,
    template,
    variables,
    target,
    people: await subscribe(clients, outputs.AlertTopicArn),
    poll: () => pollOnce({ sqs: clients.sqs, ...queue, target }),
  };
}

/** Polls until the condition holds or the time is up; answers whether it holds. */
async function pollUntil(stage, limitS, condition) {
  const end = Date.now() + limitS * 1_000;
  while (Date.now() < end) {
    await stage.poll();
    if (await condition()) return true;
  }
  return false;
}

async function sweep(stage) {
  const body = sweepOf(stage.template, new Date());
  const { QUEUE_URL } = stage.variables;
  await stage.sqs.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: body }));
}

async function playRescue(stage, id) {
  const { account, ec2, sqs } = stage;
  await account.stopAsAws(id, STOP_REASON);
  const { state, reason } = await look(ec2, id);
  demand(`AWS stops it: ${state}, ${reason}`, state === 'stopped' && reason === STOP);
  await stopped(account, id);
  const started = Date.now();
  const runs = await pollUntil(stage, 15, async () => (await look(ec2, id)).state === 'running');
  demand(`the event of the stop starts it again (${Date.now() - started} ms)`, runs);
  const subjects = [];
  const isTold = await pollUntil(stage, 15, async () => {
    subjects.push(...(await read(sqs, stage.people)));
    return subjects.length > 0;
  });
  demand(`people are told: ${subjects.join(' | ') || 'nothing'}`, isTold);
  await put(account, {
    source: 'watchdog.server',
    type: 'Server Ready',
    detail: { 'instance-id': id },
  });
  const later = [];
  const isServing = await pollUntil(stage, 30, async () => {
    later.push(...(await read(sqs, stage.people)));
    return later.length > 0;
  });
  demand(`its ready event is told too: ${later.join(' | ') || 'nothing'}`, isServing);
}

async function playLeftAlone(stage, id, what) {
  const { account, ec2 } = stage;
  await stopped(account, id);
  await pollUntil(stage, 6, () => false);
  await sweep(stage);
  await pollUntil(stage, 4, () => false);
  const { state } = await look(ec2, id);
  demand(`${what} stays ${state}`, state === 'stopped');
}

async function playEnrolment(stage, { server, persons }) {
  const { ec2 } = stage;
  const readiness = async (id) => (await look(ec2, id)).tags['watchdog:ready'];
  await sweep(stage);
  const isEnrolled = await pollUntil(
    stage,
    15,
    async () => (await readiness(server)) !== undefined && (await readiness(persons)) !== undefined,
  );
  demand('a sweep enrols the servers that carry the tag', isEnrolled);
  const own = String(await readiness(server));
  demand(`AWS's own key is no finding: ${own}`, !own.includes('kms'));
  const customer = String(await readiness(persons));
  demand(`a customer key is one: ${customer}`, customer.includes('kms-key-not-configured'));
  for (const subject of await read(stage.sqs, stage.people)) console.log(`      told: ${subject}`);
}

async function play(account, directory) {
  const stage = await standUp(account, directory);
  const { ec2, sqs } = stage;
  try {
    const { KeyMetadata } = await account.call({
      service: 'kms',
      target: 'TrentService.CreateKey',
      body: {},
    });
    const server = await runInstance(stage, { Name: 'pod-23', watchdog: 'livechat' });
    const persons = await runInstance(
      stage,
      { Name: 'pod-24', watchdog: 'livechat' },
      KeyMetadata.Arn,
    );
    const stranger = await runInstance(stage, { Name: 'other' });
    await playEnrolment(stage, { server, persons });
    await playRescue(stage, server);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [persons] }));
    await playLeftAlone(stage, persons, 'what a person stopped');
    for (const subject of await read(sqs, stage.people)) console.log(`      told: ${subject}`);
    await account.stopAsAws(stranger, STOP_REASON);
    await playLeftAlone(stage, stranger, 'what AWS stopped without the tag');
  } finally {
    stage.target.stop();
    if (failures.length > 0) console.log(stage.target.log());
  }
}

async function main() {
  const { values } = parseArgs({ options: { python: { type: 'string', default: 'python3' } } });
  const directory = await mkdtemp(join(tmpdir(), 'watchdog-emulator-'));
  const account = await startAccount(values.python);
  console.log(`      moto serves account ${ACCOUNT_ID}, ${REGION}`);
  try {
    await play(account, directory);
  } finally {
    await account.stop();
    await rm(directory, { recursive: true, force: true });
  }
  console.log(failures.length === 0 ? 'all of it held' : `${failures.length} did not hold`);
  if (failures.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(`emulator-check: ${error.message}`);
  process.exitCode = 1;
}
