import type { Cause } from '../cause';
import type { Incident } from '../incident';
import { unreachable } from '../unreachable';

/** What happened, in half a sentence: the cause of a stop, or where what runs is at fault. */
export function describeTrouble({
  condition,
  cause,
  asFound,
}: Pick<Incident, 'condition' | 'cause' | 'asFound'>): string {
  switch (condition) {
    case 'stopped':
    case 'terminated':
      return describeCause(cause);
    case 'impaired':
      return impairedText(cause, asFound);
    case 'planned':
      return cause.kind === 'self'
        ? 'to go back to its own type'
        : 'to be moved, AWS announced work on its host';
    default:
      return unreachable(condition);
  }
}

/** Where the fault lies, as far as the worst of the failing checks tells. */
function impairedText(cause: Cause, asFound: Incident['asFound']): string {
  const [worst] = asFound?.impaired ?? [];
  if (worst !== undefined) return `impaired, ${AT_FAULT[worst]}`;
  return cause.kind === 'aws'
    ? 'impaired, its host or its volumes are at fault'
    : 'impaired, its guest or its application is at fault';
}

const AT_FAULT = {
  system: 'its host is at fault',
  attachedEbs: 'it cannot reach its volumes',
  instance: 'its guest is at fault',
  application: 'its application is at fault',
} as const;

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
  unfinished: 'stopped by the watchdog, to be started again',
};
