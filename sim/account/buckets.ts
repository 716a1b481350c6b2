import type { Instant } from '../../lambda/core/time';

/** A token bucket as documented: how much it holds and how fast it fills. */
export interface Bucket {
  readonly capacity: number;
  /** Tokens a second. */
  readonly refill: number;
}

const READ_FILTERED: Bucket = { capacity: 100, refill: 20 };
const READ_UNFILTERED: Bucket = { capacity: 50, refill: 10 };
const MUTATION: Bucket = { capacity: 50, refill: 5 };

/**
 * EC2's request buckets (one an operation, account and Region) and resource buckets, from
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html. Operations that the
 * page does not name one by one stand in their documented class. CloudTrail: 2 a second.
 */
export const BUCKETS: Readonly<Record<string, Bucket>> = {
  StartInstances: { capacity: 5, refill: 2 },
  'StartInstances/resources': { capacity: 1_000, refill: 2 },
  StopInstances: MUTATION,
  'StopInstances/resources': { capacity: 1_000, refill: 20 },
  RebootInstances: MUTATION,
  ModifyInstanceAttribute: MUTATION,
  CreateCapacityReservation: MUTATION,
  ModifyCapacityReservation: MUTATION,
  CancelCapacityReservation: MUTATION,
  AssociateAddress: MUTATION,
  CreateTags: MUTATION,
  DescribeInstances: READ_UNFILTERED,
  'DescribeInstances/filtered': READ_FILTERED,
  DescribeInstanceStatus: READ_UNFILTERED,
  'DescribeInstanceStatus/filtered': READ_FILTERED,
  DescribeVolumes: READ_UNFILTERED,
  'DescribeVolumes/filtered': READ_FILTERED,
  DescribeInstanceAttribute: READ_UNFILTERED,
  DescribeInstanceTypes: READ_UNFILTERED,
  'DescribeInstanceTypes/filtered': READ_FILTERED,
  DescribeInstanceTypeOfferings: READ_UNFILTERED,
  'DescribeInstanceTypeOfferings/filtered': READ_FILTERED,
  DescribeCapacityReservations: READ_UNFILTERED,
  'DescribeCapacityReservations/filtered': READ_FILTERED,
  DescribeAddresses: READ_UNFILTERED,
  'DescribeAddresses/filtered': READ_FILTERED,
  LookupEvents: { capacity: 2, refill: 2 },
};

/** How full one bucket is; times must not go backwards. */
export class BucketLevel {
  readonly #bucket: Bucket;
  #tokens: number;
  #at: Instant | undefined;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
    this.#tokens = bucket.capacity;
  }

  /** Takes the tokens, or none of them when there are too few. */
  take(tokens: number, now: Instant): boolean {
    const passed = this.#at === undefined ? 0 : Math.max(0, now - this.#at) / 1_000;
    this.#at = now;
    this.#tokens = Math.min(this.#bucket.capacity, this.#tokens + passed * this.#bucket.refill);
    // What a second refills in thirds must not be refused for the last bit of a float.
    if (this.#tokens + 1e-9 < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }
}

/** Every bucket of the account. */
export class Buckets {
  readonly #levels = new Map<string, BucketLevel>();

  /** Takes tokens from the named bucket. Throws on a name that is not in BUCKETS. */
  take(name: string, tokens: number, now: Instant): boolean {
    let level = this.#levels.get(name);
    if (level === undefined) {
      const bucket = BUCKETS[name];
      if (bucket === undefined) throw new Error(`No request bucket is known for ${name}`);
      level = new BucketLevel(bucket);
      this.#levels.set(name, level);
    }
    return level.take(tokens, now);
  }
}
