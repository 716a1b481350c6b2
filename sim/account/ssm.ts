import type {
  GetCommandInvocationRequest,
  ListCommandInvocationsRequest,
  SendCommandRequest,
} from '@aws-sdk/client-ssm';
import { between, iso, seconds } from '../../lambda/core/time';
import { serviceError } from './errors';
import type { Caller, Latency, Operation } from './gateway';
import type { ConditionContext } from './iam';
import {
  Commands,
  type Command,
  type CommandInvocation,
  type CommandParts,
  type ManagedNode,
  type SsmDocument,
} from './ssm-commands';

/** What Systems Manager needs of the account. */
export interface SsmParts extends CommandParts {
  /** The account's documents by name; AWS's own begin with `AWS-`. */
  readonly documents: Readonly<Record<string, SsmDocument>>;
}

/** The documents of a world that names none: the one that the watchdog's users are to bring. */
export const DEFAULT_DOCUMENTS: Readonly<Record<string, SsmDocument>> = {
  'watchdog-restart-service': { effect: 'restart-service' },
};

const SEND: Latency = { medianMs: 150, sigma: 0.4, leastMs: 50, mostMs: 2_500 };
const READ: Latency = { medianMs: 70, sigma: 0.4, leastMs: 25, mostMs: 2_000 };
const MOST_INSTANCES = 50;
const DELIVERY_TIMEOUT_S = { least: 30, otherwise: 3_600, most: 2_592_000 };
/** An agent reports every five minutes; one that was not heard for longer is no target any more. */
const HEARTBEAT = seconds(300);
const SENDABLE = [
  'DocumentName',
  'DocumentVersion',
  'InstanceIds',
  'Parameters',
  'TimeoutSeconds',
  'Comment',
  'CloudWatchOutputConfig',
  'MaxConcurrency',
  'MaxErrors',
];

const refusal = (code: string, message: string): Error =>
  serviceError('ssm', { code, message, status: 400 });

function refuseFields(input: object, allowed: readonly string[]): void {
  const unknown = Object.entries(input).find(
    ([key, value]) => value !== undefined && !allowed.includes(key),
  );
  if (unknown !== undefined) throw new Error(`${unknown[0]} of Systems Manager is not simulated`);
}

/** Systems Manager's operations, as far as the watchdog calls them. */
export function ssmOperations(parts: SsmParts): readonly Operation[] {
  const commands = new Commands(parts);
  const operation = (
    name: string,
    latency: Latency,
    run: (input: never, caller: Caller) => object,
  ): Operation => ({ service: 'ssm', name, latency, run: run as Operation['run'] });
  return [
    operation('SendCommand', SEND, sendCommand(parts, commands)),
    operation('GetCommandInvocation', READ, getCommandInvocation(commands)),
    operation('ListCommandInvocations', READ, listCommandInvocations(commands)),
  ];
}

function sendCommand(parts: SsmParts, commands: Commands) {
  return (input: SendCommandRequest, caller: Caller): object => {
    refuseFields(input, SENDABLE);
    const name = documentName(input);
    caller.effect.document = input.DocumentName;
    const ids = checkedIds(input);
    const timeoutS = checkedTimeout(input);
    const documentArn = arnOf(parts, input.DocumentName ?? '');
    authorize(parts, caller, { documentArn, ids });
    const document = Object.hasOwn(parts.documents, name) ? parts.documents[name] : undefined;
    if (document === undefined) {
      throw refusal('InvalidDocument', `Document with name ${name} does not exist.`);
    }
    if (!['$DEFAULT', '$LATEST', '1'].includes(input.DocumentVersion ?? '$DEFAULT')) {
      throw refusal('InvalidDocumentVersion', `Version ${input.DocumentVersion} does not exist.`);
    }
    const nodes = ids.flatMap((id) => targetOf(parts, id) ?? []);
    if (nodes.length < ids.length) {
      const invalid = ids.filter((id) => !nodes.some((node) => node.id === id)).join(', ');
      const { accountId } = parts.home;
      const message = `Instances [[${invalid}]] not in a valid state for account ${accountId}`;
      throw refusal('InvalidInstanceId', message);
    }
    const parameters = input.Parameters ?? {};
    checkParameters(document, parameters);
    const comment = input.Comment ?? '';
    const request = { documentName: name, document, nodes, parameters, comment, timeoutS };
    return { Command: commandShape(commands.send(request)) };
  };
}

