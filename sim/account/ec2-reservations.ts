import type { CapacityReservation } from '@aws-sdk/client-ec2';
import type { Home } from '../../lambda/core/signals/signal';
import { after, seconds, type Instant } from '../../lambda/core/time';
import type { History } from '../history';
import type { Random } from '../random';
import type { Timeline } from '../time';
import type { Instance } from './ec2-instance';

/** A capacity reservation of the account. */
export interface Reservation {
  readonly id: string;
  readonly type: string;
  readonly zone: string;
  readonly platform: string;
  readonly tenancy: 'default' | 'dedicated';
  readonly createdAt: Instant;
  readonly tags: Readonly<Record<string, string>>;
  readonly clientToken: string | undefined;
  total: number;
  matches: 'open' | 'targeted';
  endsAt: Instant | undefined;
  state: 'active' | 'cancelled' | 'expired';
  readonly usedBy: Set<string>;
}

/** What a new reservation asks for. */
export type ReservationPlan = Pick<
  Reservation,
  'type' | 'zone' | 'platform' | 'tenancy' | 'tags' | 'clientToken' | 'total' | 'matches' | 'endsAt'
>;

/** What the reservations need of the account. */
export interface ReservationParts {
  readonly timeline: Timeline;
  readonly history: History;
  readonly random: Random;
  readonly instances: () => readonly Instance[];
  readonly changed: (instance: Instance) => void;
}

const GIVEN_UP_FOR = seconds(30);

/** What the instances here run: a reservation for anything else holds no place for them. */
export const PLATFORM = 'Linux/UNIX';

/**
 * Capacity reservations: they hold places whatever the capacity beside them is. An open one takes
 * any instance that fits, running ones too and at once; a targeted one takes none that does not
 * name it, and none of these do.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-using.html
 */
export class Reservations {
  readonly #parts: ReservationParts;
  readonly #reservations = new Map<string, Reservation>();
  readonly #givenUp: { readonly type: string; readonly zone: string; readonly until: Instant }[] =
    [];

  constructor(parts: ReservationParts) {
    this.#parts = parts;
  }

