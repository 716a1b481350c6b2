import { typed } from '../../cli/simulated-account';
import type { Status } from '../../cli/status-form';
import { synthesizeTemplate } from '../../lib/synthesize';
import { chatServer, POD_23 } from '../../sim/drills/servers';
import { createWorld, type World } from '../../sim/world';
import { typedJson } from './account-world';

/** A server that AWS stopped at 12:10, and whose presence takes as long. */
async function restarted(takesS: number): Promise<World> {
  const hooks = [{ name: 'presence', on: 'serving', kind: 'event' }] as const;
  const template = synthesizeTemplate({ livechat: { readyEvent: true, hooks } });
  const world = createWorld({ seed: 1, startAt: '2024-08-01T12:05:00Z', template });
  world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
  world.programs.answerHook({ hook: 'presence', takesS });
  world.at(300, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  await world.runUntil(720);
  return world;
}

describe('an incident that waits for its hooks', () => {
  it('is told as recovered, with what is at work and until when', async () => {
    const world = await restarted(500);
    const { incidents } = await typedJson<Status>(world, ['status']);
    expect(incidents).toMatchObject([
      {
        attention: 'handled',
        decision: { reason: 'hooks-at-work' },
        hooks: [{ name: 'presence', state: 'sent', isOpen: true, tries: 1 }],
      },
    ]);
    const { out } = await typed(world, ['status']);
    expect(out).toMatch(/pod-23 {2}recovered, hooks at work; EC2: running/);
    expect(out).toMatch(/hooks {4}presence was sent, deadline 12:21:\d\d UTC/);
    expect(out).toMatch(/over when its hooks ended; people are told by 12:21:\d\d UTC if not\./);
  });

  it('is over where they are done', async () => {
    const { incidents } = await typedJson<Status>(await restarted(5), ['status']);
    expect(incidents).toEqual([]);
  });
});
