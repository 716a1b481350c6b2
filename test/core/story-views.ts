import type { InstanceView } from '../../lambda/core/observation';
import { INITIALIZING, aView, at, stoppedView } from './builders';

export const stopping = (code?: string): InstanceView => stoppedView(code, { state: 'stopping' });
export const booted = (launch: number, over: Partial<InstanceView> = {}): InstanceView =>
  aView({ launchTime: at(launch), checks: INITIALIZING, ...over });
export const pending = (launch: number): InstanceView => booted(launch, { state: 'pending' });
export const healthy = (launch: number): InstanceView => aView({ launchTime: at(launch) });