  /** Every reservation, ended ones too, in the order of their making. */
  all(): readonly Reservation[] {
    return [...this.#reservations.values()];
  }

  /** The reservation with this id. */
  find(id: string): Reservation | undefined {
    return this.#reservations.get(id);
  }

  /** Makes an active reservation; an open one is taken at once by what fits and runs. */
  create(plan: ReservationPlan): Reservation {
    const id = `cr-${this.#parts.random.stream('reservations').hex(17)}`;
    const createdAt = this.#parts.timeline.now();
    const reservation: Reservation = {
      ...plan,
      id,
      createdAt,
      state: 'active',
      usedBy: new Set(),
    };
    this.#reservations.set(id, reservation);
    this.setEnd(reservation, plan.endsAt);
    this.#tell(reservation);
    this.#fill(reservation);
    return reservation;
  }

  /** Another end, or none. What runs in it then runs on. */
  setEnd(reservation: Reservation, endsAt: Instant | undefined): void {
    reservation.endsAt = endsAt;
    if (endsAt === undefined) return;
    this.#parts.timeline.at(endsAt, () => {
      if (reservation.endsAt === endsAt) this.end(reservation, 'expired');
    });
  }

  /** Another kind or size. */
  change(
    reservation: Reservation,
    { matches, total }: { readonly matches: Reservation['matches']; readonly total: number },
  ): void {
    reservation.matches = matches;
    reservation.total = total;
    this.#tell(reservation);
    this.#fill(reservation);
  }

  /**
   * Whether a place that a reservation held was just given up: it is free again for whoever asks
   * next. How long AWS leaves it free is not documented; half a minute is an assumption.
   */
  takeGivenUp(type: string, zone: string): boolean {
    const now = this.#parts.timeline.now();
    const index = this.#givenUp.findIndex(
      (place) => place.type === type && place.zone === zone && place.until > now,
    );
    if (index < 0) return false;
    this.#givenUp.splice(index, 1);
    return true;
  }

  /** The reservation is over: instances in it keep running, outside of any. */
  end(reservation: Reservation, state: 'cancelled' | 'expired'): void {
    if (reservation.state !== 'active') return;
    reservation.state = state;
    const { type, zone } = reservation;
    const until = after(this.#parts.timeline.now(), GIVEN_UP_FOR);
    for (let idle = reservation.total - reservation.usedBy.size; idle > 0; idle -= 1) {
      this.#givenUp.push({ type, zone, until });
    }
    const users = this.#parts.instances().filter(({ id }) => reservation.usedBy.has(id));
    reservation.usedBy.clear();
    for (const instance of users) {
      instance.reservationId = undefined;
      this.#parts.changed(instance);
    }
    this.#tell(reservation);
  }

  /** The reservation with a place for this instance, beside places claimed by others. */
  placeFor(
    instance: Instance,
    claimed: ReadonlyMap<string, number> = new Map(),
  ): string | undefined {
    for (const reservation of this.#reservations.values()) {
      const left = reservation.total - reservation.usedBy.size - (claimed.get(reservation.id) ?? 0);
      if (left > 0 && fits(reservation, instance)) return reservation.id;
    }
    return undefined;
  }

  /** An instance was started: it takes a place where one is open to it. */
  occupy(instance: Instance): void {
    if (instance.reservationId !== undefined) return;
    const reservation = this.#reservations.get(this.placeFor(instance) ?? '');
    if (reservation !== undefined) this.#enter(instance, reservation);
  }

  /** An instance stopped or ended: its place is idle again, and held for the next. */
  release(instance: Instance): void {
    const reservation = this.#reservations.get(instance.reservationId ?? '');
    if (reservation === undefined) return;
    instance.reservationId = undefined;
    reservation.usedBy.delete(instance.id);
    this.#tell(reservation);
  }

  #fill(reservation: Reservation): void {
    if (reservation.matches !== 'open') return;
    for (const instance of this.#parts.instances()) {
      if (reservation.usedBy.size >= reservation.total) return;
      const runs = instance.state === 'running' || instance.state === 'pending';
      if (!runs || instance.reservationId !== undefined || !fits(reservation, instance)) continue;
      this.#enter(instance, reservation);
      this.#parts.changed(instance);
    }
  }

  #enter(instance: Instance, reservation: Reservation): void {
    instance.reservationId = reservation.id;
    reservation.usedBy.add(instance.id);
    this.#tell(reservation);
  }

  #tell({ id, state, matches, type, zone, total, usedBy, tags }: Reservation): void {
    this.#parts.history.add({
      kind: 'reservation',
      reservationId: id,
      state,
      matches,
      instanceType: type,
      zone,
      total,
      usedBy: [...usedBy],
      tags,
    });
  }
}

function fits(reservation: Reservation, instance: Instance): boolean {
  return (
    reservation.state === 'active' &&
    reservation.matches === 'open' &&
    instance.reservationPreference === 'open' &&
    instance.lifecycle === undefined &&
    reservation.platform === PLATFORM &&
    reservation.type === instance.type &&
    reservation.zone === instance.zone &&
    reservation.tenancy === instance.tenancy
  );
}

/** The reservation's ARN; with `*` that of any. */
export const reservationArn = (id: string, { region, accountId }: Home): string =>
  `arn:aws:ec2:${region}:${accountId}:capacity-reservation/${id}`;

/** A reservation as DescribeCapacityReservations answers it. */
export function reservationShape(reservation: Reservation, home: Home): CapacityReservation {
  const { id, total, usedBy, state, endsAt, tags } = reservation;
  const created = new Date(reservation.createdAt);
  return {
    CapacityReservationId: id,
    CapacityReservationArn: reservationArn(id, home),
    OwnerId: home.accountId,
    InstanceType: reservation.type,
    InstancePlatform: reservation.platform as NonNullable<CapacityReservation['InstancePlatform']>,
    AvailabilityZone: reservation.zone,
    Tenancy: reservation.tenancy,
    TotalInstanceCount: total,
    AvailableInstanceCount: state === 'active' ? total - usedBy.size : 0,
    EbsOptimized: false,
    EphemeralStorage: false,
    State: state,
    StartDate: created,
    CreateDate: created,
    EndDateType: endsAt === undefined ? 'unlimited' : 'limited',
    ...(endsAt === undefined ? {} : { EndDate: new Date(endsAt) }),
    InstanceMatchCriteria: reservation.matches,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}
