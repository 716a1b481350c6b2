import { createHash, createHmac } from 'node:crypto';
import { createFisClient } from '../../cli/fis-client';
import type { FisCall } from '../../cli/fis-port';

/* What goes over the wire to FIS, and what comes back. */

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' } as const;
const NOW = new Date('2024-08-01T12:10:00Z');

/** A request as it was sent. */
interface Request {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** A client whose requests are answered here. */
function clientWith(
  answer: () => Response | Promise<Response>,
  { region = 'us-east-1', sessionToken }: { region?: string; sessionToken?: string } = {},
) {
  const requests: Request[] = [];
  const client = createFisClient({
    region,
    credentials: () =>
      Promise.resolve({ ...KEYS, ...(sessionToken !== undefined && { sessionToken }) }),
    now: () => NOW,
    async fetch(url, { method = 'GET', headers, body } = {}) {
      requests.push({
        url: new URL(url),
        method,
        headers: { ...(headers as Record<string, string>) },
        body: typeof body === 'string' ? body : undefined,
      });
      return answer();
    },
  });
  return { client, requests };
}

const json = (value: object, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(value), { status, headers });

const START: FisCall = {
  operation: 'StartExperiment',
  clientToken: 'watchdog-EXT1-i-0a-1',
  experimentTemplateId: 'EXT1',
  tags: { 'watchdog:game-day-experiment': 'stop' },
};

test.each<[FisCall, string, string]>([
  [{ operation: 'ListExperimentTemplates' }, 'GET', '/experimentTemplates'],
  [
    { operation: 'ListExperimentTemplates', nextToken: 'a/b=' },
    'GET',
    '/experimentTemplates?nextToken=a%2Fb%3D',
  ],
  [{ operation: 'GetExperimentTemplate', id: 'EXT1' }, 'GET', '/experimentTemplates/EXT1'],
  [
    { operation: 'ListExperiments', experimentTemplateId: 'EXT1' },
    'GET',
    '/experiments?experimentTemplateId=EXT1',
  ],
  [{ operation: 'GetExperiment', id: 'EXP1' }, 'GET', '/experiments/EXP1'],
  [{ operation: 'GetExperiment', id: '../x' }, 'GET', '/experiments/..%2Fx'],
  [START, 'POST', '/experiments'],
])('%j is %s %s', async (call, method, path) => {
  const { client, requests } = clientWith(() => json({}));
  await client.send(call);
  const [{ url, ...sent } = { url: new URL('https://none'), method: '' }] = requests;
  expect({ method: sent.method, path: url.pathname + url.search }).toEqual({ method, path });
  expect(url.origin).toBe('https://fis.us-east-1.amazonaws.com');
});

test('China has a domain of its own', async () => {
  const { client, requests } = clientWith(() => json({}), { region: 'cn-north-1' });
  await client.send({ operation: 'GetExperiment', id: 'EXP1' });
  expect(requests[0]?.url.host).toBe('fis.cn-north-1.amazonaws.com.cn');
});

test('a start carries its token and its tags', async () => {
  const { client, requests } = clientWith(() => json({ experiment: { id: 'EXP1' } }));
  expect(await client.send(START)).toEqual({ experiment: { id: 'EXP1' } });
  const { operation: _, ...body } = START;
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual(body);
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** Signature Version 4, made once more by its documentation and without the signer. */
function signatureOf({ url, method, headers, body = '' }: Request): string {
  const all: Readonly<Record<string, string>> = { ...headers, host: url.host };
  const names = /SignedHeaders=([^,]+)/.exec(headers['authorization'] ?? '')?.[1] ?? '';
  const canonical = [
    method,
    // Every part of the path is encoded once more, for every service but S3.
    url.pathname.split('/').map(encodeURIComponent).join('/'),
    url.search.slice(1),
    ...names.split(';').map((name) => `${name}:${all[name]}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const scope = '20240801/us-east-1/fis/aws4_request';
  const text = ['AWS4-HMAC-SHA256', '20240801T121000Z', scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${KEYS.secretAccessKey}`);
  return hmac(key, text).toString('hex');
}

test.each<[string, FisCall]>([
  ['a read', { operation: 'ListExperiments', experimentTemplateId: 'EXT1' }],
  ['a start', START],
])('%s is signed as AWS documents it', async (_what, call) => {
  const { client, requests } = clientWith(() => json({}), { sessionToken: 'session' });
  await client.send(call);
  const [request] = requests;
  const header = request?.headers['authorization'] ?? '';
  expect(header).toContain('Credential=AKIDEXAMPLE/20240801/us-east-1/fis/aws4_request');
  expect(header).toMatch(/SignedHeaders=[^,]*host[^,]*x-amz-date[^,]*x-amz-security-token/);
  expect(/Signature=(\w+)/.exec(header)?.[1]).toBe(signatureOf(request!));
});

test('what FIS refuses has the code of FIS for its name', async () => {
  const { client } = clientWith(() =>
    json({ message: 'No such experiment' }, 404, {
      'x-amzn-errortype': 'ResourceNotFoundException:http://internal.amazon.com/coral/',
    }),
  );
  await expect(client.send({ operation: 'GetExperiment', id: 'EXP1' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'No such experiment',
    $fault: 'client',
    $metadata: { httpStatusCode: 404 },
  });
});

test('what a proxy answers is told, and is no JSON', async () => {
  const { client } = clientWith(() => new Response('<html>bad gateway</html>', { status: 502 }));
  await expect(client.send(START)).rejects.toMatchObject({
    name: 'InternalServerError',
    message: 'FIS answered 502',
    $fault: 'server',
  });
});

test('a name that is not found is told as that, not as "fetch failed"', async () => {
  const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  const { client } = clientWith(() => {
    throw new TypeError('fetch failed', { cause });
  });
  await expect(client.send(START)).rejects.toBe(cause);
});
