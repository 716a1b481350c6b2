import { createHeartbeatPort, type FetchLike } from '../../lambda/adapters/heartbeat';
import { fakeTelemetry, timedOut } from './fake-world';

const SECRET = 'https://beats.example.com/ping/0000-secret';

function setUp(url: string | undefined, answer: () => Promise<{ ok: boolean; status: number }>) {
  const telemetry = fakeTelemetry();
  const calls: Parameters<FetchLike>[] = [];
  const fetch: FetchLike = async (...call) => {
    calls.push(call);
    return answer();
  };
  return { telemetry, calls, port: createHeartbeatPort(fetch, { url, telemetry }) };
}

const fine = async () => ({ ok: true, status: 200 });

describe('the heartbeat', () => {
  test('calls the address, follows nobody elsewhere, and can be cut off', async () => {
    const { port, calls, telemetry } = setUp(SECRET, fine);
    await port.beat();
    expect(calls).toEqual([
      [SECRET, { method: 'GET', redirect: 'error', signal: expect.any(AbortSignal) }],
    ]);
    expect(telemetry.lines).toEqual([]);
  });

  test('without an address there is no call', async () => {
    const { port, calls, telemetry } = setUp(undefined, fine);
    await port.beat();
    expect(calls).toEqual([]);
    expect(telemetry.lines).toEqual([]);
  });

  test.each(['http://beats.example.com/x', 'ftp://x', 'file:///etc/passwd', 'nonsense'])(
    'does not call %s',
    async (url) => {
      const { port, calls, telemetry } = setUp(url, fine);
      await port.beat();
      expect(calls).toEqual([]);
      expect(telemetry.messages()).toEqual(['heartbeat-not-https']);
    },
  );

  test.each<[string, () => Promise<{ ok: boolean; status: number }>, string]>([
    ['refused', async () => ({ ok: false, status: 404 }), 'heartbeat-refused'],
    ['cut off', () => Promise.reject(timedOut()), 'heartbeat-failed'],
  ])(
    'that is %s is logged without the secret, and throws at nobody',
    async (_, answer, message) => {
      const { port, telemetry } = setUp(SECRET, answer);
      await port.beat();
      expect(telemetry.messages()).toEqual([message]);
      expect(JSON.stringify(telemetry.lines)).toContain('beats.example.com');
      expect(JSON.stringify(telemetry.lines)).not.toContain('secret');
    },
  );
});
