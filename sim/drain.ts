/**
 * Resolves when no microtask is left to run. Only a macrotask drains the queue for certain: a
 * chain of promises may be of any length. The one place in the simulator that uses a timer.
 */
export function drained(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
