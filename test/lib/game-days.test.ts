import { Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPERIMENTS } from '../../cli/gameday-experiments';
import { requireGameDays, type GameDayConfigInput } from '../../lib/game-day-config';
import { addGameDays, GameDayStack } from '../../lib/game-day-stack';
import { addNag } from '../../lib/nag';
import { WatchdogStack } from '../../lib/watchdog-stack';
import { onlyResource, quietApp, resourcesOf } from './stack-under-test';

/** Everything that can be configured. */
const WHOLE: GameDayConfigInput = {
  emails: ['chat-team@example.com'],
  stopAlarmArns: ['arn:aws:cloudwatch:us-east-1:111122223333:alarm:chat-errors'],
  zones: ['us-east-1a', 'us-east-1b'],
  port: 8080,
  process: 'livechat',
};

function stackOf(gameDays: GameDayConfigInput): GameDayStack {
  const app = quietApp();
  const { watchdog } = new WatchdogStack(app, 'LiveChatWatchdog');
  return new GameDayStack(app, 'GameDays', { watchdog, gameDays });
}

const whole = Template.fromStack(stackOf(WHOLE));
const least = Template.fromStack(stackOf({}));

/** An experiment template, as far as these tests ask. */
interface Experiment {
  readonly Description: string;
  readonly Tags: Readonly<Record<string, string>>;
  readonly StopConditions: readonly { readonly Source: string; readonly Value: unknown }[];
  readonly ExperimentOptions: unknown;
  readonly LogConfiguration: unknown;
  readonly Targets: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Actions: Readonly<
    Record<
      string,
      {
        readonly ActionId: string;
        readonly Parameters?: Readonly<Record<string, unknown>>;
        readonly StartAfter?: readonly string[];
      }
    >
  >;
}

const NAME = 'watchdog:game-day-experiment';

const experimentsOf = (template: Template): readonly (readonly [string, Experiment])[] =>
  resourcesOf(template, 'AWS::FIS::ExperimentTemplate').map(({ properties }) => {
    const experiment = properties as unknown as Experiment;
    return [experiment.Tags[NAME] ?? '', experiment] as const;
  });

const namesOf = (template: Template): readonly string[] =>
  experimentsOf(template)
    .map(([name]) => name)
    .toSorted();

describe('the experiments', () => {
  const all = experimentsOf(whole);

  test('are those that the command line knows', () => {
    expect(namesOf(whole)).toEqual(EXPERIMENTS.map(({ name }) => name).toSorted());
  });

  test('are fewer where the configuration does not say what they need', () => {
    expect(namesOf(least)).toEqual(['internal-errors', 'stop', 'throttling', 'volume-io']);
  });

  test.each(all)('%s is aimed at one that is marked for it, or at the watchdog', (name, found) => {
    for (const target of Object.values(found.Targets)) {
      if (target['ResourceType'] === 'aws:iam:role') {
        expect(JSON.stringify(target['ResourceArns'])).toContain('InstanceWatchdogRole');
        continue;
      }
      expect(target).toMatchObject({
        ResourceTags: {
          'watchdog:game-day-consent': 'yes',
          'watchdog:game-day-target': name,
        },
        SelectionMode: 'COUNT(1)',
      });
      expect(target).not.toHaveProperty('ResourceArns');
    }
  });

  test.each(all)('%s ends when the watchdog is blind, or the service says so', (_, found) => {
    const [heartbeat, service, ...more] = found.StopConditions;
    expect(JSON.stringify(heartbeat)).toContain('heartbeatmissing');
    expect(service).toEqual({ Source: 'aws:cloudwatch:alarm', Value: WHOLE.stopAlarmArns?.[0] });
    expect(more).toEqual([]);
  });

  test.each(all)('%s is logged, and fails where nothing is marked', (_, found) => {
    expect(found.LogConfiguration).toMatchObject({ LogSchemaVersion: 2 });
    expect(found.ExperimentOptions).toEqual({
      AccountTargeting: 'single-account',
      EmptyTargetResolutionMode: 'fail',
    });
  });

  test.each(all)('%s says within the limit of FIS what it shows and what not', (_, found) => {
    expect(found.Description.length).toBeLessThanOrEqual(512);
    expect(found.Description).toMatch(/Shows: .*Cannot show: /s);
  });

  test('no stop is undone by FIS itself: that is what the watchdog is tried for', () => {
    const stops = all.flatMap(([, { Actions }]) =>
      Object.values(Actions).filter(({ ActionId }) => ActionId === 'aws:ec2:stop-instances'),
    );
    expect(stops).toHaveLength(4);
    for (const { Parameters = {} } of stops) expect(Object.keys(Parameters)).toEqual([]);
  });

  test.each(['no-capacity', 'throttling', 'internal-errors'])(
    '%s stops the server when the fault is in force, and only StartInstances fails',
    (name) => {
      const [, found] = all.find(([one]) => one === name) ?? [];
      expect(found?.Actions['stop']?.StartAfter).toEqual(['begin']);
      expect(found?.Actions['fail']?.StartAfter).toBeUndefined();
      const { operations, availabilityZoneIdentifiers } = found?.Actions['fail']?.Parameters ?? {};
      expect(operations ?? availabilityZoneIdentifiers).toBe(
        name === 'no-capacity' ? 'us-east-1a,us-east-1b' : 'StartInstances',
      );
    },
  );
});

