import { instant, parseInstant } from '../../lambda/core/time';
import { mended, only, rescued, SILENCE } from './episodes';
import { family, type Episode, type Sketch, type Stage } from './scenario';

/** The evening before: the maintenance window of the policy `windowed` is from two to five. */
const EVENING = '2024-08-01T20:00:00Z';
/** Until after that window, in minutes. */
const NIGHT_MIN = 9 * 60;

const CODES = [
  'instance-stop',
  'instance-retirement',
  'system-maintenance',
  'instance-reboot',
  'system-reboot',
] as const;
type Code = (typeof CODES)[number];

/** How AWS Health words the same. */
const HEALTH_CODE: Readonly<Record<Code, string>> = {
  'instance-stop': 'AWS_EC2_INSTANCE_STOP_SCHEDULED',
  'instance-retirement': 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
  'system-maintenance': 'AWS_EC2_SYSTEM_MAINTENANCE_EVENT',
  'instance-reboot': 'AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED',
  'system-reboot': 'AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED',
};

/** AWS announces work for so many seconds from second 0 on, and does it if asked to. */
function announces(
  { world, id, at, isoAt }: Stage,
  { code, inS, carriedOut = false }: { code: Code; inS: number; carriedOut?: boolean },
): void {
  const notBefore = parseInstant(isoAt(inS)) ?? instant(0);
  const description = 'The instance is running on degraded hardware';
  const event = { id: 'instance-event-0d59937288b749b32', code, description, notBefore };
  at(0, () => world.aws.schedule(id, event, { carriedOut }));
}

function healthTells({ world, id, at, isoAt }: Stage, code: Code, inS: number): void {
  at(40, () => {
    world.aws.health({
      eventTypeCode: HEALTH_CODE[code],
      category: 'scheduledChange',
      statusCode: 'upcoming',
      entityStatus: 'PENDING',
      instanceIds: [id],
      startTime: new Date(isoAt(inS)).toUTCString(),
      description: 'Work on the host of your instance is scheduled.',
    });
  });
}

const TWO_DAYS_S = 2 * 86_400;

/** It lies ahead, and the owner hears of it in good time. */
const ahead = (
  instanceId: string,
  {
    why,
    messages = 1,
    loudest = 'info',
    byS = 900,
  }: {
    readonly why: string;
    readonly messages?: number;
    readonly loudest?: 'info' | 'warning';
    readonly byS?: number;
  },
): Episode => ({ instanceId, why, fromS: 0, telling: { kind: 'quiet', loudest, byS }, messages });

const NO_WINDOW = 'Its policy has no window: the owner has two days to see to it, told once.';

const TOLD: readonly Sketch[] = CODES.flatMap((code) =>
  [false, true].map((health) => ({
    name: `${code}${health ? '-and-health' : ''}-no-window`,
    title: `AWS announces ${code} in two days${health ? ', by Health too' : ''}; no window is set.`,
    play(stage) {
      announces(stage, { code, inS: TWO_DAYS_S });
      if (health) healthTells(stage, code, TWO_DAYS_S);
    },
    label: (_truth, [id = '']) => only(ahead(id, { why: NO_WINDOW, loudest: 'warning' })),
  })),
);

const BY_HEALTH_ALONE: readonly Sketch[] = (['instance-stop', 'system-reboot'] as const).map(
  (code) => ({
    name: `${code}-health-alone`,
    title: `Only AWS Health announces ${code} in two days.`,
    play: (stage) => healthTells(stage, code, TWO_DAYS_S),
    label: (_truth, [id = '']) => only(ahead(id, { why: NO_WINDOW, loudest: 'warning' })),
  }),
);

const PLANNED = 'It is moved in the window that the owner chose: told ahead, nobody need act.';

/** The move itself: the owner chose its time, so that nobody is called for it. */
const moved = (instanceId: string, fromS: number): Episode => ({
  instanceId,
  why: PLANNED,
  fromS,
  telling: { kind: 'quiet', loudest: 'info' },
  messages: 2,
});

