import { parseSignal } from '../core/signals/parse';
import type { Parsed, Signal } from '../core/signals/signal';
import { rejected } from '../core/signals/unparsed';
import { between, minutes } from '../core/time';
import type { Ports } from '../ports';
import type { Settings } from '../settings';

/** A message as the queue brought it; its body is JSON that was parsed, or text that was not. */
export interface Message {
  readonly id: string;
  readonly body: unknown;
}

/** A signal and the message that brought it. */
export interface Received {
  readonly messageId: string;
  readonly signal: Signal;
}

/** A sweep that waited longer is dropped: the next one is on its way, and sees the same. */
const SWEEP_IS_OLD_AFTER = minutes(2);

/** Parses a batch. What is no signal is counted and logged with its reason; the rest goes on. */
export function receive(
  messages: readonly Message[],
  { clock, telemetry }: Ports,
  settings: Settings,
): readonly Received[] {
  const now = clock.now();
  return messages.flatMap(({ id, body }): readonly Received[] => {
    const parsed = readable({ id, body }, telemetry, settings);
    switch (parsed.outcome) {
      case 'rejected':
        telemetry.count('SignalsRejected', 1);
        telemetry.log('warn', 'signal rejected', { messageId: id, reason: parsed.reason });
        return [];
      case 'ignored':
        telemetry.count('SignalsIgnored', 1);
        telemetry.log('debug', 'signal ignored', { messageId: id, reason: parsed.reason });
        return [];
      case 'signal': {
        const { signal } = parsed;
        const isOld = signal.kind === 'sweep' && between(signal.at, now) > SWEEP_IS_OLD_AFTER;
        return isOld ? [] : [{ messageId: id, signal }];
      }
    }
  });
}

/** A message with which the parser cannot cope must not cost the others; an alarm tells. */
function readable(
  { id, body }: Message,
  telemetry: Ports['telemetry'],
  { home }: Settings,
): Parsed {
  try {
    return parseSignal(body, home);
  } catch (error) {
    telemetry.count('InvocationsFailed', 1);
    telemetry.log('error', 'signal failed', { messageId: id, error });
    return rejected('the event', body, 'one that can be parsed');
  }
}

/** Whether a signal brings a fact that no later look at EC2 would show. */
export function isIrreplaceable({ kind }: Signal): boolean {
  return kind === 'health' || kind === 'api-call' || kind === 'ready' || kind === 'hook';
}
