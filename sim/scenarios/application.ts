import type { Cure } from '../account/ec2-cures';
import {
  impeded,
  leftToPerson,
  mended,
  only,
  PAGE_WITHIN_S,
  rescued,
  SILENCE,
  TOLERATION_S,
} from './episodes';
import { family, type Scenario, type Sketch, type Stage } from './scenario';

const SOCKETS = { namespace: 'LiveChat', name: 'OpenSockets' } as const;

const dies =
  (curedBy: Cure): Scenario['play'] =>
  ({ world, id, at }) =>
    at(0, () => world.aws.appDies(id, curedBy));

const mendedAlone: Scenario['label'] = (truth, [id = '']) =>
  only(mended(truth, id, { check: 'application' }));

const CURED: readonly Sketch[] = (['restart-service', 'reboot', 'stop-start'] as const).map(
  (cure) => ({
    name: `helped-by-${cure}`,
    title: `The application dies and a ${cure} helps.`,
    policy: 'asked',
    minutes: 60,
    play: dies(cure),
    label: mendedAlone,
  }),
);

/** The owner's own alarm, a minute after the fact in both directions. */
function alarmFollows({ world, id, at }: Stage): void {
  const name = `chat-${id}`;
  world.alarms.define(name, { instanceId: id, state: 'OK' });
  at(60, () => world.alarms.set(name, 'ALARM'));
  world.history.onFact((fact) => {
    if (fact.kind !== 'serving' || !fact.serving) return;
    world.at(world.elapsedS() + 60, () => world.alarms.set(name, 'OK'));
  });
}

function metricFollows({ world, id, at }: Stage): void {
  world.metrics.set(id, SOCKETS, 120);
  at(0, () => world.metrics.set(id, SOCKETS, 0));
  world.history.onFact((fact) => {
    if (fact.kind === 'serving' && fact.serving) world.metrics.set(id, SOCKETS, 80);
  });
}

const CLOUDWATCH: readonly Sketch[] = [
  {
    name: 'by-alarm',
    title: "The owner's alarm says that the application is dead: its service is restarted.",
    policy: 'alarmed',
    play(stage) {
      alarmFollows(stage);
      dies('restart-service')(stage);
    },
    label: (truth, [id = '']) =>
      only({
        instanceId: id,
        why: 'The alarm stood for longer than is tolerated: nobody need act.',
        fromS: 0,
        telling: { kind: 'at-once', detectableS: truth.signal(id, 60 + TOLERATION_S) },
        messages: 2,
        ordinary: true,
      }),
  },
  {
    name: 'by-metric',
    title: 'A metric says that the application is dead: its service is restarted.',
    policy: 'measured',
    play(stage) {
      metricFollows(stage);
      dies('restart-service')(stage);
    },
    label: (truth, [id = '']) =>
      only({
        instanceId: id,
        why: 'Two minutes of the metric are bad: nobody need act.',
        fromS: 0,
        // Two whole minutes of data, the delay of CloudWatch of a minute, and what is tolerated.
        telling: { kind: 'at-once', detectableS: truth.signal(id, 180 + TOLERATION_S) },
        messages: 2,
        ordinary: true,
      }),
  },
];