const MOVED: readonly Sketch[] = (
  ['instance-retirement', 'instance-stop', 'system-reboot'] as const
).map((code) => ({
  name: `${code}-in-window`,
  title: `AWS announces ${code} in two days; it is moved in its maintenance window.`,
  policy: 'windowed',
  startAt: EVENING,
  minutes: NIGHT_MIN,
  play: (stage) => announces(stage, { code, inS: TWO_DAYS_S }),
  // The window opens six hours after the run begins, and the story begins five minutes in.
  label: (_truth, [id = '']) => only(ahead(id, { why: PLANNED }), moved(id, 6 * 3_600 - 300)),
}));

const WISHES: readonly Sketch[] = [
  {
    name: 'vetoed',
    title: 'A move is planned, and a person vetoes it by tag.',
    policy: 'windowed',
    startAt: EVENING,
    minutes: NIGHT_MIN,
    play(stage) {
      announces(stage, { code: 'instance-stop', inS: TWO_DAYS_S });
      stage.at(1_800, () => stage.world.people.setTag(stage.id, 'watchdog:move', 'veto'));
    },
    // The plan, and that the veto was understood.
    label: (_truth, [id = '']) => only(ahead(id, { why: PLANNED, messages: 2 })),
  },
  {
    name: 'brought-forward',
    title: 'A move is planned for the night, and a person wants it now.',
    policy: 'windowed',
    startAt: EVENING,
    minutes: 90,
    play(stage) {
      announces(stage, { code: 'instance-retirement', inS: TWO_DAYS_S });
      stage.at(1_800, () => stage.world.people.setTag(stage.id, 'watchdog:move', 'now'));
    },
    label: (_truth, [id = '']) => only(ahead(id, { why: PLANNED }), moved(id, 1_800)),
  },
  {
    name: 'withdrawn',
    title: 'AWS announces a stop and takes it back half an hour later.',
    policy: 'windowed',
    startAt: EVENING,
    minutes: 90,
    play(stage) {
      announces(stage, { code: 'instance-stop', inS: TWO_DAYS_S });
      stage.at(1_800, () => stage.world.aws.schedule(stage.id, undefined));
    },
    label: (_truth, [id = '']) => only(ahead(id, { why: PLANNED, messages: 2 })),
  },
];

const DONE: readonly Sketch[] = ([1_800, 7_200] as const).map((inS) => ({
  name: `carried-out-after-${inS / 60}-min`,
  title: `AWS announces a stop ${inS / 60} min ahead and does it; the watchdog starts it again.`,
  minutes: inS / 60 + 30,
  play: (stage) => announces(stage, { code: 'instance-stop', inS, carriedOut: true }),
  label: (truth, [id = '']) =>
    only(
      ahead(id, { why: 'AWS stops it soon: the owner hears of it.', loudest: 'warning' }),
      rescued(truth, id),
    ),
}));

const OTHERS: readonly Sketch[] = [
  {
    name: 'retiring-and-impaired',
    title: 'The host that is to be retired breaks today: it is moved at once.',
    policy: 'windowed',
    startAt: EVENING,
    play(stage) {
      announces(stage, { code: 'instance-retirement', inS: TWO_DAYS_S });
      stage.at(600, () => stage.world.aws.breaks(stage.id, 'system'));
    },
    label: (truth, [id = '']) =>
      only(ahead(id, { why: PLANNED, byS: 590 }), mended(truth, id, { check: 'system' })),
  },
  {
    name: 'reboot-carried-out',
    title: 'AWS announces a reboot half an hour ahead and does it: back before anybody need act.',
    minutes: 60,
    play: (stage) => announces(stage, { code: 'instance-reboot', inS: 1_800, carriedOut: true }),
    label: (_truth, [id = '']) =>
      only(ahead(id, { why: 'AWS reboots it soon: the owner hears of it.', loudest: 'warning' })),
  },
  {
    name: 'over-by-health',
    title: 'AWS Health closes an announcement of last week.',
    minutes: 15,
    play: ({ world, id, at }) =>
      at(0, () => {
        world.aws.health({
          eventTypeCode: HEALTH_CODE['instance-retirement'],
          category: 'scheduledChange',
          statusCode: 'closed',
          entityStatus: 'RESOLVED',
          instanceIds: [id],
        });
      }),
    label: () => SILENCE,
  },
];

/** AWS announces work on a host. */
export const MAINTENANCE = family('maintenance', [
  ...TOLD,
  ...BY_HEALTH_ALONE,
  ...MOVED,
  ...WISHES,
  ...DONE,
  ...OTHERS,
]);
