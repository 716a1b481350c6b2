import { chatFleet } from '../../../sim/drills/servers';

/** A server of each round that runs well all the time. */
export const BAIT = chatFleet(2, ['us-east-1a'])[1]!.id;
