import type {
  CancelCapacityReservationRequest,
  CapacityReservation,
  CreateCapacityReservationRequest,
  DescribeCapacityReservationsRequest,
  ModifyCapacityReservationRequest,
} from '@aws-sdk/client-ec2';
import { parseInstant, type Instant } from '../../lambda/core/time';
import type { Ec2Account } from './ec2';
import { ec2Error } from './ec2-errors';
import { compileFilters, tagFilter } from './ec2-filters';
import {
  operation,
  page,
  READ,
  readBucket,
  requestTags,
  resourceTags,
  principalOf,
  WRITE,
} from './ec2-request';
import { PLATFORM, reservationArn, reservationShape, type Reservation } from './ec2-reservations';
import { isOffered, typeNamed } from './ec2-types';
import type { Caller, Latency, Operation } from './gateway';

/** Finding a place takes EC2 about as long as a start does. */
const CREATE: Latency = { medianMs: 900, sigma: 0.4, leastMs: 300, mostMs: 3_000 };

/** The operations of capacity reservations. */
export function reservationOperations(account: Ec2Account): readonly Operation[] {
  return [
    operation('CreateCapacityReservation', CREATE, create(account)),
    operation('ModifyCapacityReservation', WRITE, modify(account)),
    operation('CancelCapacityReservation', WRITE, cancel(account)),
    operation('DescribeCapacityReservations', READ, describe(account)),
  ];
}

function tagsOf(input: CreateCapacityReservationRequest): Readonly<Record<string, string>> {
  const specifications = input.TagSpecifications ?? [];
  const wrong = specifications.find(({ ResourceType }) => ResourceType !== 'capacity-reservation');
  if (wrong !== undefined) {
    throw ec2Error.invalid(`'${wrong.ResourceType}' is not a valid taggable resource type`);
  }
  const tags = specifications.flatMap(({ Tags }) => Tags ?? []);
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key!, Value ?? '']));
}

/** EndDate and EndDateType together, or neither; a date that has passed is refused. */
function endOf(
  { EndDate, EndDateType }: Pick<CreateCapacityReservationRequest, 'EndDate' | 'EndDateType'>,
  now: Instant,
): Instant | undefined {
  if ((EndDateType === 'limited') !== (EndDate !== undefined)) {
    throw ec2Error.combination('EndDate must be given if and only if EndDateType is limited');
  }
  if (EndDate === undefined) return undefined;
  const at = parseInstant(EndDate.toISOString());
  if (at === undefined || at <= now) throw ec2Error.invalid('EndDate must be in the future');
  return at;
}

function authorizeCreate(
  account: Ec2Account,
  caller: Caller,
  {
    tags,
    input,
  }: {
    readonly tags: Readonly<Record<string, string>>;
    readonly input: CreateCapacityReservationRequest;
  },
): void {
  const arn = reservationArn('*', account.home);
  const context = requestTags(tags);
  caller.authorize('ec2:CreateCapacityReservation', arn, {
    ...context,
    'ec2:InstanceMatchCriteria': input.InstanceMatchCriteria ?? 'open',
    'ec2:EndDateType': input.EndDateType ?? 'unlimited',
  });
  if (Object.keys(tags).length === 0) return;
  const creating = { ...context, 'ec2:CreateAction': 'CreateCapacityReservation' };
  caller.authorize('ec2:CreateTags', arn, creating);
}

function create(account: Ec2Account) {
  return (input: CreateCapacityReservationRequest, caller: Caller): object => {
    account.draw(caller, 'CreateCapacityReservation');
    const tags = tagsOf(input);
    authorizeCreate(account, caller, { tags, input });
    const { InstanceType: type, AvailabilityZone: zone, ClientToken: clientToken } = input;
    const total = input.InstanceCount;
    if (type === undefined) throw ec2Error.missing('InstanceType');
    if (zone === undefined) throw ec2Error.missing('AvailabilityZone');
    if (total === undefined) throw ec2Error.missing('InstanceCount');
    if (input.InstancePlatform === undefined) throw ec2Error.missing('InstancePlatform');
    if (total < 1 || total > 1_000) throw ec2Error.invalid(`InstanceCount ${total} is invalid`);
    if (typeNamed(type) === undefined) throw ec2Error.noType([type]);
    const endsAt = endOf(input, account.now());
    if (input.DryRun === true) throw ec2Error.dryRun();
    const earlier = account.reservations
      .all()
      .find((one) => clientToken !== undefined && one.clientToken === clientToken);
    if (earlier !== undefined) {
      return { CapacityReservation: reservationShape(earlier, account.home) };
    }
    refuseWithoutRoom(account, type, zone);
    const reservation = account.reservations.create({
      type,
      zone,
      platform: input.InstancePlatform,
      tenancy: input.Tenancy === 'dedicated' ? 'dedicated' : 'default',
      tags,
      clientToken,
      total,
      matches: input.InstanceMatchCriteria ?? 'open',
      endsAt,
    });
    record(account, caller, { operation: 'CreateCapacityReservation', reservation });
    return { CapacityReservation: reservationShape(reservation, account.home) };
  };
}

