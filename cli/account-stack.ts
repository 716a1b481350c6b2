import { DescribeStacksCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { awsError } from '../lambda/adapters/aws-errors';
import { parsePolicies, type Policy } from '../lambda/core/policy';
import { isJson, objectIn, textIn, type Json } from '../lambda/core/signals/field';
import { AccountError, accountError, type Asked } from './account-error';
import type { AccountClients } from './account-clients';

/** With what the watchdog was deployed; undefined where the template does not tell. */
export interface Deployed {
  readonly policies: ReadonlyMap<string, Policy> | undefined;
  readonly timeZone: string | undefined;
  readonly runbookUrl: string | undefined;
  /** Why the settings are not known, where they are not. */
  readonly problem: string | undefined;
}

/** Where a stack is looked for. */
export interface StackPlace {
  readonly name: string;
  readonly region: string;
  readonly profile: string | undefined;
}

type Stacks = AccountClients['cloudFormation'];

const askedOf = ({ name, region, profile }: StackPlace, action: string): Asked => ({
  action: `cloudformation:${action}`,
  resource: `the stack ${name}`,
  region,
  profile,
});

/**
 * The name of the incident table from the stack's outputs.
 *
 * @throws AccountError when there is no such stack, or it has no such output
 */
export async function tableOf(client: Stacks, place: StackPlace): Promise<string> {
  const { name, region } = place;
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    const table = outputs.find(({ OutputKey }) => OutputKey === 'IncidentTableName')?.OutputValue;
    if (table !== undefined && table !== '') return table;
  } catch (error) {
    const { code, message } = awsError(error);
    if (code !== 'ValidationError' || !message.includes('does not exist')) {
      throw accountError(error, askedOf(place, 'DescribeStacks'));
    }
    throw new AccountError(
      `There is no stack ${name} in ${region}.\n` +
        '  Check --region and --profile; name the stack with --stack, or the table with --table.',
    );
  }
  throw new AccountError(
    `The stack ${name} in ${region} has no output IncidentTableName.\n` +
      '  If the construct stands in an app of your own, name the incident table with --table.',
  );
}

/**
 * The function's settings, from the template that is deployed: what `cdk.json` says on this machine
 * may be another version. Never throws: without them the state can be told all the same.
 */
export async function deployedBy(client: Stacks, place: StackPlace): Promise<Deployed> {
  try {
    const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: place.name }));
    return settingsIn(TemplateBody ?? '');
  } catch (error) {
    return unknown(accountError(error, askedOf(place, 'GetTemplate')).message);
  }
}

/** Nothing is known of the settings. */
export const unknown = (problem: string | undefined): Deployed => ({
  policies: undefined,
  timeZone: undefined,
  runbookUrl: undefined,
  problem,
});

/** The environment of the one function that has policies in it. */
function environmentIn(template: unknown): Json | undefined {
  const resources = isJson(template) ? Object.values(objectIn(template, 'Resources')) : [];
  return resources
    .filter(isJson)
    .map((resource) => objectIn(objectIn(resource, 'Properties'), 'Environment'))
    .map((environment) => objectIn(environment, 'Variables'))
    .find((variables) => textIn(variables, 'POLICIES') !== undefined);
}

function settingsIn(body: string): Deployed {
  const found = environmentIn(JSON.parse(body)) ?? {};
  const text = textIn(found, 'POLICIES');
  const parsed = text === undefined ? undefined : parsePolicies(JSON.parse(text));
  return {
    policies: parsed?.kind === 'valid' ? parsed.policies : undefined,
    timeZone: textIn(found, 'TIME_ZONE'),
    runbookUrl: textIn(found, 'RUNBOOK_URL'),
    problem:
      parsed?.kind === 'valid'
        ? undefined
        : "The policies in the deployed template are not this version's: modes are not shown.",
  };
}
