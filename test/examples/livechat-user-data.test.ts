import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '..', '..', 'examples', 'livechat', 'user-data.sh');

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'livechat-install-'));
  for (const folder of ['bin', 'etc/systemd/system', 'usr/local/bin', 'var/lib']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  // The programs that change a machine only note how they were called.
  for (const name of ['id', 'useradd', 'install', 'systemctl']) {
    const note = `echo "${name} $*" >>"${root}/calls"`;
    const path = join(root, 'bin', name);
    // Nobody is called livechat yet.
    await writeFile(path, `#!/bin/sh\n${note}\n${name === 'id' ? 'exit 1' : ''}\n`);
    await chmod(path, 0o755);
  }
});

afterEach(async () => rm(root, { recursive: true, force: true }));

async function bash(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const PATH = `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`;
  return new Promise<{ readonly code: number; readonly errors: string }>((ended) => {
    execFile('bash', [...args], { env: { PATH, ...env } }, (error, _, errors) => {
      ended({ code: typeof error?.code === 'number' ? error.code : 0, errors });
    });
  });
}

/** Runs a copy of the script whose paths lie below the test's folder. */
async function install(env: Readonly<Record<string, string>> = {}): Promise<void> {
  const script = await readFile(SCRIPT, 'utf8');
  const copy = join(root, 'user-data.sh');
  const moved = script.replace(/(^|[\s>])(\/(?:etc|usr\/local|var\/lib)\/)/gm, `$1${root}$2`);
  await writeFile(copy, moved);
  expect(await bash([copy], env)).toEqual({ code: 0, errors: '' });
}

const made = async (path: string): Promise<string> =>
  (await readFile(join(root, path), 'utf8')).replaceAll(root, '');
const calls = async (): Promise<readonly string[]> => (await made('calls')).trim().split('\n');

describe('the user data', () => {
  it('is sound as a script', async () => {
    expect(await bash(['-n', SCRIPT])).toEqual({ code: 0, errors: '' });
  });

  it('makes the user, the folders and the service, and starts it', async () => {
    await install();
    expect(await calls()).toEqual([
      'id livechat',
      'useradd --system --no-create-home --shell /sbin/nologin livechat',
      'install -d -o livechat -g livechat -m 0750 ' +
        '/var/lib/livechat/journal /var/lib/livechat/checkpoints',
      'systemctl daemon-reload',
      'systemctl enable --now livechat.service',
    ]);
    expect((await stat(join(root, 'usr/local/bin/livechat'))).mode & 0o777).toBe(0o755);
    expect(await made('etc/livechat.env')).toBe(
      'LIVECHAT_POD=pod-23\nLIVECHAT_WORKSPACE=http://127.0.0.1:8090\n',
    );
  });

  it('takes the pod and the workspace from the environment, and may run again', async () => {
    const env = { LIVECHAT_POD: 'pod-7', LIVECHAT_WORKSPACE: 'https://workspace.example' };
    await install();
    await install(env);
    expect(await made('etc/livechat.env')).toBe(
      'LIVECHAT_POD=pod-7\nLIVECHAT_WORKSPACE=https://workspace.example\n',
    );
  });
});

describe('the service', () => {
  const SETTING = /^([A-Za-z]+)=(.*)$/gm;

  async function settings(): Promise<ReadonlyMap<string, string>> {
    await install();
    const unit = (await made('etc/systemd/system/livechat.service')).replaceAll('\\\n', ' ');
    return new Map([...unit.matchAll(SETTING)].map(([, name = '', value = '']) => [name, value]));
  }

  it('sends the ready event itself, at the end of each start', async () => {
    const unit = await settings();
    expect(unit.get('ExecStart')).toMatch(/^\/usr\/local\/bin\/livechat serve /);
    expect(unit.get('ExecStart')).toMatch(/--on-ready \/usr\/local\/bin\/watchdog-ready$/);
  });

  it('comes back by itself without an end, so that the watchdog can restart it too', async () => {
    const unit = await settings();
    expect([unit.get('Restart'), unit.get('StartLimitIntervalSec')]).toEqual(['always', '0']);
  });

  it('has more time to drain than a drain takes, and less than EC2 leaves for a stop', async () => {
    const seconds = Number((await settings()).get('TimeoutStopSec'));
    // 10 s for what is forwarded, 1 s for the clients; EC2 forces a stop after minutes.
    expect(seconds).toBeGreaterThan(15);
    expect(seconds).toBeLessThan(90);
  });

  it('may write its data and nothing else', async () => {
    const unit = await settings();
    expect(unit.get('ProtectSystem')).toBe('strict');
    expect(unit.get('ReadWritePaths')).toBe('/var/lib/livechat');
    expect(unit.get('User')).toBe('livechat');
  });
});
