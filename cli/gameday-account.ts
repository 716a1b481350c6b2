import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateTagsCommand, DeleteTagsCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { PublishCommand } from '@aws-sdk/client-sns';
import { GAME_DAY_TAGS } from '../lambda/core/tags';
import { instant, type Instant } from '../lambda/core/time';
import { AccountError } from './account-error';
import { told, type Connection } from './connection';
import type { FisExperiment } from './fis-port';
import type { DeployedExperiment, GameDays, RunState, StartedExperiment } from './gameday-port';

/** The stack of game days is called after the watchdog's (lib/game-day-stack.ts). */
const STACK_SUFFIX = 'GameDays';

/** Game days through FIS, EC2 and SNS. */
export function createGameDays(connection: Connection & { readonly stack: string }): GameDays {
  return { ...templates(connection), ...experiments(connection), ...marks(connection) };
}

const exactly = (epochS: number | undefined): Instant | undefined =>
  epochS === undefined ? undefined : instant(Math.round(epochS * 1_000));

type Templates = Pick<GameDays, 'experimentTemplates' | 'experimentRole'>;

function templates({ clients, asking }: Connection): Templates {
  return {
    experimentTemplates: async () =>
      told(asking('fis:ListExperimentTemplates', '*'), async () => {
        const fis = await clients.fis();
        const found: DeployedExperiment[] = [];
        let nextToken: string | undefined;
        do {
          const page = await fis.send({ operation: 'ListExperimentTemplates', nextToken });
          for (const { id, description = '', tags = {} } of page.experimentTemplates ?? []) {
            const name = tags[GAME_DAY_TAGS.experiment];
            if (id !== undefined && name !== undefined)
              found.push({ templateId: id, name, description });
          }
          ({ nextToken } = page);
        } while (nextToken !== undefined);
        return found.toSorted((one, other) => one.name.localeCompare(other.name));
      }),
    experimentRole: async (id) =>
      told(asking('fis:GetExperimentTemplate', id), async () => {
        const fis = await clients.fis();
        const { experimentTemplate } = await fis.send({ operation: 'GetExperimentTemplate', id });
        const role = experimentTemplate?.roleArn;
        if (role !== undefined) return role;
        throw new AccountError(`FIS names no role of the template ${id}.\n  Deploy it again.`);
      }),
  };
}

type Experiments = Pick<GameDays, 'experimentsOf' | 'readExperiment' | 'startExperiment'>;

function experiments({ clients, asking, clock }: Connection): Experiments {
  const read = async (id: string): Promise<StartedExperiment | undefined> =>
    told(asking('fis:GetExperiment', id), async () => {
      const fis = await clients.fis();
      try {
        const { experiment } = await fis.send({ operation: 'GetExperiment', id });
        return experiment === undefined ? undefined : startedOf(experiment, clock.now());
      } catch (error) {
        if ((error as { readonly name?: unknown }).name === 'ResourceNotFoundException') {
          return undefined;
        }
        throw error;
      }
    });
  return {
    readExperiment: read,
    experimentsOf: async ({ templateId }) => {
      const ids = await told(asking('fis:ListExperiments', '*'), async () => {
        const fis = await clients.fis();
        const { experiments: page = [] } = await fis.send({
          operation: 'ListExperiments',
          experimentTemplateId: templateId,
        });
        return page
          .toSorted((a, b) => (b.creationTime ?? 0) - (a.creationTime ?? 0))
          .flatMap(({ id }) => id ?? []);
      });
      const found = await Promise.all(ids.slice(0, NEWEST).map(read));
      return found.filter((one) => one !== undefined);
    },
    startExperiment: async ({ template, instanceId, token }) =>
      told(asking('fis:StartExperiment', template.name), async () => {
        const fis = await clients.fis();
        const { experiment } = await fis.send({
          operation: 'StartExperiment',
          clientToken: token,
          experimentTemplateId: template.templateId,
          tags: {
            [GAME_DAY_TAGS.experiment]: template.name,
            [GAME_DAY_TAGS.instance]: instanceId,
          },
        });
        return startedOf(experiment ?? {}, clock.now());
      }),
  };
}

/** So many are looked at of one template: what ran before is not of interest. */
const NEWEST = 3;

function startedOf(experiment: FisExperiment, now: Instant): StartedExperiment {
  const { id = '', state = {}, tags = {}, roleArn = '', actions = {} } = experiment;
  const { status = 'pending', reason = '' } = state;
  return {
    id,
    name: tags[GAME_DAY_TAGS.experiment] ?? '',
    instanceId: tags[GAME_DAY_TAGS.instance],
    state: stateOf(status),
    stateText: reason === '' ? status : `${status}: ${reason}`,
    startedAt: exactly(experiment.startTime) ?? exactly(experiment.creationTime) ?? now,
    roleArn,
    actions: Object.fromEntries(
      Object.entries(actions).map(([name, { startTime, endTime }]) => [
        name,
        { from: exactly(startTime), to: exactly(endTime) },
      ]),
    ),
  };
}

function stateOf(status: string): RunState {
  switch (status) {
    case 'completed':
      return 'completed';
    case 'stopped':
    case 'failed':
    case 'cancelled':
      return 'stopped';
    default:
      // pending, initiating, running, stopping, and what FIS may add.
      return 'under-way';
  }
}

type Marks = Pick<GameDays, 'consentedVolumes' | 'mark' | 'unmark' | 'postOutcome'>;

function marks(connection: Connection & { readonly stack: string }): Marks {
  const { clients, asking } = connection;
  return {
    consentedVolumes: async (instanceId) =>
      told(asking('ec2:DescribeVolumes', instanceId), async () => {
        const { Volumes = [] } = await clients.ec2.send(
          new DescribeVolumesCommand({
            Filters: [
              { Name: 'attachment.instance-id', Values: [instanceId] },
              { Name: `tag:${GAME_DAY_TAGS.consent}`, Values: ['yes'] },
            ],
          }),
        );
        return Volumes.flatMap(({ VolumeId }) => VolumeId ?? []);
      }),
    mark: async (id, tags) =>
      told(asking('ec2:CreateTags', id), async () => {
        const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
        await clients.ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
      }),
    unmark: async (id, keys) =>
      told(asking('ec2:DeleteTags', id), async () => {
        const Tags = keys.map((Key) => ({ Key }));
        await clients.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags }));
      }),
    async postOutcome(Subject, Message) {
      const TopicArn = await topicOf(connection);
      await told(asking('sns:Publish', TopicArn), async () => {
        const sns = await clients.sns();
        await sns.send(new PublishCommand({ TopicArn, Subject, Message }));
      });
    },
  };
}

async function topicOf(connection: Connection & { readonly stack: string }): Promise<string> {
  const { clients, asking } = connection;
  const StackName = `${connection.stack}${STACK_SUFFIX}`;
  const outputs = await told(
    asking('cloudformation:DescribeStacks', `the stack ${StackName}`),
    async () =>
      (await clients.cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]
        ?.Outputs ?? [],
  );
  const topic = outputs.find(({ OutputKey }) => OutputKey === 'GameDayTopicArn')?.OutputValue;
  if (topic !== undefined) return topic;
  throw new AccountError(
    `The stack ${StackName} has no output GameDayTopicArn.\n` +
      '  Deploy it again, or leave the message out with --quiet.',
  );
}
