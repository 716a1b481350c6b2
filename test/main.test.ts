const ENV = {
  ACCOUNT_ID: '111122223333',
  AWS_REGION: 'us-east-1',
  POLICIES: '{"livechat":{}}',
  TIME_ZONE: 'UTC',
  TABLE_NAME: 'incidents',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/signals',
  TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:alerts',
  RUNBOOK_URL: 'https://example.com/runbook',
};

const before = { ...process.env };

afterEach(() => {
  process.env = { ...before };
  jest.restoreAllMocks();
  jest.resetModules();
});

/** Loads the deployed entry as Lambda does: with an environment, once. */
async function load(env: Record<string, string>) {
  process.env = { ...before, ...env, POWERTOOLS_DEV: 'true' };
  return import('../lambda/main');
}

describe('the deployed entry', () => {
  test('is a handler, once its environment is whole', async () => {
    expect((await load(ENV)).handler).toEqual(expect.any(Function));
  });

  test('does not load with an environment that names no policy: Lambda then runs nothing', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {});
    await expect(load({ ...ENV, POLICIES: '{}' })).rejects.toThrow(/polic/i);
    expect(log).toHaveBeenCalledWith(expect.stringContaining('settings-invalid'));
  });
});
