// An emulated AWS account: moto's server in a process of its own, and what the check asks of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

/** moto's account number, and the Region of the check. */
export const ACCOUNT_ID = '123456789012';
export const REGION = 'us-east-1';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * The variables of a process that may reach this account and no other: credentials that are none,
 * no profile of the user's, and the endpoint. `localhost` by name: cdk cannot use an address.
 */
function environmentFor(endpoint) {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  return {
    ...Object.fromEntries(own),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'emulated',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** A request without an SDK's client: moto reads the service from the credential's scope only. */
async function rawCall(endpoint, { service, path = '/', method = 'POST', target, body }) {
  const scope = `emulated/20260101/${REGION}/${service}/aws4_request`;
  const answer = await fetch(`${endpoint}${path}`, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      ...(target === undefined ? {} : { 'x-amz-target': target }),
      ...(body === undefined ? {} : { 'content-type': 'application/x-amz-json-1.1' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} ${target ?? path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

/**
 * Starts the emulator with the given Python. Throws when it does not come up: most often that
 * Python has no moto, or none with its server.
 */
export async function startAccount(python) {
  const port = await freePort();
  const server = spawn(python, [join(HERE, 'moto-server.py'), String(port)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const errors = [];
  server.stderr.on('data', (chunk) => errors.push(chunk));
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => {
    server.once('error', (error) => resolve({ value: String(error) }));
    server.once('exit', (code) => resolve({ value: `it ended with ${code}` }));
  });
  const answer = async (expected) => {
    const { value } = await Promise.race([lines.next(), ended]);
    if (value === expected) return;
    const tail = Buffer.concat(errors).toString('utf8').trim().split('\n').slice(-3).join('\n');
    throw new Error(`The emulator did not say "${expected}" but: ${value}\n${tail}`);
  };
  await answer('ready');
  const endpoint = `http://localhost:${port}`;
  return {
    endpoint,
    env: environmentFor(endpoint),
    call: (request) => rawCall(endpoint, request),
    /** Stops an instance as AWS does (`reason`: the code, a space, the message). */
    async stopAsAws(instanceId, reason) {
      server.stdin.write(`stop ${instanceId} ${reason}\n`);
      await answer('done');
    },
    /** Lets an instance have run for two weeks. */
    async age(instanceId) {
      server.stdin.write(`age ${instanceId}\n`);
      await answer('done');
    },
    async stop() {
      server.stdin.end();
      await ended;
    },
  };
}
