import { seconds } from '../core/time';
import type { HeartbeatPort, TelemetryPort } from '../ports';

/** The part of `fetch` that a heartbeat needs. */
export type FetchLike = (
  url: string,
  init: {
    readonly method: 'GET';
    readonly redirect: 'error';
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly ok: boolean;
  readonly status: number;
  readonly body?: { cancel(): Promise<void> } | null;
}>;

/** What the heartbeat needs. */
export interface HeartbeatOptions {
  readonly url: string | undefined;
  readonly telemetry: TelemetryPort;
}

/** A slow outside service must not eat the time of a run. */
const PATIENCE = seconds(3);

/** The address can be a secret: only its host is ever logged. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'not a URL';
}

/** Calls the outside dead man's switch over HTTPS. That it fails is logged and nothing else. */
export function createHeartbeatPort(fetch: FetchLike, options: HeartbeatOptions): HeartbeatPort {
  const { url, telemetry } = options;
  return {
    async beat() {
      if (url === undefined) return;
      const host = hostOf(url);
      if (!url.startsWith('https://')) {
        telemetry.log('error', 'heartbeat-not-https', { host });
        return;
      }
      try {
        const signal = AbortSignal.timeout(PATIENCE);
        const answer = await fetch(url, { method: 'GET', redirect: 'error', signal });
        const { ok, status } = answer;
        // Nobody reads the body, and unread it would keep its connection.
        await answer.body?.cancel();
        if (!ok) telemetry.log('warn', 'heartbeat-refused', { host, status });
      } catch (error) {
        const name = error instanceof Error ? error.name : 'Unknown';
        telemetry.log('warn', 'heartbeat-failed', { host, error: name });
      }
    },
  };
}
