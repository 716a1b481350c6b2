import { ALARM } from './alarm';
import { API_CALL } from './api-call';
import { COMMAND_STATUS } from './command-status';
import { HEALTH } from './health';
import { HOOK_CALLBACK } from './hook-callback';
import { READY } from './ready';
import type { SignalRow } from './row';
import { STATE_CHANGE } from './state-change';
import { SWEEP } from './sweep';
import { TICK } from './tick';

/**
 * Every kind of event that the watchdog reads. The stack builds its EventBridge rules from the
 * rows and the handler parses with them, so a rule without a parser cannot exist.
 */
export const SIGNAL_TABLE: readonly SignalRow[] = [
  STATE_CHANGE,
  HEALTH,
  ALARM,
  API_CALL,
  READY,
  COMMAND_STATUS,
  HOOK_CALLBACK,
  SWEEP,
  TICK,
];
