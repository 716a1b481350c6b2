import { chatServer, POD_23 } from '../drills/servers';
import { only, PAGE_WITHIN_S, rescued } from './episodes';
import { family, type Episode, type Sketch, type Stage } from './scenario';
import type { Truth } from './truth';

const ADDRESS = { allocationId: 'eipalloc-0a1b2c3d4e5f60023', publicIp: '198.51.100.23' } as const;
const OTHER = 'i-0a1b2c3d4e5f60099';

/** AWS stops it, and its Elastic IP is associated with nothing afterwards. */
function losesIt({ world, id, at }: Stage): void {
  world.ec2.addAddress({ ...ADDRESS, tags: { watchdog: 'yes' }, instanceId: id });
  world.faults.loseAddress(id);
  at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
}

const WHY = 'It serves, and its users do not reach it at its address: a person must see to that.';

/** It comes back, and not where its users look for it. */
function unreached(truth: Truth, id: string): Episode {
  const upS = truth.reached(id, 'running');
  return {
    ...rescued(truth, id, { messages: 3 }),
    why: WHY,
    // Whether the address comes by itself is settled at the first look that sees it running.
    page: { fromS: upS, byS: upS + PAGE_WITHIN_S, toS: Number.POSITIVE_INFINITY },
  };
}

const LEFT: readonly Sketch[] = [
  {
    name: 'lost',
    title: 'It comes back without its Elastic IP, and the policy leaves that to a person.',
    play: losesIt,
    label: (truth, [id = '']) => only(unreached(truth, id)),
  },
  {
    name: 'taken',
    title: 'While it is down, somebody gives its Elastic IP to another server.',
    policy: 'addressed',
    play(stage) {
      stage.world.ec2.addInstance({ ...chatServer(OTHER, { name: 'spare' }), tags: {} });
      losesIt(stage);
      stage.at(9, () => stage.world.people.giveAddress(ADDRESS.allocationId, OTHER));
    },
    label: (truth, [id = '']) => only(unreached(truth, id)),
  },
  {
    name: 'public-address-changed',
    title: 'Its public address is no Elastic IP: it comes back with another one.',
    server: { publicIp: '203.0.113.23', hasElasticIp: false },
    play: ({ world, id, at }) => at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 })),
    // That such an address changes with each stop its owner knows: the change is told, says
    // docs/configuration.md, and whether anybody used it only a person can tell.
    label: (truth, [id = '']) => {
      const { page, ...episode } = unreached(truth, id);
      return only({ ...episode, ...(page !== undefined && { page: { ...page, byS: 'never' } }) });
    },
  },
];

const KEPT: readonly Sketch[] = [
  {
    name: 'given-back',
    title: 'It comes back without its Elastic IP, and the policy has it associated again.',
    policy: 'addressed',
    play: losesIt,
    // Stopped, serving, and that it has its address again.
    label: (truth, [id = '']) => only(rescued(truth, id, { messages: 3 })),
  },
  {
    name: 'kept',
    title: 'It comes back with its Elastic IP.',
    policy: 'addressed',
    play({ world, id, at }) {
      world.ec2.addAddress({ ...ADDRESS, tags: { watchdog: 'yes' }, instanceId: POD_23 });
      at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
    },
    label: (truth, [id = '']) => only(rescued(truth, id)),
  },
];

/** What users know as its address. */
export const ADDRESSES = family('address', [...LEFT, ...KEPT]);
