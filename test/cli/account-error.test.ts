import { surroundingsOf, typed } from '../../cli/simulated-account';
import { createColors } from 'picocolors';
import type { AccountClients, AccountOptions, Surroundings } from '../../cli/account-clients';
import { run } from '../../cli/program';
import { chatWorld } from './account-world';
import type { Ran } from './console';

/** What the SDK throws: an error with a name of AWS's and its words. */
function thrown(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

/** `status` in an account whose every call fails like this. */
async function statusWith(
  error: Error,
  args: readonly string[] = [],
  failing: 'cloudFormation' | 'dynamo' | 'ec2' = 'cloudFormation',
): Promise<Ran> {
  const world = chatWorld();
  await world.runUntil(120);
  const real = surroundingsOf(world);
  const send = async (): Promise<never> => {
    throw error;
  };
  const surroundings: Surroundings = {
    ...real,
    clients: async (options: AccountOptions): Promise<AccountClients> => ({
      ...(await real.clients(options)),
      [failing]: { send },
    }),
  };
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    colors: createColors(false),
    folder: '/',
  };
  const code = await run(['status', ...args], terminal, surroundings);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

test.each([
  [
    'no credentials',
    thrown('CredentialsProviderError', 'Could not load credentials from any providers'),
    ['No AWS credentials were found (Could not load', 'aws sso login', '--profile'],
  ],
  [
    'an SSO session that has ended',
    thrown('CredentialsProviderError', 'The SSO session has expired. Run aws sso login'),
    ['The AWS credentials have expired', 'Sign in again: aws sso login'],
  ],
  [
    'a token that has expired',
    thrown('ExpiredTokenException', 'The security token included in the request is expired'),
    ['The AWS credentials have expired'],
  ],
  [
    'a key that AWS does not know',
    thrown('InvalidClientTokenId', 'The security token included in the request is invalid'),
    ['AWS does not know these credentials', 'aws sts get-caller-identity'],
  ],
  [
    'a permission that is missing',
    thrown('AccessDenied', 'User: arn:aws:iam::1:user/ana is not authorized'),
    ['You may not call cloudformation:DescribeStacks on the stack LiveChatWatchdog in us-east-1'],
  ],
  [
    'a Region that is none',
    thrown('Error', 'getaddrinfo ENOTFOUND cloudformation.us-east-9', { code: 'ENOTFOUND' }),
    ['AWS could not be reached in us-east-1', 'that the Region exists'],
  ],
  [
    'a stack that is not there',
    thrown('ValidationError', 'Stack with id LiveChatWatchdog does not exist'),
    ['There is no stack LiveChatWatchdog in us-east-1', '--stack', '--table'],
  ],
  [
    'a throttled call',
    thrown('ThrottlingException', 'Rate exceeded', { $metadata: { httpStatusCode: 400 } }),
    ['AWS throttles cloudformation:DescribeStacks', 'try again in a minute'],
  ],
])('%s is told with what mends it: exit code 1', async (_what, error, words) => {
  const { code, out, err } = await statusWith(error);
  for (const word of words) expect(err).toContain(word);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).not.toMatch(/^\s+at /m);
});

test('the profile that was meant is named where it lacks something', async () => {
  const expired = thrown('ExpiredToken', 'expired');
  expect((await statusWith(expired, ['--profile', 'livechat'])).err).toContain(
    'aws sso login --profile livechat',
  );
  const missing = thrown('CredentialsProviderError', 'Could not resolve credentials');
  expect((await statusWith(missing, ['--profile', 'livechat'])).err).toContain(
    'with the profile "livechat"',
  );
});

test('a table that is not there', async () => {
  const { code, err } = await typed(chatWorld(), ['status', '--table', 'nope']);
  expect(code).toBe(1);
  expect(err).toContain('There is no table nope in us-east-1');
});

test('a stack of another name', async () => {
  const { code, err } = await typed(chatWorld(), ['status', '--stack', 'Other']);
  expect(code).toBe(1);
  expect(err).toContain('There is no stack Other in us-east-1');
});

test('no Region anywhere', async () => {
  const args = ['status', '--profile', 'livechat'];
  const { code, err } = await typed(chatWorld(), args, { region: undefined });
  expect(code).toBe(1);
  expect(err).toContain('No AWS Region is set in the profile "livechat".');
});

test('what an error says cannot do things to a terminal', async () => {
  const { err } = await statusWith(thrown('Odd', `\u001B[2J${'x'.repeat(5_000)}\nnext`));
  expect(err).not.toContain('\u001B');
  expect(err.length).toBeLessThan(600);
});

// EC2 appends 2 kB that only an administrator can decode.
test('EC2 refusing is told by its action, without the encoded message', async () => {
  const error = thrown(
    'UnauthorizedOperation',
    'You are not authorized. Encoded authorization failure message: AbC123xyz',
  );
  const { err } = await statusWith(error, [], 'ec2');
  expect(err).toContain('You may not call ec2:DescribeInstances on * in us-east-1');
  expect(err).not.toContain('AbC123xyz');
});

test('DynamoDB refusing is told by its action and table', async () => {
  const { err } = await statusWith(thrown('AccessDeniedException', 'no'), [], 'dynamo');
  expect(err).toMatch(/You may not call dynamodb:Query on \S+ in us-east-1/);
});
