// In Lambda's place: takes messages from the signal queue and gives them to the function.
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACCOUNT_ID, REGION } from './account.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));

/** Loads the bundle in a process whose environment is the deployed function's and no more. */
export async function startFunction({ account, bundle, variables }) {
  const { PATH } = process.env;
  const child = fork(join(HERE, 'function.mjs'), [bundle], {
    env: { ...account.env, ...variables, PATH },
    silent: true,
  });
  const log = [];
  child.stdout.on('data', (chunk) => log.push(chunk));
  child.stderr.on('data', (chunk) => log.push(chunk));
  const text = () => Buffer.concat(log).toString('utf8');
  const gone = once(child, 'exit').then(() => [{ error: 'its process ended' }]);
  const answer = async () => {
    const [message] = await Promise.race([once(child, 'message'), gone]);
    if (message.error !== undefined) throw new Error(`The function: ${message.error}\n${text()}`);
    return message;
  };
  await answer();
  return {
    log: text,
    async invoke(event) {
      child.send(event);
      return (await answer()).response;
    },
    stop: () => child.disconnect(),
  };
}

/** moto leaves the account out of the events that its rules deliver; EventBridge never does. */
function completed(body) {
  return JSON.stringify({ account: ACCOUNT_ID, ...JSON.parse(body) });
}

const recordOf = ({ MessageId, ReceiptHandle, Body, Attributes }, queueArn) => ({
  messageId: MessageId,
  receiptHandle: ReceiptHandle,
  body: completed(Body),
  attributes: Attributes ?? {},
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: REGION,
});

/** One batch, if a message comes within a second; answers how many the function took for good. */
export async function pollOnce({ sqs, queueUrl, queueArn, target }) {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 1,
    MessageSystemAttributeNames: ['All'],
  });
  const { Messages: messages = [] } = await sqs.send(command);
  if (messages.length === 0) return 0;
  const event = { Records: messages.map((message) => recordOf(message, queueArn)) };
  const { batchItemFailures } = await target.invoke(event);
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId));
  for (const { ReceiptHandle } of done) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  }
  if (failed.size > 0) throw new Error(`The function gave back ${failed.size}\n${target.log()}`);
  return done.length;
}
