import { ADDRESSES } from './address';
import { APPLICATION } from './application';
import { AWS_STOPS } from './aws-stops';
import { CANNOT_START } from './cannot-start';
import { DELIVERY } from './delivery';
import { FLAPPING } from './flapping';
import { GAME_DAY } from './game-day';
import { GUEST_HANGS } from './guest-hangs';
import { GUEST_SHUTDOWN } from './guest-shutdown';
import { HANDS_OFF } from './hands-off';
import { HOST_IMPAIRED } from './host-impaired';
import { MAINTENANCE } from './maintenance';
import { NOISE } from './noise';
import { OWN_PARTS } from './own-parts';
import { PERSON } from './person';
import type { Scenario } from './scenario';
import { SCHEDULED_STOPS } from './scheduler';
import { SHADOW } from './shadow';
import { STORMS } from './storm';
import { STUCK } from './stuck';
import { TERMINATED } from './terminated';
import { UNKNOWN_STOP } from './unknown-stop';
import { VOLUMES } from './volumes';

/** Every labelled scenario, by family. */
export const SCENARIOS: readonly Scenario[] = [
  ...AWS_STOPS,
  ...DELIVERY,
  ...HOST_IMPAIRED,
  ...GUEST_HANGS,
  ...VOLUMES,
  ...APPLICATION,
  ...PERSON,
  ...GAME_DAY,
  ...SCHEDULED_STOPS,
  ...GUEST_SHUTDOWN,
  ...UNKNOWN_STOP,
  ...FLAPPING,
  ...MAINTENANCE,
  ...STUCK,
  ...CANNOT_START,
  ...ADDRESSES,
  ...TERMINATED,
  ...HANDS_OFF,
  ...SHADOW,
  ...STORMS,
  ...OWN_PARTS,
  ...NOISE,
];
