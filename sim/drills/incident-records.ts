import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { readArchive } from '../../lambda/adapters/archive';
import { instanceRecordCodec } from '../../lambda/adapters/record-codec';
import type { Item } from '../../lambda/adapters/store-item';
import type { InstanceRecord } from '../../lambda/core/record';
import type { Person } from '../person-clients';
import type { World } from '../world';

/** Somebody who may read, and nothing else. */
const READER: Person = {
  by: { kind: 'person', name: 'arn:aws:iam::111122223333:user/reader' },
  policy: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['cloudformation:DescribeStacks', 'dynamodb:Scan'],
        Resource: '*',
      },
    ],
  },
};

const STACK = 'LiveChatWatchdog';

/**
 * What the incident table holds of incidents: those that closed, from the archive, and those that
 * are open. Read as a person would, when the run is over, and so without a trace in its history.
 */
export async function incidentRecords(world: World): Promise<readonly InstanceRecord[]> {
  const { cloudFormation, dynamo } = world.clientsOf(READER);
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }));
  const outputs = Stacks?.[0]?.Outputs ?? [];
  const table = outputs.find(({ OutputKey }) => OutputKey === 'IncidentTableName')?.OutputValue;
  if (table === undefined) throw new Error('The stack names no incident table');
  const scan = new ScanCommand({ TableName: table, FilterExpression: 'attribute_exists(body)' });
  const { Items = [] } = await dynamo.send(scan);
  return incidentsIn(Items);
}

/** An incident may stand in both places for a moment: what is archived is final. */
function incidentsIn(items: readonly Item[]): readonly InstanceRecord[] {
  const isArchived = ({ pk }: Item): boolean => pk?.S?.startsWith('incident#') === true;
  const isOfInstance = ({ sk }: Item): boolean => sk?.S?.startsWith('instance#') === true;
  const archive = readArchive(items.filter(isArchived)).flatMap((one) =>
    one.kind === 'record' ? [one.record] : [],
  );
  const open = items.filter((item) => isOfInstance(item) && !isArchived(item)).flatMap(readRecord);
  const byId = new Map<string, InstanceRecord>();
  for (const record of [...open, ...archive]) {
    if (record.incident !== undefined) byId.set(record.incident.id, record);
  }
  return [...byId.values()].toSorted(
    (one, other) => (one.incident?.openedAt ?? 0) - (other.incident?.openedAt ?? 0),
  );
}

/** Nothing where a drill wrote what cannot be read. */
function readRecord(item: Item): readonly InstanceRecord[] {
  try {
    return [instanceRecordCodec.decode(JSON.parse(item['body']?.S ?? ''), 'record')];
  } catch {
    return [];
  }
}
