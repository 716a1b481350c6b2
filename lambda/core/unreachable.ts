/** Closes an exhaustive switch: reaching it is a broken invariant, so it throws with the value. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: no case for ${JSON.stringify(value)}`);
}