const NOT_CURED: readonly Sketch[] = [
  {
    name: 'nothing-helps',
    title: 'The application dies and no remedy helps: a person must look.',
    policy: 'asked',
    minutes: 100,
    play: dies('nothing'),
    label: (truth, [id = '']) => {
      const movedS = truth.reached(id, 'running');
      return only(
        leftToPerson(truth, id, {
          check: 'application',
          why: 'A restart, a reboot and a move did not help: a person must look.',
          pageFromS: movedS,
          pageByS: movedS + 900 + PAGE_WITHIN_S,
          messages: 3,
        }),
      );
    },
  },
  {
    name: 'agent-silent-no-reboot',
    title: 'The application dies, nothing reaches its agent, and no reboot is listed.',
    policy: 'unrebooted',
    minutes: 45,
    play(stage) {
      // Systems Manager takes commands until an agent has not been heard for five minutes.
      stage.world.faults.agentOffline(stage.id, stage.span(-300, 7_200));
      dies('restart-service')(stage);
    },
    label: (truth, [id = '']) => {
      const sinceS = truth.impaired(id, 'application');
      return only(
        leftToPerson(truth, id, {
          check: 'application',
          why: 'Its service cannot be restarted from outside: a person must.',
          pageFromS: sinceS + TOLERATION_S,
          // The restart is asked for during its three minutes.
          pageByS: sinceS + TOLERATION_S + 180 + PAGE_WITHIN_S,
          messages: 3,
        }),
      );
    },
  },
  {
    name: 'agent-silent',
    title: 'The application dies and nothing reaches its agent: it is rebooted instead.',
    policy: 'asked',
    minutes: 60,
    play(stage) {
      stage.world.faults.agentOffline(stage.id, stage.span(-300, 7_200));
      dies('restart-service')(stage);
    },
    label: mendedAlone,
  },
  {
    name: 'systems-manager-down',
    title: 'The application dies while Systems Manager fails for a minute and a half.',
    policy: 'asked',
    minutes: 60,
    play(stage) {
      stage.world.faults.serviceDown('ssm', stage.span(0, 330));
      dies('restart-service')(stage);
    },
    label: (truth, [id = '']) => only(impeded(mended(truth, id, { check: 'application' }), 330)),
  },
];

/** What checks the applications is broken, not the applications. */
const SUSPECT: readonly Sketch[] = [3, 5].map((count) => ({
  name: `check-suspect-${count}-servers`,
  title: `Every application check of ${count} servers fails while users are served.`,
  policy: 'asked',
  fleet: { count, zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] },
  play({ world, ids, at }) {
    for (const id of ids) at(0, () => world.aws.impair(id, 'application', true));
  },
  label: (truth, ids) => {
    const sinceS = Math.max(...ids.map((id) => truth.impaired(id, 'application')));
    const firstS = Math.min(...ids.map((id) => truth.impaired(id, 'application')));
    return {
      episodes: ids.map((id) => ({
        instanceId: id,
        why: 'All checks fail at once: a person must look at the check, once for all.',
        fromS: firstS,
        telling: { kind: 'quiet', loudest: 'warning' },
        page: {
          fromS: firstS + TOLERATION_S,
          byS: 'never' as const,
          toS: Number.POSITIVE_INFINITY,
        },
        messages: 2,
      })),
      together: { messages: 1 + count, pageByS: sinceS + TOLERATION_S + PAGE_WITHIN_S },
    };
  },
}));

const HARMLESS: readonly Sketch[] = [
  {
    name: 'alarm-insufficient-data',
    title: "The owner's alarm has no data for ten minutes, and users are served.",
    policy: 'alarmed',
    play({ world, id, at }) {
      world.alarms.define(`chat-${id}`, { instanceId: id, state: 'OK' });
      at(0, () => world.alarms.set(`chat-${id}`, 'INSUFFICIENT_DATA'));
      at(600, () => world.alarms.set(`chat-${id}`, 'OK'));
    },
    label: () => SILENCE,
  },
  {
    name: 'metric-without-data',
    title: 'The metric has no data for ten minutes, and users are served.',
    policy: 'measured',
    play({ world, id, at }) {
      world.metrics.set(id, SOCKETS, 120);
      at(0, () => world.metrics.set(id, SOCKETS, undefined));
      at(600, () => world.metrics.set(id, SOCKETS, 90));
    },
    label: () => SILENCE,
  },
];

/** It serves, and the metric by which its owner wants it judged never says so. */
const UNPROVED: readonly Sketch[] = [
  {
    name: 'metric-never-published',
    title: 'AWS stops it; its policy asks for a metric that it has never published.',
    policy: 'measured',
    play: ({ world, id, at }) => at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 })),
    label(truth, [id = '']) {
      const servesS = truth.serves(id);
      return only({
        ...rescued(truth, id, { messages: 3 }),
        // "It has served for twenty minutes, and a check still […] gives no result", says the
        // runbook of not-recovered: a person may look at the metric.
        page: { fromS: servesS + 1_190, byS: 'never', toS: Number.POSITIVE_INFINITY },
      });
    },
  },
];

/** EC2 is fine and the application is not. */
export const APPLICATION = family('application', [
  ...CURED,
  ...CLOUDWATCH,
  ...NOT_CURED,
  ...SUSPECT,
  ...HARMLESS,
  ...UNPROVED,
]);
