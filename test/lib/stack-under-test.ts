import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { InstanceWatchdog, type InstanceWatchdogProps } from '../../lib/instance-watchdog';
import { checkedInContext } from '../../lib/synthesize';

/** The smallest configuration there is. */
export const SMALLEST: InstanceWatchdogProps = { policies: { livechat: {} } };

/** A configuration that only watches. */
export const OBSERVING: InstanceWatchdogProps = {
  policies: {
    livechat: {
      mode: 'observe',
      ladders: { 'no-capacity': ['reserve-capacity', 'change-type'] },
      restartDocument: 'LiveChat-Restart',
      alternateTypes: ['m6a.large'],
      reassociateAddress: true,
      hooks: [{ name: 'backfill', on: 'serving', kind: 'ssm', document: 'LiveChat-Backfill' }],
    },
  },
};

/** A configuration that uses every field. */
export const FULL: InstanceWatchdogProps = {
  policies: {
    livechat: {
      applicationCheck: { port: 8080, path: '/health' },
      ladders: { 'no-capacity': ['reserve-capacity', 'change-type'] },
      awsRecoverySeconds: 600,
      maintenanceWindow: { days: ['sun'], from: '03:00', to: '05:00' },
      accepts: ['public-address'],
      restartDocument: 'LiveChat-Restart',
      alternateTypes: ['m6a.large', 'm5.large'],
      reassociateAddress: true,
      hooks: [
        { name: 'presence', on: 'serving', kind: 'event' },
        { name: 'backfill', on: 'serving', kind: 'ssm', document: 'LiveChat-Backfill' },
      ],
    },
    metered: {
      applicationMetric: { namespace: 'LiveChat', name: 'Sockets', below: 1 },
      restartDocument: 'AWS-RestartLiveChat',
    },
    alarmed: {
      applicationAlarm: 'livechat-{id}-down',
      restartDocument: 'arn:aws:ssm:us-east-1:444455556666:document/Shared-Restart',
    },
    quiet: { mode: 'observe' },
  },
  timeZone: 'America/Los_Angeles',
  alertEmails: ['oncall@example.com', 'chat-team@example.com'],
  alertPhones: ['+14155550123'],
  opsEmails: ['platform@example.com'],
  chatTopic: true,
  pagerTopic: true,
  pagerUrls: ['https://events.pagerduty.com/integration/0123456789abcdef/enqueue'],
  events: true,
  heartbeatUrl: 'https://deadman.example.com/ping/42',
  runbookUrl: 'https://wiki.example.com/watchdog',
  kmsKeyArns: ['arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444'],
  takedownPercent: 20,
  takedownMost: 3,
  encryptTopics: true,
  logRetentionDays: 90,
};

/** An app with the project's feature flags that neither bundles nor validates nor prints. */
export function quietApp(context: Readonly<Record<string, unknown>> = {}): App {
  return new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    context: {
      ...checkedInContext(),
      'aws:cdk:bundling-stacks': [],
      '@aws-cdk/core:annotationsInValidationReport': false,
      ...context,
    },
  });
}

/** The template of a stack that holds one watchdog with these props. */
export function templateOf(props: InstanceWatchdogProps = SMALLEST): Template {
  const stack = new Stack(quietApp(), 'UnderTest');
  new InstanceWatchdog(stack, 'Watchdog', props);
  return Template.fromStack(stack);
}

/** One resource of a template, loosely typed for assertions. */
export interface FoundResource {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The resources of one type whose logical id contains `part`. */
export function resourcesOf(template: Template, type: string, part = ''): readonly FoundResource[] {
  return Object.entries(template.findResources(type))
    .filter(([id]) => id.includes(part))
    .map(([id, resource]) => ({
      id,
      properties: (resource as { Properties?: Record<string, unknown> }).Properties ?? {},
    }));
}

/** The only resource of its type whose logical id contains `part`; fails when there is another. */
export function onlyResource(template: Template, type: string, part = ''): FoundResource {
  const found = resourcesOf(template, type, part);
  expect(found).toHaveLength(1);
  return found[0] as FoundResource;
}

/** A statement as CloudFormation has it, lists made of single values. */
export interface FoundStatement {
  readonly sid: string | undefined;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly principal: unknown;
  readonly condition: unknown;
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** The statements of a policy document. */
export function statementsOf(document: unknown): readonly FoundStatement[] {
  const { Statement } = document as { Statement: readonly Record<string, unknown>[] };
  return Statement.map((statement) => ({
    sid: statement['Sid'] as string | undefined,
    effect: statement['Effect'] as string,
    actions: listed(statement['Action']) as readonly string[],
    resources: listed(statement['Resource']),
    principal: statement['Principal'],
    condition: statement['Condition'],
  }));
}
