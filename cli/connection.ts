import type { AccountClients, Surroundings } from './account-clients';
import { accountError, type Asked } from './account-error';

/** What the parts of an account share. */
export interface Connection {
  readonly clients: AccountClients;
  /** The incident table's name. */
  readonly table: string;
  readonly clock: Surroundings['clock'];
  /** What is asked, for the text of an error. */
  readonly asking: (action: string, resource: string) => Asked;
}

/**
 * Carries a call out, and words what goes wrong.
 *
 * @throws AccountError
 */
export async function told<T>(asked: Asked, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw accountError(error, asked);
  }
}
