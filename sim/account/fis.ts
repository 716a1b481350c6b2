import { seconds, type Instant } from '../../lambda/core/time';
import type { History } from '../history';
import type { Random, Stream } from '../random';
import type { Timeline } from '../time';
import type { Instance } from './ec2-instance';
import { carryOut, type FisAction, type FisActor, type FisReach } from './fis-acts';
import { fisError } from './fis-errors';
import { RolePolicy } from './iam';
import type { OperatorCaller, OperatorOperation } from './operator-operations';
import type { Deployment, Json, Resource } from './template';

/** What FIS needs of the account. */
export interface FisParts {
  /** The stack of game days. */
  readonly deployment: Deployment;
  readonly reach: FisReach;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly history: History;
}

interface TargetShape {
  readonly ResourceType: string;
  readonly ResourceArns?: readonly string[];
  readonly ResourceTags?: Readonly<Record<string, string>>;
  readonly Filters?: readonly { readonly Path: string; readonly Values: readonly string[] }[];
}

interface ActionShape {
  readonly ActionId: string;
  readonly Parameters?: Readonly<Record<string, string>>;
  readonly Targets?: Readonly<Record<string, string>>;
  readonly StartAfter?: readonly string[];
}

/** A template of the stack, with the id that FIS gives it. */
interface Template {
  readonly id: string;
  readonly arn: string;
  readonly description: string;
  readonly roleArn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: Readonly<Record<string, TargetShape>>;
  readonly actions: Readonly<Record<string, ActionShape>>;
}

/** An experiment as FIS keeps it. */
interface Run {
  readonly id: string;
  readonly arn: string;
  readonly template: Template;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: Instant;
  readonly actions: Record<string, { from: Instant; to: Instant | undefined }>;
  status: 'initiating' | 'running' | 'completed' | 'failed';
  reason: string;
  endedAt: Instant | undefined;
}

/** The input of what reads one thing. */
interface Named {
  readonly id: string;
}

interface OfTemplate {
  readonly experimentTemplateId: string;
}

interface Start extends OfTemplate {
  readonly clientToken: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** FIS looks for its targets, and begins. */
const BEGINS_AFTER = seconds(4);

/** Seconds since 1970, as on the wire. */
const wireTime = (at: Instant): number => at / 1_000;

/**
 * Fault Injection Service as game days use it: the templates of the stack, experiments whose
 * targets are found by tags, actions under the experiment's role. Not simulated: stopping an
 * experiment, stop conditions, logs, volumes, percentages and counts of targets other than one.
 */
export class Fis {
  readonly #parts: FisParts;
  readonly #ids: Stream;
  readonly #templates: readonly Template[];
  readonly #runs: Run[] = [];
  readonly #byToken = new Map<string, Run>();

  constructor(parts: FisParts) {
    this.#parts = parts;
    this.#ids = parts.random.stream('fis/ids');
    this.#templates = parts.deployment
      .all('AWS::FIS::ExperimentTemplate')
      .map((resource, index) => templateOf(resource, index, parts.deployment));
  }

  /** FIS's operations by name; only people call them. */
  operations(): Readonly<Record<string, OperatorOperation>> {
    return {
      ListExperimentTemplates: (_input: never, caller) => this.#listTemplates(caller),
      GetExperimentTemplate: (input: Named, caller: OperatorCaller) =>
        this.#getTemplate(input, caller),
      ListExperiments: (input: OfTemplate, caller: OperatorCaller) => this.#list(input, caller),
      GetExperiment: (input: Named, caller: OperatorCaller) => this.#get(input, caller),
      StartExperiment: (input: Start, caller: OperatorCaller) => this.#start(input, caller),
    };
  }

