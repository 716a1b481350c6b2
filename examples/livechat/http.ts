import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseJson, reasonOf } from './json';

/** A request as a route sees it. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  /** The parsed body; undefined without one. */
  readonly body: unknown;
}

/** An answer, always JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers a request. */
export type Route = (asked: Asked) => Promise<Answer>;

/** Where a server listens. */
export interface Listening {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
}

/** The loopback address: nothing of the example is meant for a network without a proxy in front. */
export const LOOPBACK = '127.0.0.1';

const BODY_LIMIT = 16 * 1024 * 1024;
const CALL_MS = 5000;
const JSON_TYPE = 'application/json';

async function textBody(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error(`the body is longer than ${BODY_LIMIT} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A web page cannot send this type to another origin without asking first; a POST needs it. */
function isForeign({ method, headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? '';
  return method === 'POST' && !type.startsWith(JSON_TYPE);
}

async function answerTo(message: IncomingMessage, route: Route): Promise<Answer> {
  if (isForeign(message)) return { status: 415, body: { error: `send ${JSON_TYPE}` } };
  const { method = 'GET', url = '/' } = message;
  try {
    const body = parseJson(await textBody(message));
    return await route({ method, url: new URL(url, `http://${LOOPBACK}`), body });
  } catch (error) {
    return { status: 500, body: { error: reasonOf(error) } };
  }
}

/** Listens, on a free port when `port` is 0. */
export async function listen(port: number, route: Route): Promise<Listening> {
  const server = createServer((message, reply) => {
    void answerTo(message, route).then(({ status, body }) => {
      reply.writeHead(status, { 'content-type': JSON_TYPE, 'cache-control': 'no-store' });
      reply.end(`${JSON.stringify(body)}\n`);
      return undefined;
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, LOOPBACK, listening);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return { server, port: address.port, url: `http://${LOOPBACK}:${address.port}` };
}

/** Ends a server and the connections that are idle or stuck. */
export async function stopListening(server: Server): Promise<void> {
  await new Promise<void>((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
}

/** A call to make; without a body it is a GET. */
export interface Call {
  readonly url: string;
  readonly body?: unknown;
  /** @default 5000 */
  readonly timeoutMs?: number;
}

/** Calls a server, with a deadline; any status is an answer, no answer is an error. */
export async function call({ url, body, timeoutMs = CALL_MS }: Call): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise<Answer>((answered, failed) => {
    const outgoing = request(
      url,
      {
        method: text === undefined ? 'GET' : 'POST',
        headers: { 'content-type': JSON_TYPE },
        signal: AbortSignal.timeout(timeoutMs),
        agent: false,
      },
      (reply) => {
        textBody(reply)
          .then((got) => answered({ status: reply.statusCode ?? 0, body: parseJson(got) }))
          .catch(failed);
      },
    );
    outgoing.on('error', failed);
    outgoing.end(text);
  });
}