/** A document may be asked for by its name or its ARN. */
function documentName({ DocumentName: given = '' }: SendCommandRequest): string {
  const name = given.startsWith('arn:') ? given.slice(given.lastIndexOf('/') + 1) : given;
  if (!/^[a-zA-Z0-9_\-.]{3,128}$/.test(name)) throw refusal('InvalidDocument', given);
  return name;
}

/** A shared document is named by its ARN; one of AWS's own belongs to no account. */
function arnOf({ home: { region, accountId } }: SsmParts, given: string): string {
  if (given.startsWith('arn:')) return given;
  const owner = /^(AWS|AWSEC2|Amazon[A-Z][A-Za-z]*)-/.test(given) ? '' : accountId;
  return `arn:aws:ssm:${region}:${owner}:document/${given}`;
}

function checkedIds({
  InstanceIds: ids = [],
  Comment = '',
}: SendCommandRequest): readonly string[] {
  if (ids.length > MOST_INSTANCES) {
    throw refusal('ValidationException', `instanceIds must have at most ${MOST_INSTANCES} members`);
  }
  // Without targets or with none, Systems Manager refuses; never does it mean every instance.
  if (ids.length === 0) throw refusal('ValidationException', 'No instance is named');
  if (new Set(ids).size < ids.length) throw refusal('DuplicateInstanceId', ids.join(', '));
  if (Comment.length > 100) throw refusal('ValidationException', 'comment: at most 100 characters');
  return ids;
}

/** A document takes the parameters that it declares: no more, and none of these may be missing. */
function checkParameters(
  { parameters: declared }: SsmDocument,
  given: NonNullable<SendCommandRequest['Parameters']>,
): void {
  if (declared === undefined) return;
  const names = Object.keys(given);
  const wrong =
    names.find((name) => !declared.includes(name)) ??
    declared.find((name) => !names.includes(name));
  if (wrong === undefined) return;
  const message = `Parameter ${wrong} is missing, or not declared by the document.`;
  throw refusal('InvalidParameters', message);
}

function checkedTimeout({ TimeoutSeconds }: SendCommandRequest): number {
  const { least, otherwise, most } = DELIVERY_TIMEOUT_S;
  const timeoutS = TimeoutSeconds ?? otherwise;
  if (timeoutS >= least && timeoutS <= most) return timeoutS;
  throw refusal('ValidationException', `timeoutSeconds must be from ${least} to ${most}`);
}

/** Both the document and each instance must be allowed, an instance perhaps by its tags. */
function authorize(
  { home: { region, accountId }, node }: SsmParts,
  caller: Caller,
  { documentArn, ids }: { readonly documentArn: string; readonly ids: readonly string[] },
): void {
  caller.authorize('ssm:SendCommand', documentArn);
  for (const id of ids) {
    const arn = `arn:aws:ec2:${region}:${accountId}:instance/${id}`;
    caller.authorize('ssm:SendCommand', arn, resourceTags(node(id)));
  }
}

