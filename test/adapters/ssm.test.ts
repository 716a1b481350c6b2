import { SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { createServicePort } from '../../lambda/adapters/ssm';
import { id } from './ec2-answers';
import { awsFailure, fakeTelemetry, timedOut } from './fake-world';

const ssm = mockClient(SSMClient);
const DOCUMENT = 'LiveChat-Restart';

function setUp() {
  const telemetry = fakeTelemetry();
  return { telemetry, port: createServicePort(new SSMClient({}), { telemetry }) };
}

beforeEach(() => {
  ssm.reset();
  ssm.on(SendCommandCommand).resolves({ Command: { CommandId: 'c-1' } });
});

describe('a restart of the service', () => {
  test('sends the document to the one instance, without parameters, and not for long', async () => {
    const { port, telemetry } = setUp();
    expect(await port.restart(id(1), DOCUMENT)).toEqual({ kind: 'accepted' });
    expect(ssm.calls().map(({ args }) => args[0].input)).toStrictEqual([
      {
        DocumentName: DOCUMENT,
        InstanceIds: [id(1)],
        TimeoutSeconds: 60,
        Comment: 'LiveChat Watchdog',
      },
    ]);
    expect(telemetry.lines).toMatchObject([
      { message: 'command-sent', fields: { instanceId: id(1), commandId: 'c-1' } },
    ]);
  });

  test.each([
    ['an agent that is not there', awsFailure('InvalidInstanceId', 400), 'unavailable'],
    ['no such document', awsFailure('InvalidDocument', 400), 'refused'],
    ['a version of it that is gone', awsFailure('InvalidDocumentVersion', 400), 'refused'],
    ['a document that wants parameters', awsFailure('InvalidParameters', 400), 'refused'],
    ['another platform', awsFailure('UnsupportedPlatformType', 400), 'refused'],
    ['no permission', awsFailure('AccessDeniedException', 400), 'refused'],
    ['a throttle', awsFailure('ThrottlingException', 400), 'unavailable'],
    ['a server error', awsFailure('InternalServerError', 500), 'unavailable'],
    ['a time-out', timedOut(), 'unavailable'],
  ])('answers %s as what it is, after one call', async (_, thrown, kind) => {
    ssm.on(SendCommandCommand).rejects(thrown);
    const { port, telemetry } = setUp();
    expect(await port.restart(id(1), DOCUMENT)).toMatchObject({ kind, code: thrown.name });
    expect(ssm.calls()).toHaveLength(1);
    expect(telemetry.messages()).toEqual(['command-not-sent']);
  });
});