function refuseWithoutRoom({ faults }: Ec2Account, type: string, zone: string): void {
  if (!isOffered(type, zone) || faults.isWithheld(type, zone)) {
    throw ec2Error.notOffered(type, zone);
  }
  if (faults.quotaReached()) throw ec2Error.quota();
  if (!faults.hasCapacity(zone, type)) throw ec2Error.noCapacity(type, zone);
}

function record(
  account: Ec2Account,
  caller: Caller,
  {
    operation: name,
    reservation,
  }: {
    readonly operation:
      'CreateCapacityReservation' | 'ModifyCapacityReservation' | 'CancelCapacityReservation';
    readonly reservation: Reservation;
  },
): void {
  account.recordCall({
    operation: name,
    instanceIds: [],
    by: principalOf(caller),
    parameters: { capacityReservationId: reservation.id },
  });
}

/** The reservation that a call names, with its permission asked for. */
function named(
  account: Ec2Account,
  caller: Caller,
  { action, id }: { readonly action: string; readonly id: string | undefined },
): Reservation {
  account.draw(caller, action);
  if (id === undefined) throw ec2Error.missing('CapacityReservationId');
  const reservation = account.reservations.find(id);
  // Without a resource there are no tags either: a policy that asks for one refuses first.
  const tags = reservation === undefined ? {} : resourceTags(reservation);
  caller.authorize(`ec2:${action}`, reservationArn(id, account.home), tags);
  if (reservation === undefined) throw ec2Error.noReservation(id);
  return reservation;
}

function modify(account: Ec2Account) {
  return (input: ModifyCapacityReservationRequest, caller: Caller): object => {
    const action = 'ModifyCapacityReservation';
    const reservation = named(account, caller, { action, id: input.CapacityReservationId });
    if (input.DryRun === true) throw ec2Error.dryRun();
    if (reservation.state !== 'active') {
      throw ec2Error.reservationState(`The reservation is in state ${reservation.state}`);
    }
    const { InstanceMatchCriteria: matches = reservation.matches } = input;
    const total = input.InstanceCount ?? reservation.total;
    // "To modify the instance eligibility, the Capacity Reservation must be completely idle."
    if (matches !== reservation.matches && reservation.usedBy.size > 0) {
      throw ec2Error.reservationState('The reservation is not idle');
    }
    if (total < reservation.usedBy.size || total < 1) {
      throw ec2Error.invalid(`InstanceCount ${total} is invalid`);
    }
    const grows = total > reservation.total;
    if (grows) refuseWithoutRoom(account, reservation.type, reservation.zone);
    if (input.EndDateType !== undefined || input.EndDate !== undefined) {
      account.reservations.setEnd(reservation, endOf(input, account.now()));
    }
    account.reservations.change(reservation, { matches, total });
    record(account, caller, { operation: action, reservation });
    return { Return: true };
  };
}

function cancel(account: Ec2Account) {
  return (input: CancelCapacityReservationRequest, caller: Caller): object => {
    const action = 'CancelCapacityReservation';
    const reservation = named(account, caller, { action, id: input.CapacityReservationId });
    if (input.DryRun === true) throw ec2Error.dryRun();
    if (reservation.state !== 'active') {
      throw ec2Error.reservationState(`The reservation is in state ${reservation.state}`);
    }
    account.reservations.end(reservation, 'cancelled');
    record(account, caller, { operation: action, reservation });
    return { Return: true };
  };
}

function filterOf(name: string): ((shape: CapacityReservation) => readonly string[]) | undefined {
  switch (name) {
    case 'instance-type':
      return ({ InstanceType }) => [InstanceType!];
    case 'availability-zone':
      return ({ AvailabilityZone }) => [AvailabilityZone!];
    case 'state':
      return ({ State }) => [State!];
    case 'instance-match-criteria':
      return ({ InstanceMatchCriteria }) => [InstanceMatchCriteria!];
    case 'instance-platform':
      return ({ InstancePlatform = PLATFORM }) => [InstancePlatform];
    case 'tenancy':
      return ({ Tenancy }) => [Tenancy!];
    case 'owner-id':
      return ({ OwnerId }) => [OwnerId!];
    case 'end-date-type':
      return ({ EndDateType }) => [EndDateType!];
    default:
      return tagFilter(name);
  }
}

function describe(account: Ec2Account) {
  return (input: DescribeCapacityReservationsRequest, caller: Caller): object => {
    account.draw(caller, readBucket('DescribeCapacityReservations', input));
    caller.authorize('ec2:DescribeCapacityReservations', '*');
    if (input.DryRun === true) throw ec2Error.dryRun();
    const { reservations, home } = account;
    const chosen = (input.CapacityReservationIds ?? []).map((id) => {
      const reservation = reservations.find(id);
      if (reservation === undefined) throw ec2Error.noReservation(id);
      return reservation;
    });
    const shapes = (input.CapacityReservationIds === undefined ? reservations.all() : chosen)
      .map((reservation) => reservationShape(reservation, home))
      .filter(compileFilters<CapacityReservation>(input.Filters, filterOf));
    const { items, next } = page(shapes, input, { least: 1, most: 1_000 });
    return { CapacityReservations: items, ...next };
  };
}