describe('the stack', () => {
  test('is there only where the context asks for it', () => {
    const app = quietApp();
    addGameDays(app, new WatchdogStack(app, 'LiveChatWatchdog').watchdog);
    expect(app.synth().stacks.map(({ stackName }) => stackName)).toEqual(['LiveChatWatchdog']);
  });

  test('and then has a name of its own, and leaves the watchdog as it was', () => {
    const asked = quietApp({ gameDays: WHOLE });
    addGameDays(asked, new WatchdogStack(asked, 'LiveChatWatchdog').watchdog);
    const plain = quietApp();
    new WatchdogStack(plain, 'LiveChatWatchdog');
    const resourcesIn = (app: ReturnType<typeof quietApp>): unknown =>
      (
        app.synth().getStackByName('LiveChatWatchdog').template as {
          readonly Resources: unknown;
        }
      ).Resources;
    expect(resourcesIn(asked)).toEqual(resourcesIn(plain));
    expect(asked.synth().stacks.map(({ stackName }) => stackName)).toEqual([
      'LiveChatWatchdog',
      'LiveChatWatchdogGameDays',
    ]);
  });

  test('tells those who are configured, over TLS only', () => {
    const { properties } = onlyResource(whole, 'AWS::SNS::Subscription');
    expect(properties).toMatchObject({ Protocol: 'email', Endpoint: 'chat-team@example.com' });
    expect(JSON.stringify(onlyResource(whole, 'AWS::SNS::TopicPolicy'))).toContain(
      'aws:SecureTransport',
    );
  });

  test('lets nothing but the delivery of logs write to its group', () => {
    const { properties } = onlyResource(whole, 'AWS::Logs::ResourcePolicy');
    expect(JSON.stringify(properties)).toContain('delivery.logs.amazonaws.com');
    expect(JSON.stringify(properties)).toContain('aws:SourceAccount');
  });
});

describe('the configuration', () => {
  test.each<[string, unknown, string]>([
    ['is no object', 'yes', 'but must be an object'],
    ['has an unknown field', { zone: 'us-east-1a' }, 'one of the fields emails'],
    ['has a port that is none', { port: 70_000 }, 'a whole number from 1 to 65535'],
    ['names a process by its path', { process: '/usr/bin/chat' }, 'the name of a process'],
    ['names a Region for a zone', { zones: ['us-east-1'] }, 'zone names'],
    ['has five alarms', { stopAlarmArns: Array(5).fill(WHOLE.stopAlarmArns?.[0]) }, 'at most 4'],
  ])('that %s is refused with what is allowed', (_, input, says) => {
    expect(() => requireGameDays(input, 'cdk.json')).toThrow(says);
  });

  test('is complete with nothing in it', () => {
    expect(requireGameDays({}, 'cdk.json')).toEqual({ emails: [], stopAlarmArns: [], zones: [] });
  });

  test('tells every mistake at once', () => {
    expect(() => requireGameDays({ port: 0, zones: 'a' }, 'cdk.json')).toThrow(/port(.|\n)*zones/);
  });
});

describe('cdk-nag', () => {
  beforeEach(() => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = 0;
  });

  const findings = (gameDays: GameDayConfigInput): readonly string[] => {
    const app = quietApp({ '@aws-cdk/core:failSynthOnValidationErrors': false });
    const { watchdog } = new WatchdogStack(app, 'LiveChatWatchdog');
    new GameDayStack(app, 'GameDays', { watchdog, gameDays });
    addNag(app);
    const { directory } = app.synth();
    const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as {
      readonly pluginReports: readonly {
        readonly violations: readonly { readonly ruleName: string; readonly severity: string }[];
      }[];
    };
    return report.pluginReports
      .flatMap(({ violations }) => violations)
      .filter(({ severity }) => severity !== 'warning' && severity !== 'info')
      .map(({ ruleName }) => ruleName);
  };

  test.each([
    ['everything', WHOLE],
    ['nothing', {}],
  ])('finds nothing where %s is configured', (_, gameDays) => {
    expect(findings(gameDays)).toEqual([]);
  });

  test('every acknowledgement says why', () => {
    const reasons = stackOf(WHOLE)
      .node.findAll()
      .flatMap((construct) => construct.node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.values(data as Record<string, unknown>));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(JSON.stringify(reason).length).toBeGreaterThan(30);
  });
});
