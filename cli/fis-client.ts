import { SignatureV4 } from '@smithy/signature-v4';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { createHash, createHmac } from 'node:crypto';
import { unreachable } from '../lambda/core/unreachable';
import type { FisAnswer, FisCall, FisClient } from './fis-port';

/** Who calls, where, and by what means. */
export interface FisConnection {
  readonly region: string;
  /** As another client of the SDK found them: environment, profile, SSO and so on. */
  readonly credentials: EC2Client['config']['credentials'];
  readonly now: () => Date;
  /** Node's own, unless a test gives another. */
  readonly fetch?: typeof globalThis.fetch;
}

/** As the other clients of the command line have it. */
const TIMEOUT_MS = 15_000;

/** What a call is on the wire. */
interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const get = (path: string, query: Request['query'] = {}): Request => ({
  method: 'GET',
  path,
  query,
  body: undefined,
});

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_Operations.html */
function requestOf(call: FisCall): Request {
  switch (call.operation) {
    case 'ListExperimentTemplates':
      return get(
        '/experimentTemplates',
        call.nextToken === undefined ? {} : { nextToken: call.nextToken },
      );
    case 'GetExperimentTemplate':
      return get(`/experimentTemplates/${encodeURIComponent(call.id)}`);
    case 'ListExperiments':
      return get('/experiments', { experimentTemplateId: call.experimentTemplateId });
    case 'GetExperiment':
      return get(`/experiments/${encodeURIComponent(call.id)}`);
    case 'StartExperiment': {
      const { clientToken, experimentTemplateId, tags } = call;
      const body = JSON.stringify({ clientToken, experimentTemplateId, tags });
      return { method: 'POST', path: '/experiments', query: {}, body };
    }
    default:
      return unreachable(call);
  }
}

/** China has a domain of its own; the partitions where FIS is have the common one. */
const hostOf = (region: string): string =>
  `fis.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

type Digest = ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

/** SHA-256 and its HMAC, in the form that the signer asks for. */
class Sha256 {
  #hash: Digest;
  readonly #secret: Uint8Array | string | undefined;

  constructor(secret?: unknown) {
    this.#secret = typeof secret === 'string' ? secret : bytesOf(secret);
    this.#hash = this.#begin();
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Digest {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}

function bytesOf(source: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  }
  return source instanceof ArrayBuffer ? new Uint8Array(source) : undefined;
}

/**
 * FIS without its SDK client, of which no version that belongs to the other clients could be
 * had: five calls of plain JSON, signed by the signer that those clients use. It tries once; the
 * token of StartExperiment makes trying again safe.
 */
export function createFisClient(connection: FisConnection): FisClient {
  const { region, credentials, now, fetch = globalThis.fetch } = connection;
  const signer = new SignatureV4({ service: 'fis', region, credentials, sha256: Sha256 });
  return {
    async send(call) {
      const { method, path, query, body } = requestOf(call);
      const hostname = hostOf(region);
      const signed = await signer.sign(
        {
          method,
          protocol: 'https:',
          hostname,
          path,
          query: { ...query },
          headers: {
            host: hostname,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body }),
        },
        { signingDate: now() },
      );
      const search = new URLSearchParams(query).toString();
      const url = `https://${hostname}${path}${search === '' ? '' : `?${search}`}`;
      const { host: _host, ...headers } = signed.headers;
      const answer = await reached(() =>
        fetch(url, {
          method,
          headers,
          signal: AbortSignal.timeout(TIMEOUT_MS),
          ...(body !== undefined && { body }),
        }),
      );
      return read(answer);
    },
  };
}

/** Node hides what went wrong on the way (ENOTFOUND, say) behind "fetch failed". */
async function reached(call: () => Promise<Response>): Promise<Response> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  }
}

async function read(answer: Response): Promise<FisAnswer> {
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text) as FisAnswer;
  const said = messageIn(text);
  // `ResourceNotFoundException:http://…`
  const type = answer.headers.get('x-amzn-errortype')?.split(':')[0];
  const name = type ?? (answer.status >= 500 ? 'InternalServerError' : 'UnknownError');
  throw Object.assign(new Error(said ?? `FIS answered ${answer.status}`), {
    name,
    $fault: answer.status >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: answer.status },
  });
}

/** A proxy on the way may answer something that is no JSON. */
function messageIn(text: string): string | undefined {
  try {
    const { message, Message } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const said = message ?? Message;
    return typeof said === 'string' ? said : undefined;
  } catch {
    return undefined;
  }
}
