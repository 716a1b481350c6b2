import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant } from '../lambda/core/time';
import { synthesizeTemplate } from '../lib/synthesize';
import { chatServer } from '../sim/drills/servers';
import { createWorld, type World } from '../sim/world';
import { commandLine } from './account-command';
import { typed, type Typist } from './simulated-account';

/** A command line as it was typed, and what it printed. */
export interface Example {
  readonly command: string;
  readonly line: string;
  readonly printed: string;
  readonly code: number;
}

const POD_21 = 'i-0a1b2c3d4e5f60021';
const POD_22 = 'i-0a1b2c3d4e5f60022';
const POD_23 = 'i-0a1b2c3d4e5f60023';
const POD_31 = 'i-0a1b2c3d4e5f60031';

/** The event that `explain` is shown with. */
export const SAMPLE_EVENT = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '111122223333',
  time: '2024-08-01T12:10:07Z',
  region: 'us-east-1',
  resources: [`arn:aws:ec2:us-east-1:111122223333:instance/${POD_23}`],
  detail: { 'instance-id': POD_23, state: 'stopped' },
} as const;

/** Three servers that are acted for and one in shadow mode, from noon on. */
function chatAccount(): World {
  const window = { from: '02:00', to: '05:00' };
  const template = synthesizeTemplate({
    livechat: { maintenanceWindow: window },
    'livechat-trial': { mode: 'observe' },
  });
  const world = createWorld({ seed: 1, startAt: '2024-08-01T12:00:00Z', template });
  world.ec2.addInstance(chatServer(POD_21, { name: 'pod-21' }));
  world.ec2.addInstance(chatServer(POD_22, { name: 'pod-22' }));
  world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
  world.ec2.addInstance(
    chatServer(POD_31, { name: 'pod-31', tags: { watchdog: 'livechat-trial' } }),
  );
  return world;
}

/** Types command lines, and keeps what each printed. */
function recorder(world: World, typist: Typist = {}) {
  const examples: Example[] = [];
  const type = async (...args: readonly string[]): Promise<void> => {
    const { code, out, err } = await typed(world, args, typist);
    const printed = [out, err].filter((text) => text !== '').join('\n');
    examples.push({ command: args[0] ?? '', line: commandLine(args, {}), printed, code });
  };
  return { type, examples };
}

/** A day in the simulated account, with what an operator types. */
async function operatorsDay(): Promise<readonly Example[]> {
  const world = chatAccount();
  const { type, examples } = recorder(world);
  const moved = {
    id: 'instance-event-0d59937288b749b32',
    code: 'instance-stop',
    description: 'The instance is running on degraded hardware',
    notBefore: instant(Date.parse('2024-08-03T12:00:00Z')),
  };
  world.at(300, () => world.aws.schedule(POD_21, moved));
  world.at(400, () => void world.aws.hostFailure(POD_31, { stoppingS: 25 }));
  world.at(1_600, () => world.people.start(POD_31));
  world.at(600, () => world.people.shutdownGuest(POD_23));
  await world.runUntil(780);
  await type('status');
  await type('ack', 'pod-23', '--note', 'restoring the snapshot');
  await world.runUntil(860);
  await type('ack', 'pod-23');
  await type('ack', 'pod-24');
  await type('status', '--open', '--policy', 'livechat');
  await type('status', '--open', '--policy', 'livechat', '--json');
  await type('pause', 'pod-22', '--for', '2h', '--reason', 'deploying 4.2');
  await type('pause', '--policy', 'livechat', '--until', '2024-08-01T18:00Z');
  await type('resume', 'pod-22');
  await type('resume', '--policy', 'livechat');
  await type('veto', 'pod-21');
  await type('veto', 'pod-21', '--lift');
  world.at(900, () => world.people.start(POD_23));
  await world.runUntil(3_600);
  await type('score', '--since', '1d');
  await type('report');
  return examples;
}

/** The commands that need no account. */
async function withoutAccount(): Promise<readonly Example[]> {
  const folder = mkdtempSync(join(tmpdir(), 'watchdog-docs-'));
  try {
    writeFileSync(join(folder, 'stopped.json'), JSON.stringify(SAMPLE_EVENT));
    const { type, examples } = recorder(chatAccount(), { folder });
    await type('drill', 'pod-23', '--report', 'pod-23.html');
    await type('explain', 'stopped.json');
    await type('cost', '--instances', '100');
    await type('simulate', '--seeds', '3');
    return examples;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every example of the page, really typed in the simulated account. */
export async function cliExamples(): Promise<readonly Example[]> {
  return [...(await withoutAccount()), ...(await operatorsDay())];
}
