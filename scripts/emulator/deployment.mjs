// Deploys the stack into the emulated account with the project's own CDK, and reads it back.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCOUNT_ID, REGION } from './account.mjs';

const STACK = 'LiveChatWatchdog';

async function run(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const output = Buffer.concat(chunks).toString('utf8');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

/** `cdk bootstrap` and `cdk deploy`; answers the outputs of the stack and its template. */
export async function deploy({ account, project, directory }) {
  const cdk = join(project, 'node_modules', '.bin', 'cdk');
  const outputs = join(directory, 'outputs.json');
  const assembly = join(directory, 'cdk.out');
  const shared = ['--no-notices', '--no-version-reporting', '--output', assembly, '--ci'];
  const options = { cwd: project, env: account.env };
  await run(cdk, ['bootstrap', ...shared], options);
  // Directly: moto's stack has no outputs when a change set made it.
  const method = ['--method', 'direct', '--require-approval', 'never'];
  const extra = [...method, '--outputs-file', outputs];
  await run(cdk, ['deploy', ...shared, ...extra], options);
  return {
    outputs: JSON.parse(await readFile(outputs, 'utf8'))[STACK],
    template: JSON.parse(await readFile(join(assembly, `${STACK}.template.json`), 'utf8')),
  };
}

/** The types of the template with the number of resources, in the template and in the account. */
export async function countTypes(account, template) {
  const counts = new Map();
  const add = (type, place) => {
    const count = counts.get(type) ?? { wanted: 0, there: 0 };
    counts.set(type, { ...count, [place]: count[place] + 1 });
  };
  for (const { Type } of Object.values(template.Resources)) add(Type, 'wanted');
  for (const type of await deployedTypes(account)) add(type, 'there');
  return counts;
}

async function deployedTypes({ endpoint }) {
  const query = new URLSearchParams({
    Action: 'ListStackResources',
    StackName: STACK,
    Version: '2010-05-15',
  });
  const scope = `emulated/20260101/${REGION}/cloudformation/aws4_request`;
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: query.toString(),
  });
  const text = await answer.text();
  return [...text.matchAll(/<ResourceType>([^<]+)<\/ResourceType>/g)].map(([, type]) => type);
}

/** The deployed function's environment, and its mapping to the queue, which is then disabled. */
export async function takeOver(account, functionName) {
  const base = '/2015-03-31';
  const get = (path) => account.call({ service: 'lambda', method: 'GET', path: `${base}${path}` });
  const { Environment } = await get(`/functions/${functionName}/configuration`);
  const { EventSourceMappings: mappings } = await get(
    `/event-source-mappings/?FunctionName=${functionName}`,
  );
  const [mapping, ...more] = mappings;
  if (mapping === undefined || more.length > 0) throw new Error('There must be one mapping');
  // moto runs functions in Docker as soon as a message comes: the check polls in Lambda's place.
  await account.call({
    service: 'lambda',
    method: 'PUT',
    path: `${base}/event-source-mappings/${mapping.UUID}`,
    body: { Enabled: false },
  });
  return { variables: Environment.Variables, mapping };
}

/** The sweep as the template's schedule sends it; moto deploys no schedules. */
export function sweepOf(template, at) {
  const schedule = Object.values(template.Resources).find(
    ({ Type }) => Type === 'AWS::Scheduler::Schedule',
  );
  return joined(schedule.Properties.Target.Input)
    .replace('<aws.scheduler.execution-id>', `sweep-${at.getTime()}`)
    .replace('<aws.scheduler.scheduled-time>', at.toISOString());
}

const PSEUDO = { 'AWS::AccountId': ACCOUNT_ID, 'AWS::Region': REGION };

function joined(value) {
  if (typeof value === 'string') return value;
  const [separator, parts] = value['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : PSEUDO[part.Ref])).join(separator);
}
