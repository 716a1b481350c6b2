import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk } from '../../examples/livechat/disk';
import { Workspace } from '../../examples/livechat/workspace';
import { workspaceAt } from '../../examples/livechat/workspace-client';

let folder: string;
let workspace: Workspace;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livechat-workspace-'));
  workspace = await Workspace.start({ folder, disk: nodeDisk, now: Date.now, port: 0 });
});

afterEach(async () => {
  await workspace.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('presence in the workspace', () => {
  it('is not taken away by late word of an outage, once the next boot has spoken', async () => {
    const { tell, down } = workspaceAt(workspace.url);
    const online = (): readonly string[] => workspace.presenceOf('pod-7').online;
    const hour = 3_600_000;
    await tell({ kind: 'all', pod: 'pod-7', boot: 1, version: 1, agents: ['a-1'] });
    expect(await down('pod-7', new Date(Date.now() + hour).toISOString())).toBe(1);
    await tell({ kind: 'all', pod: 'pod-7', boot: 2, version: 1, agents: ['a-1'] });
    expect(await down('pod-7', new Date(Date.now() - hour).toISOString())).toBe(0);
    expect(online()).toEqual(['a-1']);
    // Without a time nobody can tell that it is late.
    expect(await down('pod-7')).toBe(1);
    expect(online()).toEqual([]);
  });

  it('takes no late word of an earlier boot', async () => {
    const { tell, online } = workspaceAt(workspace.url);
    await tell({ kind: 'all', pod: 'pod-7', boot: 2, version: 1, agents: ['a-1'] });
    await tell({ kind: 'change', pod: 'pod-7', boot: 1, version: 9, agent: 'a-1', online: false });
    await tell({ kind: 'change', pod: 'pod-7', boot: 2, version: 1, agent: 'a-2', online: true });
    expect(await online('pod-7')).toEqual(['a-1']);
  });
});
