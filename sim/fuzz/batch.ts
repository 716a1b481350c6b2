import type { Stream } from '../random';
import { drawEvent, type EventSubjects } from './events';
import { mutate } from './mutate';

/** One record that the function gets, and what is known of it. */
export interface Forged {
  /** Its messageId; undefined where the record has none that could be reported. */
  readonly id: string | undefined;
  readonly record: unknown;
  readonly how: string;
  readonly isRefused: boolean;
}

/** What the function gets in one invocation beside what the account itself sends. */
export interface FuzzBatch {
  readonly forged: readonly Forged[];
  /** What somebody invokes the function with directly; no event of SQS. */
  readonly odd: readonly unknown[];
}

/** Direct invocations: a test event of the console, another service's event, or nothing. */
const ODD: readonly unknown[] = [
  null,
  'text',
  7,
  [],
  {},
  { Records: null },
  { Records: 'i-0123456789abcdef0' },
  { Records: {} },
  { Records: { length: 3 } },
  { Records: [] },
  { Records: [null] },
  { Records: [[], 'text', 7, {}] },
  { Records: [{ messageId: 'odd' }] },
  { Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'logs' } } }] },
  { Records: [{ EventSource: 'aws:sns', Sns: { Message: '{}' } }] },
  { key1: 'value1', key2: 'value2', key3: 'value3' },
  {
    version: '0',
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance State-change Notification',
    detail: { 'instance-id': 'i-0123456789abcdef0', state: 'stopped' },
  },
];

/** Records that are none. */
const NO_RECORD: readonly unknown[] = [null, 'text', 7, [], {}, { body: '{}' }, { messageId: 7 }];

function drawRecord(stream: Stream, subjects: EventSubjects, id: string): Forged {
  if (stream.chance(0.02)) {
    return { id: undefined, record: stream.pick(NO_RECORD), how: 'no record', isRefused: true };
  }
  const { body, how, isRefused } = mutate(drawEvent(stream, subjects), stream);
  const record = {
    messageId: id,
    receiptHandle: 'receipt',
    body,
    attributes: stream.chance(0.05) ? null : { ApproximateReceiveCount: '1' },
    messageAttributes: stream.chance(0.05) ? [] : {},
    eventSource: stream.chance(0.05) ? 'aws:kinesis' : 'aws:sqs',
    awsRegion: subjects.home.region,
  };
  return { id, record, how, isRefused };
}

/** Draws what one invocation gets; a few records come twice. */
export function drawBatch(
  stream: Stream,
  subjects: EventSubjects,
  { name, size }: { readonly name: string; readonly size: number },
): FuzzBatch {
  const forged: Forged[] = [];
  while (forged.length < size) {
    const [before] = forged;
    const isDouble = before !== undefined && stream.chance(0.03);
    const id = `${name}-${forged.length}`;
    forged.push(isDouble ? stream.pick(forged) : drawRecord(stream, subjects, id));
  }
  const odd = stream.chance(0.3) ? [stream.pick(ODD)] : [];
  return { forged, odd };
}
