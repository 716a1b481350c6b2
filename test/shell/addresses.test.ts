import type { InstanceRecord } from '../../lambda/core/record';
import { at, INITIALIZING, OK_CHECKS } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { runningPod, sweepAfter, tickAfter } from './ill-pods';
import { readyMessage, stateEvent } from './messages';

const POD = idOf(23);
const IP = '198.51.100.23';
const HAS_IT = { publicIp: IP, hasElasticIp: true } as const;
const NONE = { publicIp: undefined, hasElasticIp: false } as const;
const KNOWN: Partial<InstanceRecord> = { address: { kind: 'elastic', publicIp: IP } };
const ASKED = { livechat: { reassociateAddress: true } };

/** Server 23, which had an Elastic IP, is started and runs again without it. */
async function backWithout(policies: unknown = ASKED): Promise<FakeWorld> {
  const world = new FakeWorld(policies);
  world.add(stoppedPod(23, NONE), KNOWN);
  await world.run(stateEvent(POD, 'stopped', at(1)));
  world.ec2.boots(POD, INITIALIZING);
  return world;
}

/** What was asked of the table, of EC2 and of people, in its order. */
const linesOf = ({ journal }: FakeWorld): readonly string[] =>
  journal.lines.filter((line) => /^(write|associate address|publish)$/.test(line));

const changes = ({ sent }: FakeWorld): readonly string[] =>
  sent.flatMap(({ attributes, email }) => (attributes['event'] === 'changed' ? [email] : []));

describe('the address that a server has while all is well', () => {
  it('is noted at its enrolment, and anew when somebody changed it', async () => {
    const world = new FakeWorld();
    world.add(runningPod(23, HAS_IT), null);
    await sweepAfter(world, 0);
    expect(world.record(POD).address).toEqual({ kind: 'elastic', publicIp: IP });
    world.ec2.change(POD, { publicIp: '203.0.113.7', hasElasticIp: false });
    await sweepAfter(world, 60);
    expect(world.record(POD).address).toEqual({ kind: 'auto-assigned', publicIp: '203.0.113.7' });
    world.ec2.change(POD, NONE);
    await sweepAfter(world, 60);
    expect(world.record(POD).address).toBeUndefined();
    expect(world.told).not.toContain(`changed ${POD}`);
  });

  it('is NOT written again and again while it stays the same', async () => {
    const world = new FakeWorld();
    world.add(runningPod(23, HAS_IT), KNOWN);
    await sweepAfter(world, 60);
    await sweepAfter(world, 60);
    expect(world.ec2.tagged).toEqual([]);
  });
});

describe('a server that comes back without its Elastic IP', () => {
  it('gets it again: recorded before, made once, recorded and told after', async () => {
    const world = await backWithout();
    const before = linesOf(world).length;
    await tickAfter(world, 20);
    expect(world.addresses.associated).toEqual([{ instanceId: POD, publicIp: IP }]);
    expect(linesOf(world).slice(before).slice(0, 2)).toEqual(['write', 'associate address']);
    expect(world.record(POD).incident?.attempts.at(-1)).toMatchObject({
      remediation: 'associate-address',
      outcome: { kind: 'accepted' },
    });
    world.ec2.change(POD, HAS_IT);
    await tickAfter(world, 4);
    await tickAfter(world, 4);
    expect(world.addresses.associated).toHaveLength(1);
    expect(changes(world)).toHaveLength(1);
    expect(changes(world)[0]).toContain('the watchdog associated it again');
  });

  it('does NOT get it where its policy does not ask for that: people are told', async () => {
    const world = await backWithout({ livechat: {} });
    await tickAfter(world, 20);
    await world.run(readyMessage(POD, world.clock.now()));
    await tickAfter(world, 4);
    expect(world.addresses.associated).toEqual([]);
    expect(changes(world)).toHaveLength(1);
    expect(changes(world)[0]).toContain('docs/runbook.md#address-lost');
    const serving = world.sent.find(({ attributes }) => attributes['event'] === 'serving');
    expect(`${serving?.email} ${serving?.sms}`).not.toMatch(/nothing to do/i);
  });

  it('is NOT touched while the table does not take the intent', async () => {
    const world = await backWithout();
    world.store.writesDown = true;
    await tickAfter(world, 20);
    expect(world.addresses.associated).toEqual([]);
  });

  it('is a person’s where somebody else has the address, who is named', async () => {
    const world = await backWithout();
    const message = 'It is associated with i-0fedcba9876543210.';
    world.addresses.outcome = { kind: 'refused', code: 'AddressTaken', message };
    await tickAfter(world, 20);
    await world.run(readyMessage(POD, world.clock.now()));
    await tickAfter(world, 4);
    expect(world.addresses.associated).toHaveLength(1);
    expect(changes(world)).toEqual([expect.stringContaining('i-0fedcba9876543210')]);
  });

  it('has its new address noted once the incident is over, and not before', async () => {
    const world = await backWithout({ livechat: {} });
    await tickAfter(world, 20);
    await sweepAfter(world, 40);
    expect(world.record(POD).address).toEqual(KNOWN.address);
    world.ec2.boots(POD, OK_CHECKS);
    for (let count = 0; count < 4; count += 1) await tickAfter(world, 70);
    expect(world.record(POD).incident).toBeUndefined();
    await sweepAfter(world, 60);
    expect(world.record(POD).address).toBeUndefined();
  });
});
