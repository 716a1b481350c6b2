// The process that stands for a Lambda execution environment: loads the bundle once, and calls its
// handler for each event that the parent sends. Its environment is the deployed function's.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const TIMEOUT_MS = 15_000;
const [, , bundle] = process.argv;
const { handler } = createRequire(import.meta.url)(bundle);

async function invoke(event) {
  const deadline = Date.now() + TIMEOUT_MS;
  const context = {
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    process.send({ response: await handler(event, context) });
  } catch (error) {
    process.send({ error: String(error) });
  }
}

process.on('message', (event) => void invoke(event));
process.send({ ready: true });