  #listTemplates({ authorize }: OperatorCaller): object {
    authorize('fis:ListExperimentTemplates', '*');
    const experimentTemplates = this.#templates.map(({ id, arn, description, tags }) => ({
      id,
      arn,
      description,
      tags: { ...tags },
    }));
    return { experimentTemplates };
  }

  #getTemplate({ id }: Named, { authorize }: OperatorCaller): object {
    const { arn, roleArn, description, tags } = this.#template(id);
    authorize('fis:GetExperimentTemplate', arn, tagContext(tags));
    return { experimentTemplate: { id, arn, roleArn, description, tags } };
  }

  #list({ experimentTemplateId }: OfTemplate, { authorize }: OperatorCaller): object {
    authorize('fis:ListExperiments', '*');
    const experiments = this.#runs
      .filter(({ template }) => template.id === experimentTemplateId)
      .map(({ id, createdAt, tags }) => ({
        id,
        creationTime: wireTime(createdAt),
        tags: { ...tags },
      }));
    return { experiments };
  }

  #get({ id }: Named, { authorize }: OperatorCaller): object {
    const run = this.#runs.find((one) => one.id === id);
    if (run === undefined) throw fisError('ResourceNotFoundException', `No experiment ${id}`);
    authorize('fis:GetExperiment', run.arn, tagContext(run.tags));
    return { experiment: shapeOf(run) };
  }

  #start(input: Start, { authorize }: OperatorCaller): object {
    const { clientToken, experimentTemplateId, tags } = input;
    const template = this.#template(experimentTemplateId);
    const { region, accountId } = this.#parts.deployment.home;
    const arnOf = (id: string): string => `arn:aws:fis:${region}:${accountId}:experiment/${id}`;
    authorize('fis:StartExperiment', template.arn, tagContext(template.tags));
    authorize('fis:StartExperiment', arnOf('*'));
    authorize('fis:TagResource', arnOf('*'));
    const known = this.#byToken.get(clientToken);
    if (known !== undefined) return { experiment: shapeOf(known) };
    const { timeline } = this.#parts;
    const id = `EXP${this.#ids.uuid().replaceAll('-', '').slice(0, 14)}`;
    const run: Run = {
      id,
      arn: arnOf(id),
      template,
      tags,
      createdAt: timeline.now(),
      actions: {},
      status: 'initiating',
      reason: '',
      endedAt: undefined,
    };
    this.#runs.push(run);
    this.#byToken.set(clientToken, run);
    timeline.after(BEGINS_AFTER, () => this.#begin(run));
    return { experiment: shapeOf(run) };
  }

  #template(id: string | undefined): Template {
    const template = this.#templates.find((one) => one.id === id);
    if (template !== undefined) return template;
    throw fisError('ResourceNotFoundException', `No experiment template ${id}`);
  }

  #begin(run: Run): void {
    const { template, id } = run;
    const targets = new Map<string, readonly Instance[]>();
    for (const [name, target] of Object.entries(template.targets)) {
      if (target.ResourceType === 'aws:iam:role') continue;
      const found = this.#found(target);
      if (found.length === 0) {
        this.#end(run, 'failed', `Target resolution returned empty set: ${name}`);
        return;
      }
      targets.set(name, found);
    }
    run.status = 'running';
    this.#parts.history.add({ kind: 'note', text: `The experiment ${id} begins` });
    for (const [name, { StartAfter = [] }] of Object.entries(template.actions)) {
      if (StartAfter.length === 0) this.#act(run, name, targets);
    }
  }

  #found({ ResourceType, ResourceTags = {}, Filters = [] }: TargetShape): readonly Instance[] {
    if (ResourceType !== 'aws:ec2:instance') return [];
    const wanted = Object.entries(ResourceTags);
    return this.#parts.reach.ec2
      .all()
      .filter(({ tags }) => wanted.every(([key, value]) => tags[key] === value))
      .filter(({ state }) => Filters.every(({ Values }) => Values.includes(state)))
      .slice(0, 1);
  }

  #act(run: Run, name: string, targets: ReadonlyMap<string, readonly Instance[]>): void {
    const { timeline, reach } = this.#parts;
    const { template } = run;
    const action = template.actions[name]!;
    const named = Object.values(action.Targets ?? {});
    const resolved: FisAction = {
      actionId: action.ActionId,
      parameters: action.Parameters ?? {},
      instances: named.flatMap((target) => targets.get(target) ?? []),
      roleArns: named.flatMap((target) => template.targets[target]?.ResourceArns ?? []),
    };
    const now = timeline.now();
    run.actions[name] = { from: now, to: undefined };
    let lastsS: number;
    try {
      lastsS = carryOut(resolved, this.#actor(template), { ...reach, now });
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AccessDeniedException')) throw error;
      this.#end(run, 'failed', error.message);
      return;
    }
    timeline.after(seconds(lastsS), () => {
      run.actions[name] = { from: now, to: timeline.now() };
      this.#goOn(run, name, targets);
    });
  }

  #goOn(run: Run, ended: string, targets: ReadonlyMap<string, readonly Instance[]>): void {
    if (run.status !== 'running') return;
    const { actions } = run.template;
    for (const [name, { StartAfter = [] }] of Object.entries(actions)) {
      if (StartAfter.includes(ended)) this.#act(run, name, targets);
    }
    const isOver = Object.keys(actions).every((name) => run.actions[name]?.to !== undefined);
    if (isOver) this.#end(run, 'completed', 'Experiment completed.');
  }

  #end(run: Run, status: Run['status'], reason: string): void {
    run.status = status;
    run.reason = reason;
    run.endedAt = this.#parts.timeline.now();
    this.#parts.history.add({ kind: 'note', text: `The experiment ${run.id} ends: ${reason}` });
  }

  #actor({ roleArn }: Template): FisActor {
    const policy = new RolePolicy(this.#parts.deployment, roleArn);
    return {
      by: { kind: 'fis', name: roleArn },
      authorize(action, resource, context) {
        if (policy.judge({ action, resource, context }) === 'allowed') return;
        const message = `${roleArn} is not authorized to perform: ${action} on ${resource}`;
        throw fisError('AccessDeniedException', message);
      },
    };
  }
}

const tagContext = (tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));

function templateOf({ properties }: Resource, index: number, { home }: Deployment): Template {
  const shape = properties as unknown as {
    readonly Description: string;
    readonly RoleArn: string;
    readonly Tags: Readonly<Record<string, string>>;
    readonly Targets: Readonly<Record<string, TargetShape>>;
    readonly Actions: Readonly<Record<string, ActionShape>>;
  } & Json;
  const id = `EXT${String(index + 1).padStart(8, '0')}`;
  return {
    id,
    arn: `arn:aws:fis:${home.region}:${home.accountId}:experiment-template/${id}`,
    description: shape.Description,
    roleArn: shape.RoleArn,
    tags: shape.Tags,
    targets: shape.Targets,
    actions: shape.Actions,
  };
}

function shapeOf(run: Run): object {
  const { id, arn, template, tags, createdAt, status, reason, actions, endedAt } = run;
  return {
    id,
    arn,
    experimentTemplateId: template.id,
    roleArn: template.roleArn,
    state: { status, reason },
    creationTime: wireTime(createdAt),
    startTime: wireTime(createdAt),
    ...(endedAt === undefined ? {} : { endTime: wireTime(endedAt) }),
    tags: { ...tags },
    actions: Object.fromEntries(
      Object.entries(actions).map(([name, { from, to }]) => [
        name,
        {
          actionId: template.actions[name]!.ActionId,
          startTime: wireTime(from),
          ...(to === undefined ? {} : { endTime: wireTime(to) }),
        },
      ]),
    ),
  };
}
