import type { Cause } from '../cause';
import { unreachable } from '../unreachable';

/** The cause in half a sentence, for the middle of another. */
export function describeCause(cause: Cause): string {
  switch (cause.kind) {
    case 'aws':
      return CAUSED_BY_AWS[cause.detail];
    case 'api':
      return cause.actor === undefined
        ? 'stopped through the API by a person or a program'
        : `stopped through the API by ${cause.actor.principal}`;
    case 'scheduler':
      return 'stopped by a scheduler';
    case 'guest':
      return 'shut down from inside';
    case 'spot':
      return 'stopped by EC2 Spot';
    case 'self':
      return 'stopped by the watchdog';
    case 'unknown':
      return cause.detail === 'configuration' ? 'stopped for its configuration' : 'cause unknown';
    default:
      return unreachable(cause.kind);
  }
}

const CAUSED_BY_AWS: Readonly<Record<Cause['detail'], string>> = {
  plain: 'stopped by AWS',
  capacity: 'stopped by AWS for lack of capacity',
  suspect: 'it did not survive its launch',
  configuration: 'stopped for its configuration',
  'game-day': 'stopped by a game day',
};
