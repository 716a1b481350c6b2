import { serviceError } from './errors';

/** CloudWatch's refusal of a faulty request. */
export const refusal = (code: string, message: string): Error =>
  serviceError('cloudwatch', { code, message, status: 400 });

/** Refuses what a request asks for beyond the simulated fields, loudly: it fails the run. */
export function refuseCloudWatchFields(input: object, allowed: readonly string[]): void {
  const unknown = Object.entries(input).find(
    ([key, value]) => value !== undefined && !allowed.includes(key),
  );
  if (unknown !== undefined) throw new Error(`${unknown[0]} of CloudWatch is not simulated`);
}
