import { describeConfigError, type ConfigError } from '../lambda/core/policy';

/** Fails synth with every mistake of a configuration at once, each with its mend. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  /** `where` says where the configuration was read, for the person who has to mend it. */
  constructor(
    where: string,
    readonly errors: readonly ConfigError[],
  ) {
    const list = errors.map((error, index) => `  ${index + 1}. ${describeConfigError(error)}`);
    const count = errors.length === 1 ? 'one mistake' : `${errors.length} mistakes`;
    super(`The watchdog's configuration (${where}) has ${count}:\n${list.join('\n')}`);
  }
}
