import {
  CancelCapacityReservationCommand,
  CreateCapacityReservationCommand,
  ModifyInstanceAttributeCommand,
  type CapacityReservation,
  type CapacityReservationInstancePlatform,
  type CreateCapacityReservationCommandInput,
} from '@aws-sdk/client-ec2';
import type { Refusal } from '../core/incident';
import { RESERVATION_TAG } from '../core/tags';
import type { InstanceView } from '../core/observation';
import { fitOf, type TypeFacts } from '../core/type-fit';
import type { CapacityPort, ReservationOutcome, ReservationRequest, TelemetryPort } from '../ports';
import type { Ec2Client } from './clients';
import { act } from './ec2-act';
import { ec2Error, refusalOf } from './ec2-errors';
import { reservationPlatform } from './reservation-platform';
import type { TypeReader } from './ec2-types';
import type { TokenBucket } from './token-bucket';

/** What the capacity port needs beside the client. */
export interface CapacityOptions {
  readonly telemetry: TelemetryPort;
  /** The rate of every mutation but the start, shared in this execution environment. */
  readonly bucket: TokenBucket;
  readonly types: TypeReader;
}

/** A reservation that is gone, or ends by itself: there is nothing left to release. */
const GONE: ReadonlySet<string> = new Set([
  'IncorrectState',
  'InvalidCapacityReservationId.NotFound',
  'InvalidCapacityReservationState',
  'InvalidStateTransition',
]);

/** What speaks against asking at all; EC2 would refuse it, or hold a place that nothing can use. */
function impossible(
  { platform, tenancy }: ReservationRequest,
  known: CapacityReservationInstancePlatform | undefined,
): Refusal | undefined {
  if (known === undefined) {
    const message = `EC2 reserves no capacity for the platform "${platform}".`;
    return { kind: 'refused', code: 'PlatformNotReservable', message };
  }
  if (tenancy === undefined || tenancy === 'default' || tenancy === 'dedicated') return undefined;
  const message = `EC2 reserves no capacity for the tenancy "${tenancy}".`;
  return { kind: 'refused', code: 'TenancyNotReservable', message };
}

function inputOf(
  request: ReservationRequest,
  platform: CapacityReservationInstancePlatform,
): CreateCapacityReservationCommandInput {
  const { instanceId, instanceType, zone, tenancy, until, token } = request;
  return {
    ClientToken: token,
    InstanceType: instanceType,
    InstancePlatform: platform,
    AvailabilityZone: zone,
    Tenancy: tenancy === 'dedicated' ? 'dedicated' : 'default',
    InstanceCount: 1,
    // An open one would be taken at once, by the very instance that still runs.
    InstanceMatchCriteria: 'targeted',
    EndDateType: 'limited',
    EndDate: new Date(until),
    TagSpecifications: [
      {
        ResourceType: 'capacity-reservation',
        Tags: [{ Key: RESERVATION_TAG, Value: instanceId }],
      },
    ],
  };
}

/**
 * Only an active reservation holds a place. EC2 also answers without error for one that waits for
 * capacity (`pending`) or that came to nothing (`failed`).
 */
function proofIn(made: CapacityReservation | undefined): ReservationOutcome {
  const { CapacityReservationId: reservationId, State: state } = made ?? {};
  if (reservationId === undefined) return { kind: 'unavailable', code: 'NotInAnswer' };
  return state === 'active'
    ? { kind: 'accepted', reservationId }
    : { kind: 'no-capacity', code: `reservation-${state ?? 'unknown'}` };
}

function createReserve(client: Ec2Client, options: CapacityOptions): CapacityPort['reserve'] {
  const { bucket, telemetry } = options;
  const release = createRelease(client, options);
  return async (request) => {
    const platform = reservationPlatform(request.platform);
    const refusal = impossible(request, platform);
    if (refusal !== undefined || platform === undefined) return refusal ?? { kind: 'not-asked' };
    if (!(await bucket.take())) return { kind: 'not-asked' };
    try {
      const command = new CreateCapacityReservationCommand(inputOf(request, platform));
      const made = (await client.send(command)).CapacityReservation;
      const outcome = proofIn(made);
      const id = made?.CapacityReservationId;
      if (outcome.kind === 'no-capacity' && id !== undefined) {
        // It would be paid for from the moment on that it becomes active, and nobody would know.
        const released = await release(id);
        telemetry.log('info', 'reservation-not-active', { id, outcome, released });
      }
      return outcome;
    } catch (thrown) {
      return refusalOf(ec2Error(thrown));
    }
  };
}

/** What is gone already is released: a repeated release must come to an end. */
function createRelease(client: Ec2Client, { bucket }: CapacityOptions): CapacityPort['release'] {
  return async (reservationId) => {
    const outcome = await act(bucket, () =>
      client.send(new CancelCapacityReservationCommand({ CapacityReservationId: reservationId })),
    );
    const isGone = 'code' in outcome && GONE.has(outcome.code);
    return isGone ? { kind: 'accepted' } : outcome;
  };
}

/** What was read of the types for one server. */
interface TypesRead {
  readonly facts: ReadonlyMap<string, TypeFacts>;
  readonly offered: ReadonlySet<string>;
}

/** Why a server cannot run on a type in its zone, or undefined when it can. */
function whyNot(
  view: InstanceView,
  name: string,
  { facts, offered }: TypesRead,
): string | undefined {
  const type = facts.get(name);
  if (type === undefined) return 'the Region does not know it';
  if (!offered.has(name)) return `${view.zone} does not offer it`;
  const fit = fitOf(view, type, facts.get(view.instanceType));
  return fit.kind === 'fits' ? undefined : fit.why;
}

/** The types that fit; of each of the others the log tells why not. */
function createFitting({ types, telemetry }: CapacityOptions): CapacityPort['fitting'] {
  return async (view, wanted) => {
    const others = [...new Set(wanted)].filter((type) => type !== view.instanceType);
    if (others.length === 0) return [];
    const [facts, offered] = await Promise.all([
      types.facts([view.instanceType, ...others]),
      types.offered(others, view.zone),
    ]);
    if (facts === undefined || offered === undefined) return undefined;
    return others.filter((type) => {
      const why = whyNot(view, type, { facts, offered });
      if (why === undefined) return true;
      telemetry.log('info', 'type-unfit', { instanceId: view.instanceId, type, why });
      return false;
    });
  };
}

/** Places for servers, over EC2's API. */
export function createCapacityPort(client: Ec2Client, options: CapacityOptions): CapacityPort {
  const { bucket } = options;
  return {
    reserve: createReserve(client, options),
    release: createRelease(client, options),
    // Nothing beside the type: the permission is limited to that attribute.
    changeType: (instanceId, instanceType) =>
      act(bucket, () =>
        client.send(
          new ModifyInstanceAttributeCommand({
            InstanceId: instanceId,
            InstanceType: { Value: instanceType },
          }),
        ),
      ),
    fitting: createFitting(options),
  };
}
