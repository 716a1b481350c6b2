import { App } from 'aws-cdk-lib';
import { ConfigurationError } from '../lib/configuration-error';
import { addGameDays } from '../lib/game-day-stack';
import { addNag } from '../lib/nag';
import { WatchdogStack } from '../lib/watchdog-stack';

try {
  const app = new App();
  const { watchdog } = new WatchdogStack(app, 'LiveChatWatchdog');
  addGameDays(app, watchdog);
  addNag(app);
} catch (error) {
  // A mistake in the configuration is not a bug: the message says all, a stack trace nothing.
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}
