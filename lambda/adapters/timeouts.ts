/**
 * How long the function waits for an answer, in milliseconds. DynamoDB answers within tens of
 * milliseconds or is in trouble, and the start of a server must not wait for it; a page of a
 * thousand instances takes EC2 seconds.
 */
export const REQUEST_TIMEOUT_MS = {
  dynamodb: 1_500,
  other: 4_000,
  /** Of what never decides anything and is tried twice: both together in less than `other`. */
  bestEffort: 1_500,
} as const;
