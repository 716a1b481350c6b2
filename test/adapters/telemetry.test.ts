import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { ms, seconds } from '../../lambda/core/time';
import { createTelemetry, METRICS_NAMESPACE, SERVICE_NAME } from '../../lambda/adapters/telemetry';

/** Runs with Powertools itself, and answers what it printed. */
function printed(run: (telemetry: ReturnType<typeof createTelemetry>) => void): string[] {
  const lines: string[] = [];
  const take = (line?: unknown) => {
    lines.push(String(line));
  };
  // Powertools takes the console at hand where POWERTOOLS_DEV is set, and its own otherwise.
  const spies = [
    jest.spyOn(console, 'log').mockImplementation(take),
    jest.spyOn(console, 'warn').mockImplementation(take),
    jest.spyOn(console, 'error').mockImplementation(take),
  ];
  try {
    run(
      createTelemetry({
        logger: new Logger({ serviceName: SERVICE_NAME, logLevel: 'DEBUG' }),
        metrics: new Metrics({ namespace: METRICS_NAMESPACE, serviceName: SERVICE_NAME }),
      }),
    );
  } finally {
    spies.forEach((spy) => spy.mockRestore());
  }
  return lines;
}

beforeAll(() => {
  process.env['POWERTOOLS_DEV'] = 'true';
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
});

afterAll(() => {
  delete process.env['POWERTOOLS_DEV'];
  delete process.env['POWERTOOLS_METRICS_DISABLED'];
});

describe('telemetry', () => {
  test('logs one line of JSON with what it was given', () => {
    const [line] = printed((telemetry) =>
      telemetry.log('warn', 'tag-failed', { instanceId: 'i-1' }),
    );
    expect(JSON.parse(line ?? '')).toMatchObject({
      level: 'WARN',
      message: 'tag-failed',
      service: 'watchdog',
      instanceId: 'i-1',
      // The saved queries of the log show it: in UTC, as people read it.
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  test('writes the metrics of an invocation once, summed, in the embedded metric format', () => {
    const lines = printed((telemetry) => {
      telemetry.count('AlertsSent', 1);
      telemetry.count('AlertsSent', 2);
      telemetry.count('Managed', 40);
      telemetry.flush();
    });
    expect(lines).toHaveLength(1);
    const emf = JSON.parse(lines[0] ?? '');
    expect(emf).toMatchObject({ service: 'watchdog', AlertsSent: 3, Managed: 40 });
    expect(emf._aws.CloudWatchMetrics[0]).toMatchObject({
      Namespace: 'LiveChatWatchdog',
      Dimensions: [['service']],
      Metrics: [
        { Name: 'AlertsSent', Unit: 'Count' },
        { Name: 'Managed', Unit: 'Count' },
      ],
    });
  });

  test('keeps every value of a time, in seconds, for the percentiles', () => {
    const lines = printed((telemetry) => {
      telemetry.count('Heartbeat', 1);
      telemetry.measure('SweepSeconds', ms(1_250));
      telemetry.measure('TimeToServe', seconds(62));
      telemetry.measure('TimeToServe', seconds(58));
      telemetry.flush();
    });
    expect(lines).toHaveLength(1);
    const emf = JSON.parse(lines[0] ?? '');
    expect(emf).toMatchObject({ Heartbeat: 1, SweepSeconds: 1.25, TimeToServe: [62, 58] });
    expect(emf._aws.CloudWatchMetrics[0].Metrics).toEqual([
      { Name: 'Heartbeat', Unit: 'Count' },
      { Name: 'SweepSeconds', Unit: 'Seconds' },
      { Name: 'TimeToServe', Unit: 'Seconds' },
    ]);
  });

  test('of a storm of a thousand servers no value is lost: a line takes a hundred', () => {
    const lines = printed((telemetry) => {
      for (let index = 0; index < 1_000; index += 1) telemetry.measure('TimeToServe', seconds(60));
      telemetry.flush();
    });
    // Powertools warns when the last hundred went out before the flush.
    const written = lines.filter((line) => line.startsWith('{'));
    const values = written.flatMap(
      (line) => (JSON.parse(line) as { TimeToServe: readonly number[] }).TimeToServe,
    );
    expect(values).toHaveLength(1_000);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(5_000);
  });

  test('starts anew after a flush, and writes nothing when nothing was counted', () => {
    const lines = printed((telemetry) => {
      telemetry.count('AlertsSent', 1);
      telemetry.measure('TimeToAct', seconds(2));
      telemetry.flush();
      telemetry.flush();
      telemetry.count('AlertsSent', 5);
      telemetry.flush();
    });
    const written: unknown[] = lines.map((line) => JSON.parse(line));
    expect(written).toMatchObject([{ AlertsSent: 1, TimeToAct: 2 }, { AlertsSent: 5 }]);
    expect(written[1]).not.toHaveProperty('TimeToAct');
  });

  test('an error among the fields is logged with its message', () => {
    const [line] = printed((telemetry) =>
      telemetry.log('error', 'invocation-failed', { error: new TypeError('x is not a function') }),
    );
    expect(JSON.parse(line ?? '').error).toMatchObject({ message: 'x is not a function' });
  });
});