function resourceTags(node: ManagedNode | undefined): ConditionContext {
  return Object.fromEntries(
    Object.entries(node?.tags ?? {}).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ssm:resourceTag/${key}`, value],
    ]),
  );
}

/** The instance, if it is taken for reachable: the service learns late that an agent is gone. */
function targetOf({ node, timeline }: SsmParts, id: string): ManagedNode | undefined {
  const found = node(id);
  if (found?.state !== 'running' || found.agent.kind === 'not-connected') return undefined;
  const { agent } = found;
  const isLost = agent.kind === 'silent' && between(agent.since, timeline.now()) >= HEARTBEAT;
  return isLost ? undefined : found;
}

function getCommandInvocation(commands: Commands) {
  return (input: GetCommandInvocationRequest, caller: Caller): object => {
    refuseFields(input, ['CommandId', 'InstanceId']);
    caller.authorize('ssm:GetCommandInvocation', '*');
    const found = commands
      .visible(input.CommandId ?? '')
      .find(({ instanceId }) => instanceId === input.InstanceId);
    if (found === undefined) throw refusal('InvocationDoesNotExist', 'InvocationDoesNotExist');
    return invocationShape(found);
  };
}

function listCommandInvocations(commands: Commands) {
  return (input: ListCommandInvocationsRequest, caller: Caller): object => {
    refuseFields(input, ['CommandId', 'InstanceId', 'MaxResults', 'NextToken', 'Details']);
    caller.authorize('ssm:ListCommandInvocations', '*');
    const { MaxResults: size = 50, NextToken: token = '0', Details: detailed = false } = input;
    if (size < 1 || size > 50) throw refusal('ValidationException', 'maxResults is from 1 to 50');
    const from = Number(token);
    if (!Number.isInteger(from)) throw refusal('InvalidNextToken', token);
    const found = commands
      .visible(input.CommandId)
      .filter(({ instanceId }) => instanceId === (input.InstanceId ?? instanceId))
      // Newest first, as Systems Manager lists them.
      .reverse();
    const to = from + size;
    return {
      CommandInvocations: found.slice(from, to).map((it) => listedShape(it, detailed)),
      ...(to < found.length ? { NextToken: String(to) } : {}),
    };
  };
}

function commandShape(command: Command): object {
  const { id, documentName: name, nodes, requestedAt, expiresAt } = command;
  return {
    CommandId: id,
    DocumentName: name,
    DocumentVersion: '$DEFAULT',
    Comment: command.comment,
    ExpiresAfter: new Date(expiresAt),
    Parameters: command.parameters,
    InstanceIds: nodes.map((node) => node.id),
    Targets: [],
    RequestedDateTime: new Date(requestedAt),
    Status: 'Pending',
    StatusDetails: 'Pending',
    TargetCount: nodes.length,
    CompletedCount: 0,
    ErrorCount: 0,
    DeliveryTimedOutCount: 0,
    TimeoutSeconds: command.timeoutS,
  };
}

function invocationShape(invocation: CommandInvocation): object {
  const { command, startedAt, endedAt } = invocation;
  const ran = startedAt !== undefined && endedAt !== undefined;
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: '$DEFAULT',
    PluginName: 'aws:runShellScript',
    ResponseCode: invocation.responseCode,
    ExecutionStartDateTime: startedAt === undefined ? '' : iso(startedAt),
    ExecutionElapsedTime: ran ? `PT${between(startedAt, endedAt) / 1_000}S` : '',
    ExecutionEndDateTime: ran ? iso(endedAt) : '',
    Status: invocation.status,
    StatusDetails: invocation.details,
    StandardOutputContent: '',
    StandardErrorContent: '',
  };
}

function listedShape(
  { command, instanceId, status, details, startedAt, endedAt }: CommandInvocation,
  detailed: boolean,
): object {
  const step = {
    Name: 'aws:runShellScript',
    Status: status,
    StatusDetails: details,
    ...(startedAt !== undefined && { ResponseStartDateTime: new Date(startedAt) }),
    ...(endedAt !== undefined && { ResponseFinishDateTime: new Date(endedAt) }),
    Output: '',
  };
  return {
    CommandId: command.id,
    InstanceId: instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: '$DEFAULT',
    RequestedDateTime: new Date(command.requestedAt),
    Status: status,
    StatusDetails: details,
    CommandPlugins: detailed ? [step] : [],
  };
}
