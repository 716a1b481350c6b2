import { leftToPerson, mended, only, PAGE_WITHIN_S, TOLERATION_S } from './episodes';
import { family, type Scenario, type Sketch, type Stage } from './scenario';

/** AWS's own recovery gets so long from the impairment on, where it may act. */
const AWS_HAS_S = 300;

const breaks = ({ world, id, at }: Stage): void => at(0, () => world.aws.breaks(id, 'system'));

const mendedAlone: Scenario['label'] = (truth, [id = '']) =>
  only(mended(truth, id, { check: 'system' }));

const NOBODY: readonly Sketch[] = [
  {
    name: 'moved',
    title: 'The host breaks and AWS does not come: it is moved.',
    play: breaks,
    label: mendedAlone,
  },
  {
    name: 'moved-aws-recovery-off',
    title: "The host breaks, and AWS's recovery is switched off: it is moved sooner.",
    server: { autoRecovery: 'disabled' },
    play: breaks,
    label: mendedAlone,
  },
  {
    name: 'moved-no-ready-event',
    title: 'The host breaks under a server that says nothing of itself: it is moved.',
    server: { workload: { appStartS: 12, sendsReadyEvent: false } },
    play: breaks,
    label: mendedAlone,
  },
  {
    name: 'moved-after-service-event',
    title: 'The host breaks while AWS has a service event open: its own recovery is off then.',
    play(stage) {
      stage.at(-120, () => {
        stage.world.aws.health({
          eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE',
          instanceIds: [stage.id],
          description: 'Increased error rates.',
        });
      });
      breaks(stage);
    },
    label: (truth, [id = '']) =>
      only(
        {
          instanceId: id,
          why: 'AWS tells of trouble of its own: worth a notice.',
          fromS: -120,
          telling: { kind: 'quiet', loudest: 'warning' },
          messages: 1,
        },
        mended(truth, id, { check: 'system' }),
      ),
  },
];

const AWS_COMES: readonly Sketch[] = [170, 200, 230, 260, 290].map((afterS) => ({
  name: `aws-recovers-after-${afterS}-s`,
  title: `The host breaks, and AWS moves the server by itself after ${afterS} s.`,
  play(stage) {
    breaks(stage);
    stage.at(afterS, () => void stage.world.aws.autoRecovery(stage.id, 'success'));
  },
  label: mendedAlone,
}));

const AWS_FAILS: readonly Sketch[] = [200, 240, 280].map((afterS) => ({
  name: `aws-fails-after-${afterS}-s`,
  title: `The host breaks, and AWS says after ${afterS} s that its recovery failed: it is moved.`,
  play(stage) {
    breaks(stage);
    stage.at(afterS, () => void stage.world.aws.autoRecovery(stage.id, 'failure'));
  },
  label: mendedAlone,
}));

/** What a move would cost is a person's to decide. */
const NOT_MOVED: readonly Sketch[] = (
  [
    ['stop-protected', { stopProtection: true }],
    ['instance-store', { type: 'm6id.large' }],
    ['public-address', { publicIp: '203.0.113.7', hasElasticIp: false }],
    ['placement-group', { placementGroup: 'chat' }],
    ['hibernation', { hibernation: true }],
  ] as const
).map(([name, server]) => ({
  name: `not-moved-${name}`,
  title: `The host breaks, and a move would cost too much (${name}): a person decides.`,
  server,
  minutes: 60,
  play: breaks,
  label: (truth, [id = '']) =>
    only(
      leftToPerson(truth, id, {
        check: 'system',
        why: `It is broken and may not be moved (${name}): a person must.`,
        // That it will not be moved is settled at once; that AWS does not come, five minutes later.
        pageByS: truth.impaired(id, 'system') + AWS_HAS_S + PAGE_WITHIN_S,
        messages: 3,
      }),
    ),
}));

const SEVERAL: readonly Sketch[] = [
  {
    name: 'two-in-turn',
    title: 'Two hosts of different zones break at once: one is moved, then the other.',
    fleet: { count: 8, zones: ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'] },
    minutes: 90,
    play({ world, ids, at }) {
      for (const id of ids.slice(0, 2)) at(0, () => world.aws.breaks(id, 'system'));
    },
    label: (truth, ids) =>
      only(
        ...ids.slice(0, 2).map((id) => ({
          ...mended(truth, id, { check: 'system' as const }),
          // The second waits for its turn; whether somebody should look meanwhile is a matter of
          // how long.
          page: {
            fromS: truth.impaired(id, 'system') + TOLERATION_S + AWS_HAS_S,
            byS: 'never' as const,
            toS: truth.passes(id, 'system'),
          },
        })),
      ),
  },
  {
    name: 'moved-to-a-broken-host',
    title: 'The host breaks, and so is the one to which it is moved: a person must look.',
    minutes: 60,
    play(stage) {
      stage.world.faults.zoneImpaired('us-east-1b', stage.span(0, 7_200));
      breaks(stage);
    },
    label: (truth, [id = '']) => {
      const movedS = truth.reached(id, 'running');
      return only(
        leftToPerson(truth, id, {
          check: 'system',
          why: 'It was moved, and is broken still: nothing is left that the watchdog may try.',
          pageFromS: movedS + 300,
          // The move has a quarter of an hour.
          pageByS: movedS + 900 + PAGE_WITHIN_S,
          messages: 3,
        }),
      );
    },
  },
];

/** EC2's system check fails under a server that runs on. */
export const HOST_IMPAIRED = family('host-impaired', [
  ...NOBODY,
  ...AWS_COMES,
  ...AWS_FAILS,
  ...NOT_MOVED,
  ...SEVERAL,
]);
