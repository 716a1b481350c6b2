import type { InstanceView } from '../core/observation';
import type { TypeFacts } from '../core/type-fit';
import type { Ec2Port, TakedownReads } from '../ports';
import type { Ec2Client } from './clients';
import { stopProtections, type StopProtectionOptions } from './ec2-stop-protection';
import type { TypeReader } from './ec2-types';

/** What the reads need beside the client. */
export interface TakedownReadsOptions extends StopProtectionOptions {
  readonly types: TypeReader;
}

/**
 * Whether AWS's simplified automatic recovery covers the instance: by its type, unless it is
 * switched off, on a Dedicated Host, on bare metal, or has disks on the host.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html
 */
function awsRecovers(view: InstanceView, type: TypeFacts | undefined): boolean | undefined {
  if (view.autoRecovery === 'disabled') return false;
  if (view.hostId !== undefined || view.tenancy === 'host') return false;
  const speakAgainst = [type?.bareMetal, type?.hasInstanceStore];
  if (type?.autoRecovery === false || speakAgainst.includes(true)) return false;
  const isCertain = type?.autoRecovery === true && speakAgainst.every((fact) => fact === false);
  return isCertain ? true : undefined;
}

/** Reads what must be known before these are taken down: two sorts of calls, side by side. */
export function createTakedownReads(
  client: Ec2Client,
  options: TakedownReadsOptions,
): Ec2Port['takedownReads'] {
  return async (views) => {
    const [protectedById, facts] = await Promise.all([
      stopProtections(client, [...new Set(views.map((view) => view.instanceId))], options),
      options.types.facts(views.map((view) => view.instanceType)),
    ]);
    return new Map(
      views.map((view): [string, TakedownReads] => {
        const type = facts?.get(view.instanceType);
        return [
          view.instanceId,
          {
            stopProtection: protectedById.get(view.instanceId),
            hasInstanceStore: type?.hasInstanceStore,
            awsRecovers: awsRecovers(view, type),
          },
        ];
      }),
    );
  };
}
