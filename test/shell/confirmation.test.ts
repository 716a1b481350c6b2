import { seconds } from '../../lambda/core/time';
import { aView, at } from '../core/builders';
import { FakeWorld, idOf } from './fake-ports';
import { healthMessage, sweepMessage } from './messages';

const POD = idOf(23);
const CODE = 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE';

/** It recovered half a minute ago; now AWS says that its host had failed. */
async function confirmed(world: FakeWorld): Promise<void> {
  const lastOutage = { from: at(-400), to: at(-30) };
  world.add(aView({ instanceId: POD, launchTime: at(-380) }), {
    lastIncidentId: 'pod-23-20240801-1203-0017',
    lastOutage,
  });
  await world.run(healthMessage(POD, at(-390), CODE));
}

describe('a confirmation that comes after the end', () => {
  it('is added to the archive, and leaves the record', async () => {
    const world = new FakeWorld();
    await confirmed(world);
    expect(world.store.amended).toMatchObject([
      { incidentId: 'pod-23-20240801-1203-0017', fact: { code: CODE } },
    ]);
    expect(world.record(POD).amendments).toBeUndefined();
    expect(world.told).toEqual([]);
  });

  it('is added later where the archive does not answer', async () => {
    const world = new FakeWorld();
    world.store.archiveDown = true;
    await confirmed(world);
    expect(world.record(POD).amendments).toHaveLength(1);
    world.store.archiveDown = false;
    world.clock.goOn(seconds(60));
    await world.run(sweepMessage(world.clock.now()));
    expect(world.store.amended).toHaveLength(1);
    expect(world.record(POD).amendments).toBeUndefined();
  });
});
