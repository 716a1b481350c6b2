import { OPERATOR_TAGS, OPT_IN_TAG } from '../lambda/core/tags';

/** What the ARNs of a policy are made of. */
export interface PolicyPlace {
  readonly region: string;
  readonly accountId: string;
  /** The stack's name. */
  readonly stack: string;
  /** The incident table's name. */
  readonly table: string;
}

/** One statement of an IAM policy, with what it is for. */
export interface OperatorStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An IAM policy document. */
export interface OperatorPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly OperatorStatement[];
}

/** Whose commands a policy is for. */
export type Duty = 'read' | 'operate' | 'pause-policies';

/** The tags that the commands write. */
const WRITTEN = [
  OPERATOR_TAGS.acknowledged,
  OPERATOR_TAGS.hold,
  OPERATOR_TAGS.move,
  OPERATOR_TAGS.pauseUntil,
];

const document = (Statement: readonly OperatorStatement[]): OperatorPolicy => ({
  Version: '2012-10-17',
  Statement,
});

/** `status`, `report` and `score`; the others need it too. */
function readStatements({ region, accountId, stack, table }: PolicyPlace) {
  const at = `${region}:${accountId}`;
  return [
    {
      Sid: 'FindTheWatchdog',
      Effect: 'Allow',
      Action: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
      Resource: `arn:aws:cloudformation:${at}:stack/${stack}/*`,
    },
    {
      Sid: 'ReadIncidents',
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'],
      Resource: `arn:aws:dynamodb:${at}:table/${table}`,
    },
    // EC2's describe calls know no resources.
    { Sid: 'SeeInstances', Effect: 'Allow', Action: ['ec2:DescribeInstances'], Resource: '*' },
  ] as const;
}

/** `ack`, `pause`, `resume`, `veto` of an instance: only these tags, only where it is managed. */
function tagStatement({ region, accountId }: PolicyPlace): OperatorStatement {
  return {
    Sid: 'TellTheWatchdog',
    Effect: 'Allow',
    Action: ['ec2:CreateTags', 'ec2:DeleteTags'],
    Resource: `arn:aws:ec2:${region}:${accountId}:instance/*`,
    Condition: {
      'ForAllValues:StringEquals': { 'aws:TagKeys': WRITTEN },
      // Without keys the condition above would hold too, and DeleteTags then takes every tag.
      Null: { 'aws:TagKeys': 'false', [`aws:ResourceTag/${OPT_IN_TAG}`]: 'false' },
    },
  };
}

/** `pause` and `resume` of whole policies. DynamoDB's permissions know partitions, not items. */
function pauseStatement({ region, accountId, table }: PolicyPlace): OperatorStatement {
  return {
    Sid: 'PauseWholePolicies',
    Effect: 'Allow',
    Action: ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
    Resource: `arn:aws:dynamodb:${region}:${accountId}:table/${table}`,
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['fleet'] } },
  };
}

/** The least that the commands of a duty need, as an IAM policy. */
export function operatorPolicy(duty: Duty, place: PolicyPlace): OperatorPolicy {
  switch (duty) {
    case 'read':
      return document(readStatements(place));
    case 'operate':
      return document([...readStatements(place), tagStatement(place)]);
    case 'pause-policies':
      return document([...readStatements(place), tagStatement(place), pauseStatement(place)]);
  }
}
