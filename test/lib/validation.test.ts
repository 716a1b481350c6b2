import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InstanceWatchdog, type InstanceWatchdogProps } from '../../lib/instance-watchdog';
import { addNag } from '../../lib/nag';
import { checkedInContext, synthesizeTemplate } from '../../lib/synthesize';
import { WatchdogStack } from '../../lib/watchdog-stack';
import { FULL, SMALLEST } from './stack-under-test';

/** Loading CDK's own checks takes seconds, so only two tests do. */
type Checks = 'all' | 'nag';

/** What CDK's own checks and cdk-nag find at the level of an error. */
function findingsOf(checks: Checks, build: (stack: Stack) => void): readonly string[] {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: checks === 'all',
    context: {
      ...checkedInContext(),
      'aws:cdk:bundling-stacks': [],
      '@aws-cdk/core:failSynthOnValidationErrors': false,
    },
  });
  const stack = new Stack(app, 'UnderTest');
  build(stack);
  addNag(app);
  const { directory } = app.synth();
  const { pluginReports } = JSON.parse(
    readFileSync(join(directory, 'validation-report.json'), 'utf8'),
  ) as {
    readonly pluginReports: readonly {
      readonly violations: readonly { readonly ruleName: string; readonly severity: string }[];
    }[];
  };
  return pluginReports
    .flatMap(({ violations }) => violations)
    .filter(({ severity }) => severity !== 'warning' && severity !== 'info')
    .map(({ ruleName }) => ruleName);
}

describe("CDK's built-in checks and cdk-nag", () => {
  // They print their report to the console, whatever they find.
  const silence = () => undefined;
  beforeEach(() => {
    jest.spyOn(console, 'error').mockImplementation(silence);
    jest.spyOn(console, 'log').mockImplementation(silence);
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = 0;
  });

  test.each<[string, Checks, InstanceWatchdogProps]>([
    ['the smallest configuration', 'nag', SMALLEST],
    ['the full configuration', 'all', FULL],
  ])('find nothing in %s', (_, checks, props) => {
    expect(findingsOf(checks, (stack) => new InstanceWatchdog(stack, 'W', props))).toEqual([]);
  });

  test('do find what is wrong: a queue without TLS and dead letters, a type that is none', () => {
    const findings = findingsOf('all', (stack) => {
      new sqs.Queue(stack, 'Bare');
      new CfnResource(stack, 'Unknown', { type: 'AWS::EC2::NoSuchThing' });
    });
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.stringContaining('AwsSolutions-SQS3'),
        expect.stringContaining('AwsSolutions-SQS4'),
        expect.stringContaining('F3006'),
      ]),
    );
  });

  test('an acknowledgement holds for its construct only', () => {
    const findings = findingsOf('nag', (stack) => {
      new InstanceWatchdog(stack, 'Watchdog', SMALLEST);
      new sqs.Queue(stack, 'Bare', { enforceSSL: true });
    });
    expect(findings).toEqual([expect.stringContaining('AwsSolutions-SQS3')]);
  });
});

test('every acknowledgement says why', () => {
  const app = new App({ context: { ...checkedInContext(), 'aws:cdk:bundling-stacks': [] } });
  const stack = new WatchdogStack(app, 'Acknowledged');
  const reasons = stack.node
    .findAll()
    .flatMap((construct) => construct.node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.values(data as Record<string, unknown>));
  expect(reasons.length).toBeGreaterThan(0);
  for (const reason of reasons) expect(JSON.stringify(reason).length).toBeGreaterThan(30);
});

describe('synthesizeTemplate', () => {
  test('makes the template of the checked-in configuration, the same each time', () => {
    const template = synthesizeTemplate();
    expect(template).toEqual(synthesizeTemplate());
    expect(Object.keys(template)).toEqual(expect.arrayContaining(['Resources', 'Outputs']));
  });

  test.each([
    'AlertTopicArn',
    'LogGroupName',
    'DeadLetterQueueUrl',
    'UndeliveredQueueUrl',
    'OpsTopicArn',
    'SignalQueueUrl',
    'IncidentTableName',
    'FunctionName',
  ])('has the output %s', (output) => {
    const { Outputs } = synthesizeTemplate() as { Outputs: Record<string, unknown> };
    expect(Outputs).toHaveProperty(output);
  });
});
